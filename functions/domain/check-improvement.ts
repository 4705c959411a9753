import { isAsBefore } from "./baseline.ts";
import type { Blueprint, CheckPhase } from "./blueprint.ts";
import { beforeOf, type Reading, trend } from "./check-signals.ts";
import { withUnit } from "./measured.ts";
import type { Assessment, CheckResult, SignalReading } from "./rollback-document.ts";
import type { Signal } from "./signal.ts";

/** Seed 003, success criteria of the performance phase, for what had breached. Errors are asked in the business phase too. */
const RESPONSE_TIME_BETTER_PERCENT = 20;
const ERRORS_DOWN_PERCENT = 50;
const THROUGHPUT_BACK_PERCENT = 90;

type Kind = "errors" | "throughput" | "response time";

/**
 * One check for each signal whose alarm was red when the incident was assessed, and for what failed a look: has it really become better? What is as before the change has, however
 * little it had moved. A signal without a value during the incident is shown, and decides nothing.
 */
export function improvementChecks(
  phase: CheckPhase,
  { blueprint, assessment, firedAlarm, lookedSignal, readings }: ImprovementFacts,
): CheckResult[] {
  const red = new Set(assessment.alarms.filter(({ state }) => state === "ALARM").map(({ alarmName }) => alarmName));
  if (firedAlarm !== null) red.add(firedAlarm);
  const breached = new Set(blueprint.triggers.filter(({ alarmName }) => red.has(alarmName)).map(({ signal }) => signal));
  if (lookedSignal !== undefined) breached.add(lookedSignal);
  return blueprint.signals
    .filter(({ name, source }) => breached.has(name) && source.kind !== "alarm")
    .flatMap((signal) => {
      const kind = kindOf(signal);
      const asked = kind !== null && (phase === "performance" || (phase === "business" && kind === "errors"));
      if (!asked) return [];
      const known = assessment.signals.find((reading) => reading.signal === signal.name);
      return [judgeImprovement(signal, kind, known, readings.find((reading) => reading.signal === signal.name)?.value ?? null)];
    });
}

export interface ImprovementFacts {
  readonly blueprint: Pick<Blueprint, "triggers" | "signals">;
  readonly assessment: Pick<Assessment, "alarms" | "signals">;
  readonly firedAlarm: string | null;
  readonly lookedSignal?: string;
  readonly readings: readonly Reading[];
}

function judgeImprovement(signal: Signal, kind: Kind, known: SignalReading | undefined, value: number | null): CheckResult {
  const { unit, better } = signal;
  const before = beforeOf(known);
  const during = known?.during ?? null;
  const comparable = kind === "throughput" ? before : during;
  const common = {
    check: `improvement ${signal.name}`,
    expected: expectation(kind),
    critical: comparable !== null,
    rollbackTrigger: false,
  };
  if (value === null || comparable === null) {
    const actual = value === null ? "no data" : `${withUnit(value, unit)}, and nothing to compare it with`;
    return { ...common, actual, verdict: "inconclusive", degradation: null, improvement: null };
  }
  const back = before !== null && isAsBefore(value, before, better);
  const limit =
    kind === "throughput"
      ? value > (comparable * THROUGHPUT_BACK_PERCENT) / 100
      : value < comparable * (1 - (kind === "errors" ? ERRORS_DOWN_PERCENT : RESPONSE_TIME_BETTER_PERCENT) / 100);
  const verdict = limit || back ? "pass" : "fail";
  const actual = `${withUnit(value, unit)}, ${kind === "throughput" ? "before the change" : "in the incident"} ${withUnit(comparable, unit)}`;
  return { ...common, actual, verdict, measured: { signal: signal.name, value }, ...trend(value, known, verdict) };
}

function kindOf({ name, unit, better }: Signal): Kind | null {
  if (better === "higher") return /(request|throughput)/.test(name) ? "throughput" : null;
  if (/error/.test(name)) return "errors";
  return unit === "ms" || unit === "s" ? "response time" : null;
}

function expectation(kind: Kind): string {
  switch (kind) {
    case "errors":
      return `down by > ${ERRORS_DOWN_PERCENT}%, or as before the change`;
    case "response time":
      return `better by > ${RESPONSE_TIME_BETTER_PERCENT}%, or as before the change`;
    case "throughput":
      return `back over ${THROUGHPUT_BACK_PERCENT}%`;
  }
}
