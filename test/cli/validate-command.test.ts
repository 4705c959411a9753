import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeWorld } from "./fake-command.ts";

const EXAMPLES = "blueprints/examples";
let folder: string;
let world: FakeWorld;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollguard-validate-"));
  world = new FakeWorld();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function blueprint(text: string): string {
  const file = join(folder, "service.yaml");
  writeFileSync(file, text);
  return file;
}

const UNTARGETED = `metadata:
  name: shop
  version: 1.0.0
spec:
  performance:
    latency_p95_target: 200ms
verification:
  stabilization_period: 60s
  checks:
    - name: latency_p95
      type: threshold
      target: "< 200ms"
      critical: true
      rollback_trigger: true
`;

describe("rollguard validate", () => {
  it("prints what every example is bound to", async () => {
    const { code, out, notes } = await world.run("validate", EXAMPLES);

    expect({ code, notes }).toEqual({ code: 0, notes: "" });
    expect(out).toMatch(/✓ blueprints\/examples\/checkout\.yaml \(checkout\)/);
    expect(out).toMatch(/signal latency_p95 +blueprint +p95 of Demo\/checkout Latency/);
    expect(out.match(/^✓/gm)).toHaveLength(9);
  });

  it("binds what the blueprint leaves out to the stack's target and metric preset", async () => {
    const { code, out } = await world.run("validate", blueprint(UNTARGETED), "--target-cluster", "prod", "--target-namespace", "shop");

    expect(code).toBe(0);
    expect(out).toMatch(/target cluster +stack +prod/);
    expect(out).toMatch(/signal latency_p95 +preset eks +p95 of ApplicationSignals Latency \(Environment=eks:prod\/shop, Service=shop\)/);
  });

  it("ends with 2 and file:line:column where something cannot be armed", async () => {
    const { code, out, notes } = await world.run("validate", blueprint(UNTARGETED), "--preset", "none");

    expect(code).toBe(2);
    expect(out).toMatch(/service\.yaml:\d+:\d+ spec\.target\.cluster: no cluster is known for this service \(add spec\.target\.cluster/);
    expect(notes).toMatch(/^\d problems in 1 blueprint$/);
  });

  it.each([
    ["an unknown key", UNTARGETED.replace("performance:", "performanse:"), /service\.yaml:5:3 spec\.performanse: .*performance/],
    ["a wrong unit", UNTARGETED.replace('"< 200ms"', '"< 200%"'), /service\.yaml:12:\d+ verification\.checks\[0\]\.target: .*%/],
    ["no YAML", "metadata: [", /service\.yaml:\d+:\d+.*: .+/],
  ])("points at %s", async (_name, text, place) => {
    const { code, out } = await world.run("validate", blueprint(text), "--target-cluster", "prod", "--target-namespace", "shop");

    expect(code).toBe(2);
    expect(out).toMatch(place);
  });

  it("shows the offending line with carets under the token", async () => {
    const { out } = await world.run("validate", blueprint(UNTARGETED.replace("performance:", "performanse:")));

    expect(out).toContain("\n  5 |   performanse:\n    |   ^^^^^^^^^^^\n");
  });

  it("points at the file where aliases would stand for gigabytes", async () => {
    const line = (name: string, before: string) => `${name}: &${name} [${`*${before},`.repeat(9)}]`;
    const text = [`a: &a [${"x,".repeat(9)}]`, ...["b", "c", "d", "e", "f", "g"].map((name, i) => line(name, "abcdef"[i] ?? "a"))].join(
      "\n",
    );

    const { code, out } = await world.run("validate", blueprint(text));

    expect(code).toBe(2);
    expect(out).toContain("service.yaml:1:1: the aliases stand for too much");
  });

  it("prints warnings, and they change nothing", async () => {
    const file = blueprint(UNTARGETED);
    const stack = ["--target-cluster", "prod", "--target-namespace", "shop"];

    const { code, out, notes } = await world.run("validate", file, ...stack);
    const [parsed] = JSON.parse((await world.run("validate", file, ...stack, "--json")).out);

    expect({ code, notes }).toEqual({ code: 0, notes: "" });
    expect(out).toMatch(/^ {2}warning: signal latency_p95: Application Signals has data only of pods .* \(install the add-on /m);
    expect(parsed.warnings.map(({ trigger, signal }: { trigger: string; signal: string }) => [trigger, signal])).toContainEqual([
      "latency-p95",
      "latency_p95",
    ]);
  });

  it("gives a program the length of the token too", async () => {
    const { out } = await world.run("validate", blueprint(UNTARGETED.replace("performance:", "performanse:")), "--json");

    expect(JSON.parse(out)[0].problems[0]).toMatchObject({
      file: expect.stringMatching(/service\.yaml$/),
      line: 5,
      column: 3,
      length: "performanse".length,
      path: ["spec", "performanse"],
      message: 'unknown key "performanse"',
      fix: 'did you mean "performance"?',
    });
  });

  it("prints one JSON array", async () => {
    const { out } = await world.run("validate", EXAMPLES, "--json");
    const files = JSON.parse(out);

    expect(files).toHaveLength(9);
    expect(files[0]).toMatchObject({ service: "catalog", armed: true, hash: expect.stringMatching(/^[0-9a-f]{12}$/), problems: [] });
  });

  it.each([
    [["validate", "/nowhere"], "There is no /nowhere"],
    [["validate", "docs"], "There is no blueprint (*.yaml) in docs"],
    [["validate", EXAMPLES, "--preset", "gke"], "Allowed choices are eks, demo, none"],
  ])("refuses %j", async (argv, sentence) => {
    const { code, notes } = await world.run(...argv);

    expect(code).toBe(2);
    expect(notes).toContain(sentence);
  });

  it("finds what two blueprints may not both say, as the deployment does", async () => {
    writeFileSync(join(folder, "a.yaml"), UNTARGETED);
    writeFileSync(join(folder, "b.yaml"), UNTARGETED);

    const { code, out, notes } = await world.run(
      ...["validate", folder, join(folder, "a.yaml"), "--target-cluster", "prod", "--target-namespace", "shop"],
    );

    expect(code).toBe(2);
    expect(out).toContain("b.yaml:2:9 metadata.name: the service shop is already described in");
    expect(notes).toContain("1 problem in 2 blueprints");
  });

  it("does not pass over a .yml", async () => {
    writeFileSync(join(folder, "service.yml"), UNTARGETED);

    expect(await world.run("validate", folder)).toMatchObject({
      code: 2,
      notes: expect.stringContaining("would not be read: blueprints end in .yaml"),
    });
  });
});
