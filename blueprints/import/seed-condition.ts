import { TRIGGER_CONDITION_PATTERN } from "../../functions/domain/trigger-condition.ts";
import type { Operator } from "../../functions/domain/trigger-form.ts";

/** A condition as the seeds write it: `error_rate > baseline * 2`, `memory_usage > 90%`, `db_connection_errors > 10`. */
export interface SeedCondition {
  /** Their word for the signal. */
  readonly signal: string;
  readonly operator: Operator;
  readonly against: { readonly kind: "baseline"; readonly factor: number } | { readonly kind: "value"; readonly text: string };
}

/** Null for a text of another form (`ceo_command == 'rollback'` is one). */
export function parseSeedCondition(text: string): SeedCondition | null {
  const [, signal = "", operator = "", right = ""] = /^\s*([A-Za-z_]\w*)\s*(>=|<=|>|<)\s*(.+?)\s*$/.exec(text) ?? [];
  if (signal === "") return null;
  const factor = /^baseline\s*\*\s*(\d+(?:\.\d+)?)$|^(\d+(?:\.\d+)?)\s*\*\s*baseline$/.exec(right);
  const common = { signal, operator: operator as Operator };
  if (factor !== null) return { ...common, against: { kind: "baseline", factor: Number(factor[1] ?? factor[2]) } };
  const value = /^(\d+(?:\.\d+)?)\s*(%|ms|s)?$/.exec(right);
  return value === null ? null : { ...common, against: { kind: "value", text: `${value[1]}${value[2] ?? ""}` } };
}

/** True for the seeds' way to say that a person starts it (seed 002: `ceo_command == 'rollback'`). */
export function isByHand(text: string): boolean {
  return /^\s*\w*command\s*==\s*(['"])rollback\1\s*$/.test(text);
}

/** Whether a blueprint can say it: figures are positive, and written without an exponent. */
export function canBeWritten(when: string): boolean {
  return TRIGGER_CONDITION_PATTERN.test(when) && !/^(>=|<=|>|<) 0+(\.0+)?(?![\d.])/.test(when);
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, second: 1, m: 60, min: 60, minute: 60, h: 3600, hour: 3600 };

/** Seconds of `5 minutes`, `30 seconds` or `10m`; null for another text. */
export function parseSeedWindow(text: string): number | null {
  const [, amount = "", unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*$/i.exec(text) ?? [];
  const seconds = Number(amount) * (SECONDS[unit.toLowerCase()] ?? Number.NaN);
  return amount !== "" && Number.isInteger(seconds) && seconds > 0 ? seconds : null;
}

/** Their names of signals, and ours (seed 002). `error_rate` there is errors per minute, so a count, unless it is compared in percent; ours of that name is a share of requests. */
const SIGNALS: Readonly<Record<string, string>> = {
  error_rate: "error_count",
  memory: "memory_utilization",
  memory_usage: "memory_utilization",
  cpu: "cpu_utilization",
  cpu_usage: "cpu_utilization",
  database: "db_errors",
  db_connection_errors: "db_errors",
  health_check: "health_failures",
  health_check_failures: "health_failures",
};

/** The name of our signal for theirs, of which `inPercent` is asked; null when there is none. */
export function signalOf(theirs: string, inPercent = false): string | null {
  if (theirs === "error_rate" && inPercent) return "error_rate";
  const latency = /^(?:(p\d\d)_latency|latency_(p\d\d))(?:_ms)?$/.exec(theirs);
  if (latency !== null) return `latency_${latency[1] ?? latency[2]}`;
  return (Object.hasOwn(SIGNALS, theirs) && SIGNALS[theirs]) || null;
}
