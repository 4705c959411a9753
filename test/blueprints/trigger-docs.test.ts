import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { formatProblem } from "../../blueprints/blueprint-error.ts";
import { parseBlueprintText } from "../../blueprints/load-blueprints.ts";
import { worstDetectionSeconds } from "../../functions/domain/blueprint-alarms.ts";
import type { AuthoredSignal } from "../../functions/domain/blueprint-authored.ts";
import { TRIGGER_PRESET_NAMES, type TriggerPresetName } from "../../functions/domain/trigger-preset-names.ts";
import { TRIGGER_PRESETS } from "../../functions/domain/trigger-presets.ts";
import { wellKnownSignal } from "../../functions/domain/well-known-signals.ts";
import { anAuthoredBlueprint, compiled, DEMO_STACK } from "./authored-blueprint.ts";

const TEXT = readFileSync(join(import.meta.dirname, "../../docs/triggers.md"), "utf8");
const LINES = TEXT.split("\n").map((line) => line.replaceAll(/\s+/g, " ").trim());

/** The signal of a preset as most services measure it: rates as ratios, the rest as one metric, checks of a deployment every 10 s. */
function signalOf(name: string): AuthoredSignal {
  const known = wellKnownSignal(name);
  const stat = /p\d\d$/.exec(name)?.[0] ?? (known?.publishes === "on-event" ? "Sum" : "Average");
  const metric = { namespace: "Shop", name, stat };
  const common = { unit: known?.unit ?? "count", better: known?.better ?? "lower" } as const;
  if (name === "error_rate" || name === "auth_failure_rate")
    return { ...common, ratio: { part: metric, total: metric, minimum_total: 100 } };
  return { ...common, metric, resolution: name === "health_failures" ? "10s" : "60s" };
}

/** A preset's line of the table, as its triggers say. */
function rowOf(preset: TriggerPresetName): string {
  const { rule, alarms, class: kind, severity } = TRIGGER_PRESETS[preset];
  const signals = Object.fromEntries(alarms.map(({ signal }) => [signal, signalOf(signal)]));
  const { blueprint } = compiled(anAuthoredBlueprint({ signals, triggers: [{ preset }] }));
  const [first] = blueprint?.triggers ?? [];
  const signal = blueprint?.signals.find(({ name }) => name === first?.signal);
  if (first === undefined || signal === undefined) throw new Error(`preset ${preset} does not compile`);
  const alarm = `${first.datapointsToAlarm} of ${first.evaluationPeriods} x ${first.periodSeconds} s`;
  const names = alarms.map(({ signal }) => `\`${signal}\``).join(", ");
  const cells = [`\`${preset}\``, rule, names, alarm, `${worstDetectionSeconds(first, signal)} s`, `${kind}, ${severity}`, first.mode];
  return `| ${cells.join(" | ")} |`;
}

describe("the table of presets", () => {
  it.each(TRIGGER_PRESET_NAMES)("says what %s compiles to", (preset) => {
    expect(LINES).toContain(rowOf(preset));
  });

  it.each(TRIGGER_PRESET_NAMES.filter((preset) => TRIGGER_PRESETS[preset].advice !== null))("tells what is known of %s", (preset) => {
    expect(LINES).toContain(`| \`${preset}\` | ${TRIGGER_PRESETS[preset].advice} |`);
  });
});

describe("what is said of absence", () => {
  it("is how long it takes until people hear of it", () => {
    const triggers = [{ name: "silent", signal: "request_count", class: "performance", severity: "high", absent: true } as const];
    const [trigger] = compiled(anAuthoredBlueprint({ triggers: [...triggers] })).blueprint?.triggers ?? [];
    const minutes = trigger === undefined ? null : worstDetectionSeconds(trigger, { resolutionSeconds: 60 }) / 60;

    expect(TEXT).toContain(`people hear of it up to ${minutes} minutes after the last point`);
  });
});

describe("the examples", () => {
  const examples = [...TEXT.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = ""]) => yaml);

  it("are there for every form", () => {
    for (const key of ["preset:", "x baseline", "against:", "burn_rate:", "trend:", "absent:", "minimum_severity:"]) {
      expect(examples.some((yaml) => yaml.includes(key))).toBe(true);
    }
  });

  it.each(examples)("compile as they stand: %s", (yaml) => {
    const metadata = stringify({ metadata: { name: "checkout", version: "1.0.0" } });
    const triggers = yaml.replaceAll(/^/gm, "    ");

    const { problems } = parseBlueprintText(`${metadata}spec:\n  triggers:\n${triggers}`, "triggers.md", DEMO_STACK);

    expect(problems.map(formatProblem)).toEqual([]);
  });
});
