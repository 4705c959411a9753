import type { Blueprint, Check, Operator } from "./blueprint.ts";
import type { CheckResult, SignalReading } from "./rollback-document.ts";
import { podsOf } from "./rollout.ts";
import type { Unit } from "./signal.ts";
import { isBefore, unreachable } from "./time.ts";
import type { WorkloadState } from "./workload.ts";

/** An alarm of the service as it is now. `absent`: the blueprint names it, and CloudWatch does not know it. */
export interface AlarmFact {
  readonly alarmName: string;
  readonly trigger: string;
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA" | "absent";
  /** When it entered this state. */
  readonly since?: string;
}

export interface CheckFacts {
  readonly blueprint: Blueprint;
  readonly workload: WorkloadState;
  /** What the plan step restored to. */
  readonly expected: { readonly templateHash: string | null; readonly replicas: number };
  /** Values since the service is stable; null = no data. */
  readonly readings: readonly { readonly signal: string; readonly value: number | null }[];
  /** Values before and during the incident. */
  readonly incident: readonly SignalReading[];
  readonly alarms: readonly AlarmFact[];
  /** Whether every alarm of ours has had time to clear since the service is stable. */
  readonly alarmsHadTime: boolean;
  /** The alarm that started the incident, and when the change that was taken back began at the earliest. */
  readonly firedAlarm?: string | null;
  readonly changeAt?: string | null;
}

/** Evaluates *all* blueprint checks and all alarms of the service (seed 000's output lists all, its pseudo-code stops at the first: all it is). */
export function evaluateChecks(facts: CheckFacts): CheckResult[] {
  return [
    ...facts.blueprint.verification.checks.map((check) => evaluate(check, facts)),
    ...facts.alarms.map((alarm) => alarmCheck(alarm, facts)),
  ];
}

/**
 * Three-valued verdict over check results: a failed check with `rollback_trigger`, or a failed critical check when the policy says so, is `fail`;
 * one of those without data is `inconclusive`; checks that are neither only inform.
 */
export function verdictOf(results: readonly CheckResult[], triggerOnCriticalFailure: boolean): "pass" | "fail" | "inconclusive" {
  const decisive = results.filter((result) => result.rollbackTrigger || (result.critical && triggerOnCriticalFailure));
  if (decisive.some((result) => result.verdict === "fail")) return "fail";
  if (decisive.some((result) => result.verdict === "inconclusive")) return "inconclusive";
  return "pass";
}

/** True when `value operator limit`. */
export function compare(value: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    default:
      return unreachable(operator);
  }
}

/** `280ms`, `1.2%`, `17`: at most two decimals. */
export function withUnit(value: number, unit: Unit): string {
  const rounded = Math.round(value * 100) / 100;
  return unit === "count" ? `${rounded}` : unit === "%" || unit === "ms" || unit === "s" ? `${rounded}${unit}` : `${rounded} ${unit}`;
}

function evaluate(check: Check, facts: CheckFacts): CheckResult {
  const common = {
    check: check.name,
    critical: check.critical,
    rollbackTrigger: check.rollbackTrigger,
    degradation: null,
    improvement: null,
  };
  if (check.type === "exact_match") {
    const actual = check.name === "replica_count" ? facts.workload.replicas : readyPods(facts);
    const verdict = actual === facts.expected.replicas ? "pass" : "fail";
    return { ...common, expected: `${facts.expected.replicas}`, actual: `${actual}`, verdict };
  }
  if (check.type !== "threshold") return { ...common, expected: check.type, actual: "not read by this version", verdict: "inconclusive" };
  const expected = `${check.operator} ${withUnit(check.target, check.unit)}`;
  const value = facts.readings.find((reading) => reading.signal === check.signal)?.value ?? null;
  if (value === null) return { ...common, expected, actual: "no data", verdict: "inconclusive" };
  const verdict = compare(value, check.operator, check.target) ? "pass" : "fail";
  return {
    ...common,
    expected,
    actual: withUnit(value, check.unit),
    verdict,
    ...trend(
      value,
      facts.incident.find((reading) => reading.signal === check.signal),
      verdict,
    ),
  };
}

function readyPods({ workload, expected }: CheckFacts): number {
  return expected.templateHash === null ? workload.status.readyReplicas : podsOf(workload, expected.templateHash).ready;
}

/**
 * Red before the change was made is not the change's fault: shown, but it decides nothing, or every rollback would go on to older releases for it.
 * Somebody else's alarm clears in its own time, which we do not know: red is no verdict on it.
 */
function alarmCheck(alarm: AlarmFact, facts: CheckFacts): CheckResult {
  const { alarmName, state, since } = alarm;
  const red = state === "ALARM";
  const older = red && alarmName !== facts.firedAlarm && isBefore(since, facts.changeAt);
  const ours = facts.blueprint.triggers.some((trigger) => trigger.alarmName === alarmName && trigger.rule !== null);
  return {
    check: `alarm ${alarmName}`,
    expected: "OK",
    actual: older ? `ALARM since ${since}, before the change` : state,
    verdict: state === "OK" ? "pass" : red && ours && facts.alarmsHadTime && !older ? "fail" : "inconclusive",
    critical: !older,
    rollbackTrigger: !older,
    degradation: null,
    improvement: null,
  };
}

function trend(
  value: number,
  incident: SignalReading | undefined,
  verdict: "pass" | "fail",
): Pick<CheckResult, "degradation" | "improvement"> {
  if (incident === undefined) return { degradation: null, improvement: null };
  const { before, during, unit } = incident;
  if (verdict === "pass") {
    return {
      degradation: null,
      improvement: during === null ? null : `Restored from ${withUnit(during, unit)} to ${withUnit(value, unit)}`,
    };
  }
  return { degradation: before === null ? null : describeDegradation(before, value, unit), improvement: null };
}

/** Seed 000's form: `133% increase (120ms -> 280ms)`. */
export function describeDegradation(before: number, after: number, unit: Unit): string {
  const figures = `(${withUnit(before, unit)} -> ${withUnit(after, unit)})`;
  if (before === 0) return `from zero ${figures}`;
  const percent = Math.round(((after - before) / before) * 100);
  return `${Math.abs(percent)}% ${percent < 0 ? "decrease" : "increase"} ${figures}`;
}
