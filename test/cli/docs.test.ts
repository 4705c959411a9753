import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseBlueprintFile } from "../../blueprints/load-blueprints.ts";
import { STEP_ERROR_NAMES } from "../../functions/domain/errors.ts";
import { FakeWorld } from "./fake-command.ts";

const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "blueprints/README.md",
  "statemachines/README.md",
  "docs/guide.md",
  "docs/baselines.md",
  "docs/observe-to-auto.md",
  "docs/by-hand.md",
  "docs/hooks.md",
  "docs/import.md",
  "docs/judging.md",
  "docs/plan.md",
  "docs/releases.md",
  "docs/rollback.md",
  "docs/strategies.md",
  "docs/gitops.md",
  "docs/governance.md",
  "docs/traffic.md",
  "docs/backtest.md",
  "docs/blueprint.md",
  "docs/signals.md",
  "docs/security-findings.md",
  "docs/escalation.md",
  "docs/unmeasured.md",
  "docs/runbooks/a-rollback-failed.md",
  "docs/runbooks/gitops-is-held.md",
  "docs/runbooks/you-were-called.md",
];
const ROOTS = readdirSync(".").filter((name) => !name.startsWith("."));

describe.each(PAGES)("%s", (page) => {
  const text = readFileSync(page, "utf8");

  it("links to and names only files that exist", () => {
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => join(dirname(page), target ?? ""));
    const named = [...text.matchAll(/[\w.-]+(?:\/[\w.-]+)+/g)]
      .map(([path]) => path)
      .filter((path) => ROOTS.includes(path.split("/")[0] ?? ""));

    expect([...linked, ...named].filter((path) => !existsSync(path))).toEqual([]);
  });

  it("uses only subcommands and options that the program has", async () => {
    const lines = [...text.matchAll(/npx rollguard ([^\n`#]+)/g)].map(([, line]) => line?.trim() ?? "");
    for (const line of lines) {
      const [subcommand = "", ...rest] = line.split(/\s+/);
      const help = await new FakeWorld().run(...(subcommand.startsWith("-") ? ["--help"] : [subcommand, "--help"]));

      expect(help.code, line).toBe(0);
      for (const option of rest.filter((word) => /^--[a-z]/.test(word))) expect(help.out, line).toContain(option);
    }
  });

  it("runs only npm scripts that there are", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const run = [...text.matchAll(/npm run (?:-s )?([\w:-]+)|npm (test)\b/g)].map(([, script, test]) => script ?? test ?? "");

    expect(run.filter((script) => scripts[script] === undefined)).toEqual([]);
  });

  it("names only context keys, presets and errors that exist", () => {
    const config = readFileSync("infra/config.ts", "utf8");
    const keys = [...text.matchAll(/`rollguard:([a-zA-Z]+)`|-c rollguard:([a-zA-Z]+)=/g)].map(([, key, flag]) => key ?? flag ?? "");
    const errors = [...text.matchAll(/`(\w+Error)`/g)].map(([, name]) => name ?? "");

    expect(
      keys.filter((key) => !["read", "write", "keep"].includes(key) && !new RegExp(`^  ${key}: \\{\\s+schema`, "m").test(config)),
    ).toEqual([]);
    expect(errors.filter((name) => !STEP_ERROR_NAMES.some((known) => known === name))).toEqual([]);
  });
});

describe("the documentation", () => {
  it("mentions every known error in the runbook", () => {
    const runbook = readFileSync("docs/runbooks/a-rollback-failed.md", "utf8");

    for (const name of STEP_ERROR_NAMES) expect(runbook).toContain(`\`${name}\``);
  });

  it.each([
    ["README.md", ["latency"]],
    ["docs/blueprint.md", ["latency-high", "errors"]],
  ])("shows a blueprint that can be armed in %s", (page, triggers) => {
    const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(page, "utf8")) ?? [];
    const folder = mkdtempSync(join(tmpdir(), "rollguard-docs-"));
    writeFileSync(join(folder, "checkout.yaml"), yaml);
    const { blueprint, problems } = parseBlueprintFile(join(folder, "checkout.yaml"), { metricPreset: "eks" });
    rmSync(folder, { recursive: true });

    expect(problems).toEqual([]);
    expect(blueprint?.triggers.map(({ name }) => name)).toEqual(triggers);
  });

  it("explains every key of a blueprint", () => {
    const reference = readFileSync("docs/blueprint.md", "utf8");
    const keys = keysOf(JSON.parse(readFileSync("blueprints/blueprint.schema.json", "utf8")));

    expect(keys.size).toBeGreaterThan(40);
    expect([...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(reference))).toEqual([]);
  });
});

/** Names of all properties anywhere in a JSON Schema. */
function keysOf(schema: unknown, keys = new Set<string>()): Set<string> {
  if (Array.isArray(schema)) for (const part of schema) keysOf(part, keys);
  else if (typeof schema === "object" && schema !== null) {
    for (const [name, part] of Object.entries(schema)) {
      if (name === "properties" && typeof part === "object" && part !== null) for (const key of Object.keys(part)) keys.add(key);
      keysOf(part, keys);
    }
  }
  return keys;
}
