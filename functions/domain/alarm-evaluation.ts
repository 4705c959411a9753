import { alarmReason } from "./alarm-reason.ts";
import { type AlarmRule, type AlarmState, breaches, type EvaluatedDatapoint } from "./alarm-rule.ts";
import type { Series } from "./signal.ts";

export interface AlarmEvaluation {
  readonly state: AlarmState;
  /** True when the treatment `ignore` kept the previous state. */
  readonly retained: boolean;
  /** False where AWS's documentation leaves the outcome open: reports say so instead of trusting our reading. */
  readonly documented: boolean;
  /** `StateReason` in CloudWatch's own wording. */
  readonly reason: string;
  readonly threshold: number;
  /** Newest first, as in CloudWatch's `reasonData`. */
  readonly evaluated: readonly EvaluatedDatapoint[];
}

/**
 * How many periods CloudWatch looks back for N evaluation periods. AWS publishes only the example 5 for N = 3, so this is a parameter of
 * `evaluateAlarm`, and a replay reports whether its verdict depends on it.
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + Math.max(2, Math.floor(evaluationPeriods / 3));
}

/** Judges the newest points of `series` as CloudWatch does (exact where documented). `series` must end where the evaluation window ends. */
export function evaluateAlarm(
  rule: AlarmRule,
  series: Series,
  previousState: AlarmState,
  rangePeriods = evaluationRange(rule.evaluationPeriods),
): AlarmEvaluation {
  const range = newestFirst(series, Math.max(rangePeriods, rule.evaluationPeriods));
  const real = range.filter((point) => point.value !== null);
  const evaluated = chooseDatapoints(range, real, rule.evaluationPeriods);
  const { state, retained, documented } = decide(rule, range, real, previousState);
  return { state, retained, documented, reason: alarmReason(rule, state, evaluated), threshold: rule.threshold, evaluated };
}

type Decision = Pick<AlarmEvaluation, "state" | "retained" | "documented">;

function decide(
  rule: AlarmRule,
  range: readonly EvaluatedDatapoint[],
  real: readonly EvaluatedDatapoint[],
  previous: AlarmState,
): Decision {
  const { datapointsToAlarm: m, evaluationPeriods: n, missingData } = rule;
  const isBreaching = (point: EvaluatedDatapoint) => point.value !== null && breaches(rule, point.value);
  const known = (state: AlarmState, documented = true): Decision => ({ state, retained: false, documented });
  const retain = (documented = true): Decision => ({ state: previous, retained: true, documented });

  const counted = real.slice(0, n);
  const breaching = counted.filter(isBreaching).length;
  if (real.length >= n) return known(breaching >= m ? "ALARM" : "OK");

  const filled = n - real.length;
  if (missingData === "breaching") return known(breaching + filled >= m ? "ALARM" : "OK");
  if (missingData === "notBreaching") return known(breaching >= m ? "ALARM" : "OK");
  if (real.length === 0) return missingData === "ignore" ? retain() : known("INSUFFICIENT_DATA");
  if (breaching >= m) return known("ALARM");
  if (breaching === 0 || real.length >= m) return known("OK");

  // Fewer than M real points, some of them breaching. AWS calls an alarm "premature" that waits for points which may never come: the
  // oldest breaching point is at least M periods old and nothing newer speaks against it.
  const oldest = range.findLastIndex(isBreaching);
  const premature = oldest + 1 >= m && range.slice(0, oldest).every((point) => point.value === null || isBreaching(point));
  // The documentation shows no cell with an older point that is fine, and none of `ignore` that is not premature.
  if (!premature) return known("OK", missingData === "missing");
  // Even with every gap counted as breaching there would be no alarm: waiting for points cannot be the reason for one.
  if (breaching + filled < m) return known("OK", false);
  const documented = breaching === real.length;
  return missingData === "missing" ? known("ALARM", documented) : retain(documented);
}

function newestFirst(series: Series, periods: number): EvaluatedDatapoint[] {
  const end = series.startEpochSeconds + series.values.length * series.periodSeconds;
  return Array.from({ length: periods }, (_, age) => {
    const value = series.values.at(-1 - age) ?? null;
    return { atEpochSeconds: end - (age + 1) * series.periodSeconds, value: value !== null && Number.isFinite(value) ? value : null };
  });
}

/** The N points behind the verdict: the newest real ones, then the newest missing ones where real ones do not suffice. */
function chooseDatapoints(range: readonly EvaluatedDatapoint[], real: readonly EvaluatedDatapoint[], n: number): EvaluatedDatapoint[] {
  if (real.length >= n) return real.slice(0, n);
  const missing = range.filter((point) => point.value === null).slice(0, n - real.length);
  return [...real, ...missing].sort((a, b) => b.atEpochSeconds - a.atEpochSeconds);
}
