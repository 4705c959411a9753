import { isListenedTo } from "./alarms/signal-rule.ts";
import type { Blueprint, Check, CheckPhase } from "./blueprint.ts";
import { beforeOf, judgeSignal } from "./check-signals.ts";
import { lookChecks } from "./looks/check-look.ts";
import { judgeProbe, type ProbeReading } from "./probe.ts";
import type { CheckResult, SignalReading } from "./rollback-document.ts";
import { podsOf } from "./rollout.ts";
import type { Signal } from "./signal.ts";
import { isBefore } from "./time.ts";
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
  /** What the phase's probes came to. @default none was asked */
  readonly probes?: readonly ProbeResult[];
  /** Values before and during the incident. */
  readonly incident: readonly SignalReading[];
  readonly alarms: readonly AlarmFact[];
  /** Whether every alarm of ours has had time to clear since the service is stable. */
  readonly alarmsHadTime: boolean;
  /** The alarm that started the incident, and when the change that was taken back began at the earliest. */
  readonly firedAlarm?: string | null;
  /** The signal that failed the look which started the incident. @default no look did */
  readonly lookedSignal?: string;
  readonly changeAt?: string | null;
  /** All traffic is at the maintenance page: the service has no data to show. @default false */
  readonly maintained?: boolean;
}

/** What a probe came to, by the name of its check. */
export interface ProbeResult {
  readonly check: string;
  readonly reading: ProbeReading;
}

/**
 * Evaluates *all* checks of a phase, and in the health phase all alarms of the service (seed 000's output lists all, its pseudo-code stops at the first: all
 * it is). A script has a step of its own, and is no part of a look.
 */
export function evaluateChecks(facts: CheckFacts, phase: CheckPhase = "health"): CheckResult[] {
  const checks = checksOf(facts.blueprint, phase).map((check) => evaluate(check, facts));
  if (phase !== "health") return checks;
  const { blueprint, lookedSignal: looked, readings, incident, alarmsHadTime: hadTime, maintained = false } = facts;
  const look = maintained ? [] : lookChecks({ blueprint, looked, readings, incident, hadTime });
  return [...checks, ...silence(facts), ...look, ...facts.alarms.map((alarm) => alarmCheck(alarm, facts))];
}

/** The signal that started the incident: what failed a look, or what an alarm of ours judges; undefined for an alarm that is only listened to. */
export function firedSignal(
  blueprint: Pick<Blueprint, "triggers" | "signals">,
  firedAlarm: string | null | undefined,
  looked?: string,
): string | undefined {
  if (looked !== undefined) return looked;
  return blueprint.triggers.find((trigger) => trigger.alarmName === firedAlarm && !isListenedTo(trigger, blueprint))?.signal;
}

/** The checks of a blueprint that a look of this phase asks. */
export function checksOf({ verification }: Pick<Blueprint, "verification">, phase: CheckPhase): Exclude<Check, { type: "script" }>[] {
  return verification.checks.filter((check) => check.type !== "script").filter((check) => (check.phase ?? "health") === phase);
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

function evaluate(check: Exclude<Check, { type: "script" }>, facts: CheckFacts): CheckResult {
  const common = {
    check: check.name,
    critical: check.critical,
    rollbackTrigger: check.rollbackTrigger,
    degradation: null,
    improvement: null,
  };
  switch (check.type) {
    case "exact_match": {
      const actual = check.name === "replica_count" ? facts.workload.replicas : readyPods(facts);
      const verdict = actual === facts.expected.replicas ? "pass" : "fail";
      return { ...common, expected: `${facts.expected.replicas}`, actual: `${actual}`, verdict };
    }
    case "threshold":
    case "baseline":
    case "queue_length":
      return { ...common, ...judgeSignal(check, facts.readings, facts.incident) };
    default:
      return { ...common, ...judgeProbe(check, facts.probes?.find((probe) => probe.check === check.name)?.reading) };
  }
}

function readyPods({ workload, expected }: CheckFacts): number {
  return expected.templateHash === null ? workload.status.readyReplicas : podsOf(workload, expected.templateHash).ready;
}

/** Does a signal have points all the time? Then none means that nothing was measured. An existing alarm has no points at all. */
export function isContinuous({ publishes, source }: Pick<Signal, "publishes" | "source">): boolean {
  return publishes !== "on-event" && source.kind !== "alarm";
}

/**
 * An alarm also goes to OK because nothing is measured any more: without a value of what had breached, nothing is proven. A decisive check says it itself. What
 * has points only on events has none while none happens, unless what always has some went silent too. A signal that was silent before the change says nothing
 * by being silent again; what failed a look had spoken since.
 */
function silence({ blueprint, firedAlarm, lookedSignal, maintained = false, readings, incident }: CheckFacts): CheckResult[] {
  const signal = firedSignal(blueprint, firedAlarm, lookedSignal);
  const asked = checksOf(blueprint, "health").some((check) => "signal" in check && check.signal === signal && check.rollbackTrigger);
  const isRead = readings.some((reading) => reading.signal === signal && reading.value !== null);
  const armed = blueprint.signals.find(({ name }) => name === signal);
  const spoke = (name: string | undefined) => {
    const reading = incident.find((one) => one.signal === name);
    return (reading?.before ?? (lookedSignal === undefined ? null : (beforeOf(reading) ?? reading?.during)) ?? null) !== null;
  };
  const told =
    armed === undefined || isContinuous(armed) ? spoke(signal) : blueprint.signals.some((one) => isContinuous(one) && spoke(one.name));
  if (signal === undefined || asked || isRead || maintained || !told) return [];
  return [
    {
      check: `data of ${signal}`,
      expected: "a value since the service is stable",
      actual: "no data",
      verdict: "inconclusive",
      critical: true,
      rollbackTrigger: true,
      degradation: null,
      improvement: null,
    },
  ];
}

/**
 * Red or without data before the change was made is not the change's fault: shown, but it decides nothing, or every rollback would go on to older releases
 * for it, and an alarm that never gets data would deny every recovery. Somebody else's alarm clears in its own time, which we do not know: red is no verdict on it.
 */
function alarmCheck(alarm: AlarmFact, facts: CheckFacts): CheckResult {
  const { alarmName, state, since } = alarm;
  const red = state === "ALARM";
  const older = (red || state === "INSUFFICIENT_DATA") && alarmName !== facts.firedAlarm && isBefore(since, facts.changeAt);
  const ours = facts.blueprint.triggers.some((trigger) => trigger.alarmName === alarmName && !isListenedTo(trigger, facts.blueprint));
  return {
    check: `alarm ${alarmName}`,
    expected: "OK",
    actual: older ? `${state} since ${since}, before the change` : state,
    verdict: state === "OK" ? "pass" : red && ours && facts.alarmsHadTime && !older ? "fail" : "inconclusive",
    critical: !older,
    rollbackTrigger: !older,
    degradation: null,
    improvement: null,
  };
}
