import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeWhole } from "../../cli/write-whole.ts";
import { FakeWorld } from "./fake-command.ts";

const TRIGGERS = "test/blueprints/import/fixtures/rollback-triggers.yml";
const POLICY = "test/blueprints/import/fixtures/rollback-policy.yml";
let folder: string;
let world: FakeWorld;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollguard-import-"));
  world = new FakeWorld();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function source(text: string): string {
  const file = join(folder, "source.yml");
  writeFileSync(file, text);
  return file;
}

describe("rollguard blueprint import", () => {
  it("prints the blueprint on stdout and what became of the source on stderr", async () => {
    const { code, out, notes } = await world.run("blueprint", "import", TRIGGERS, "--service", "checkout");

    expect(code).toBe(0);
    expect(out).toContain("- preset: memory-90\n      name: memory\n");
    expect(notes).toContain("  14:5 rollback_triggers.memory.condition -> spec.triggers (memory).when (memory_utilization > 90%)");
    expect(notes).toMatch(/configure outside the blueprint:\n {2}23:3 rollback_triggers\.manual -> rollguard rollback checkout/);
    expect(notes).toMatch(/not mapped:\n {2}6:5 rollback_triggers\.error_rate\.action \(immediate_rollback: /);
  });

  it("never writes a line over 100 columns into the report", async () => {
    const { notes } = await world.run("blueprint", "import", POLICY, "--service", "checkout");

    expect(notes.split("\n").length).toBeGreaterThan(20);
    expect(notes.split("\n").filter((line) => line.length > 100)).toEqual([]);
  });

  it("makes a file that validate accepts", async () => {
    const { out } = await world.run("blueprint", "import", TRIGGERS, "--service", "checkout");

    const validated = await world.run("validate", source(out), "--target-cluster", "prod", "--target-namespace", "shop");

    expect(validated.code).toBe(0);
    expect(validated.out).toMatch(/trigger memory +preset memory-90 +memory_utilization > 90% in 10 of 10 x 60 s/);
  });

  it("prints the same as data", async () => {
    const { out, notes } = await world.run("blueprint", "import", POLICY, "--service", "checkout", "--json");
    const answer = JSON.parse(out);

    expect(notes).toBe("");
    expect(Object.keys(answer)).toEqual(["file", "out", "format", "service", "yaml", "mapping"]);
    expect(answer).toMatchObject({
      file: POLICY,
      out: null,
      format: "seed",
      service: "checkout",
      yaml: expect.stringMatching(/^# DECIDE/),
    });
    expect(answer.mapping[0]).toEqual({
      line: 3,
      column: 3,
      source: "rollback_policy.enabled",
      status: "mapped",
      to: "spec.mode",
      note: "observe until a person arms it",
    });
  });

  it("writes to --out, and leaves a file that is there as it is without --force", async () => {
    const argv = ["blueprint", "import", TRIGGERS, "--service", "checkout", "--out", "blueprints/checkout.yaml"];
    world.files.set("blueprints/checkout.yaml", "mine");

    const refused = await world.run(...argv);
    const kept = world.files.get("blueprints/checkout.yaml");
    const forced = await world.run(...argv, "--force");

    expect(refused).toMatchObject({ code: 2, out: "", notes: expect.stringContaining("exists and was left as it is. Add --force") });
    expect(kept).toBe("mine");
    expect(forced).toMatchObject({
      code: 0,
      out: "",
      notes: expect.stringContaining("Wrote blueprints/checkout.yaml. Next: rollguard validate"),
    });
    expect(world.files.get("blueprints/checkout.yaml")).toContain("preset: memory-90");
  });

  it("counts an expiry from the day that is given, else from the clock's", async () => {
    const off = source(readFileSync(POLICY, "utf8").replace("enabled: true", "enabled: false"));

    const given = await world.run("blueprint", "import", off, "--service", "checkout", "--today", "2026-12-24");
    const clock = await world.run("blueprint", "import", off, "--service", "checkout");

    expect(given.out).toContain("expires: 2027-01-07");
    expect(clock.out).toContain(`expires: ${new Date(world.clock.now().getTime() + 14 * 86_400_000).toISOString().slice(0, 10)}`);
  });

  it.each([
    [["blueprint", "import", "/nowhere.yml"], "/nowhere.yml cannot be read"],
    [["blueprint", "import", TRIGGERS], `${TRIGGERS}:1:1: the source does not name a service (say it with --service)`],
    [["blueprint", "import", TRIGGERS, "--service", "Check Out"], "expected a name in kebab-case"],
    [["blueprint", "import", TRIGGERS, "--service", "checkout", "--today", "tomorrow"], "expected a day such as"],
    [["blueprint", "import", TRIGGERS, "--format", "helm"], "Allowed choices are seed, openslo, flagger"],
    [["blueprint", "import", TRIGGERS, "--format", "openslo", "--service", "checkout"], "expected openslo/v1, got nothing"],
  ])("refuses %j", async (argv, sentence) => {
    expect(await world.run(...argv)).toMatchObject({ code: 2, out: "", notes: expect.stringContaining(sentence) });
  });

  it("shows examples and the options in its help", async () => {
    for (const argv of [
      ["blueprint", "--help"],
      ["blueprint", "import", "--help"],
    ]) {
      const { code, out } = await world.run(...argv);

      expect(code).toBe(0);
      expect(out).toContain("$ rollguard blueprint import rollback-config.yml --service checkout --out blueprints/checkout.yaml");
    }
  });
});

describe("a file that is written whole", () => {
  it("is there with all of its text, and nothing else", async () => {
    expect(await writeWhole(join(folder, "a.yaml"), "text", false)).toBe(true);

    expect(readFileSync(join(folder, "a.yaml"), "utf8")).toBe("text");
    expect(readdirSync(folder)).toEqual(["a.yaml"]);
  });

  it("does not replace one unless it may", async () => {
    writeFileSync(join(folder, "a.yaml"), "mine");

    expect(await writeWhole(join(folder, "a.yaml"), "text", false)).toBe(false);
    expect(readFileSync(join(folder, "a.yaml"), "utf8")).toBe("mine");
    expect(await writeWhole(join(folder, "a.yaml"), "text", true)).toBe(true);
    expect(readFileSync(join(folder, "a.yaml"), "utf8")).toBe("text");
    expect(readdirSync(folder)).toEqual(["a.yaml"]);
  });

  it("fails where its folder is not there, and leaves nothing", async () => {
    await expect(writeWhole(join(folder, "none", "a.yaml"), "text", false)).rejects.toThrow("ENOENT");
    expect(readdirSync(folder)).toEqual([]);
  });
});
