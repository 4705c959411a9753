import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import type { ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import { LONGEST_TUNED_PERIOD_SECONDS } from "../../functions/domain/trigger-baseline.ts";
import { freeName, type ImportContext, type ImportedTrigger, kebabName, observed } from "./imported.ts";
import { type Mapping, pathText } from "./mapping.ts";
import { canBeWritten, isByHand, parseSeedCondition, parseSeedWindow, signalOf } from "./seed-condition.ts";
import { isWindow, type SeedRule, triggerOf } from "./seed-rule.ts";
import type { SourceDocument } from "./source-document.ts";
import { triggerRefusal } from "./trigger-refusal.ts";

/** What both of the seeds' blocks share while they are read. */
export interface SeedReading {
  readonly source: SourceDocument;
  readonly mapping: Mapping;
  readonly context: ImportContext;
  readonly triggers: ImportedTrigger[];
}

const ROOT = "rollback_triggers";
const ERRORS_PER_MINUTE =
  "Errors per minute grow with the traffic: signal error_rate (a share of the requests) with preset error-rate-plus-5 is the safer rule.";

/** `rollback_triggers`: by name, a condition, a window and an action (seed 002). */
export function readTriggers(reading: SeedReading): void {
  for (const name of Object.keys(reading.source.section([ROOT]) ?? {})) readTrigger(reading, name);
}

function readTrigger(reading: SeedReading, name: string): void {
  const { source, mapping } = reading;
  const path = [ROOT, name];
  source.section(path);
  const condition = source.text([...path, "condition"]);
  const window = source.text([...path, "window"]);
  if (condition === undefined)
    throw source.broken(path, `trigger ${name} has no condition`, 'add one, such as condition: "memory_usage > 90%"');
  if (isByHand(condition)) {
    const how = "a person starts a rollback at any time; nothing to write into a blueprint";
    mapping.outside(path, `rollguard rollback ${reading.context.service ?? "<service>"} --reason "..."`, how);
    return;
  }
  const rule = ruleOf(reading, path, condition, window);
  if (rule === null) return;
  const to = addTrigger(reading, path, rule, source.flag([...path, "enabled"]) ?? true);
  if (to === null) return;
  mapping.mapped([...path, "condition"], `${to}.when`, `${rule.signal} ${rule.when}`);
  mapping.mapped([...path, "window"], `${to}.period`);
  mapping.mapped([...path, "enabled"], `${to}.mode`);
  const action = source.text([...path, "action"]);
  if (action === undefined) return;
  const chosen =
    "the strategy follows from class and severity (docs/strategies.md); a cell of the table is overridden in spec.rollback.strategies";
  mapping.notMapped([...path, "action"], `${action}: ${chosen}`);
}

function ruleOf({ mapping }: SeedReading, path: ProblemPath, text: string, window: string | undefined): SeedRule | null {
  const condition = parseSeedCondition(text);
  if (condition === null) {
    mapping.notMapped(path, `the condition "${text}" is no comparison of a signal with a value or with the baseline`);
    return null;
  }
  const signal = signalOf(condition.signal, condition.against.kind === "value" && condition.against.text.endsWith("%"));
  if (signal === null) {
    mapping.notMapped(path, `no signal of ours is ${condition.signal}: describe one in spec.signals and write the trigger by hand`);
    return null;
  }
  const windowSeconds = window === undefined ? null : parseSeedWindow(window);
  if (window !== undefined && (windowSeconds === null || !isWindow(windowSeconds))) {
    mapping.notMapped(path, `the window "${window}" is not a number of whole minutes up to a day, and CloudWatch judges no other`);
    return null;
  }
  const { operator, against } = condition;
  if (against.kind === "baseline" && windowSeconds !== null && windowSeconds > LONGEST_TUNED_PERIOD_SECONDS) {
    mapping.notMapped(
      path,
      `the window "${window}" is too long for a baseline, which is measured over an hour: write the trigger by hand with a period up to 15m`,
    );
    return null;
  }
  const when = against.kind === "baseline" ? `${operator} ${against.factor}x baseline` : `${operator} ${against.text}`;
  if (!canBeWritten(when)) {
    mapping.notMapped(path, `a trigger cannot say "${when}"`);
    return null;
  }
  return { signal, when, windowSeconds };
}

/** Adds the trigger, unless one with the same rule is there already, and answers where it is in the blueprint; null, and noted, where no blueprint can have it. */
export function addTrigger(
  { source, mapping, context, triggers }: SeedReading,
  path: ProblemPath,
  rule: SeedRule,
  enabled: boolean,
): string | null {
  const key = String(path.at(-1));
  const base = kebabName(key);
  if (base === null) throw source.broken(path, `"${key}" cannot be made a trigger's name`, "rename it, such as error_rate");
  const off = enabled ? {} : observed(context, `imported with enabled: false (${source.file}, ${pathText(path)})`);
  const trigger: AuthoredTrigger = { ...triggerOf(base, rule), ...off };
  const refused = triggerRefusal(trigger);
  if (refused !== null) {
    mapping.notMapped(path, refused);
    return null;
  }
  const same = triggers.find((other) => ruleText(other.trigger) === ruleText(trigger));
  if (same !== undefined) return `spec.triggers (${same.trigger.name})`;
  const name = freeName(base, triggers);
  const decide = [
    ...(trigger.preset === "error-rate-2x" ? [ERRORS_PER_MINUTE] : []),
    ...(name === base ? [] : [`The source has a second rule of this name: keep one of ${base} and ${name}.`]),
  ];
  triggers.push({ trigger: { ...trigger, name }, decide });
  return `spec.triggers (${name})`;
}

function ruleText(trigger: AuthoredTrigger): string {
  return JSON.stringify({ ...trigger, name: null, mode_reason: null });
}
