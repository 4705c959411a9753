import { countRange, noFacts, outcomeOf } from "./alarm-outcome.ts";
import { alarmReason } from "./alarm-reason.ts";
import type { AlarmRule, AlarmState, EvaluatedDatapoint } from "./alarm-rule.ts";
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
  const facts = noFacts();
  const values = Float64Array.from(range, (point) => point.value ?? Number.NaN);
  countRange(facts, rule, values, 0, -1, range.length);
  const outcome = outcomeOf(rule, facts);
  const state = outcome.state ?? previousState;
  const reason = alarmReason(rule, state, evaluated);
  return { state, retained: outcome.state === null, documented: outcome.documented, reason, threshold: rule.threshold, evaluated };
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
