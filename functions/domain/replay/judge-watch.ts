import { type AlarmEvaluation, evaluateAlarm } from "../alarm-evaluation.ts";
import type { AlarmRule, AlarmState } from "../alarm-rule.ts";
import type { MetricWatch } from "../blueprint-alarms.ts";
import type { LeafSeries } from "./leaf-series.ts";
import { minimumSamplesOf, rangeOf, ruleOf, type WatchWindows, watchWindows } from "./watch-windows.ts";

/** Evaluates an alarm once, at `at`, as a replay does with every tick. Throws `InvalidInputError` for data that does not fit. */
export function judgeWatch(
  watch: MetricWatch,
  leaves: readonly LeafSeries[],
  at: Date,
  previous: AlarmState,
  rangePeriods?: number,
): AlarmEvaluation {
  const atEpochSeconds = at.getTime() / 1000;
  const periods = rangeOf(watch, rangePeriods);
  const windows = watchWindows(watch, leaves, { fromEpochSeconds: atEpochSeconds, toEpochSeconds: atEpochSeconds, periods });
  const newest = windows.grid.count - 1;
  return judgeAt(windows, ruleOf(watch), newest, previous, periods, lowSampleLimit(watch, windows));
}

/** The whole evaluation behind the point at `newest`, with its reason. */
export function judgeAt(
  windows: WatchWindows,
  rule: AlarmRule,
  newest: number,
  previous: AlarmState,
  periods: number,
  limit: number,
): AlarmEvaluation {
  const { grid } = windows;
  const series = {
    startEpochSeconds: grid.firstEndEpochSeconds + newest * grid.stepSeconds - periods * grid.periodSeconds,
    periodSeconds: grid.periodSeconds,
    values: Array.from(windows.rangeAt(newest, periods), (value) => (Number.isNaN(value) ? null : value)),
  };
  const evaluation = evaluateAlarm(rule, series, previous, periods);
  const low = lowSamplesAt(windows, newest, rule.evaluationPeriods, limit);
  if (low === "none") return evaluation;
  return low === "newest" ? { ...evaluation, state: previous, retained: true, documented: true } : { ...evaluation, documented: false };
}

export function lowSampleLimit(watch: MetricWatch, windows: WatchWindows): number {
  return windows.samples === null ? 0 : minimumSamplesOf(watch.leaves[0]?.metric.stat ?? "");
}

/**
 * Which of the evaluated periods have too few samples for a percentile. AWS: with `ignore` "the alarm state does not change during periods with too few
 * data points"; so the newest period decides, and what an older one of the M of N counts for is left open. A period without any sample is a missing point.
 */
export function lowSamplesAt(windows: WatchWindows, newest: number, evaluationPeriods: number, limit: number): "none" | "newest" | "older" {
  const { samples, stride } = windows;
  if (samples === null) return "none";
  for (let age = 0; age < evaluationPeriods; age++) {
    if ((samples[newest - age * stride] ?? Number.NaN) < limit) return age === 0 ? "newest" : "older";
  }
  return "none";
}
