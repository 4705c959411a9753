import { limitOf } from "../../../../functions/domain/alarms/baseline-margin.ts";
import type { Trigger } from "../../../../functions/domain/blueprint.ts";
import type { CompiledAlarm, MetricWatch } from "../../../../functions/domain/blueprint-alarms.ts";
import type { LeafSeries } from "../../../../functions/domain/replay/leaf-series.ts";
import { replayAlarms, type WatchedAlarm } from "../../../../functions/domain/replay/replay-alarms.ts";
import type { MetricRef, Signal } from "../../../../functions/domain/signal.ts";

/** What a tuned or compared value is compared with. */
const BASELINE = 20;
const TOTAL = 100_000;
const SAMPLES = 100_000;
/** A full hour, long after the epoch. */
const CHANGE = 1_764_000_000;

/** When the trouble begins within a bucket of the metric, and when in its tick CloudWatch evaluates. */
export interface Moment {
  /** From 0 to less than the bucket: so long before its end nothing is good any more, but the bucket still is. */
  readonly lateSeconds: number;
  readonly phaseSeconds: number;
}

/** The latest onset and the latest evaluation there are, to the second. */
export function worstMoment(alarms: readonly CompiledAlarm[]): Moment {
  return { lateSeconds: bucketSeconds(alarms) - 1, phaseSeconds: sliding(alarms) - 1 };
}

/** How often the metrics have a value: as often as their signal says, or where that is more often than their alarms slide, as often as those do. */
export function bucketSeconds(alarms: readonly CompiledAlarm[]): number {
  return Math.max(sliding(alarms), ...alarms.map(({ signal }) => signal.resolutionSeconds));
}

function sliding(alarms: readonly CompiledAlarm[]): number {
  return metricWatches(alarms).every(({ periodSeconds }) => periodSeconds < 60) ? 10 : 60;
}

/**
 * Seconds from the onset of a lasting breach to the acting alarm, as the evaluator finds it. The signal is just beyond its threshold, so that a window is bad
 * only when all of it is; of a burn rate every request fails, of absence nothing is measured any more. Null when no alarm comes within `limitSeconds`.
 */
export function detectedAfterSeconds(alarms: readonly CompiledAlarm[], moment: Moment, limitSeconds: number): number | null {
  const acting = alarms.find(({ role }) => role === "acting");
  if (acting === undefined) throw new Error("no acting alarm");
  const bucket = bucketSeconds(alarms);
  const longest = Math.max(
    ...metricWatches(alarms).map(({ periodSeconds, evaluationPeriods }) => periodSeconds * (2 * evaluationPeriods + 3)),
  );
  const onset = CHANGE - moment.lateSeconds;
  const start = CHANGE - Math.ceil((longest + 3600) / 3600) * 3600;
  const count = Math.ceil((CHANGE + limitSeconds + longest - start) / bucket);
  const watched = alarms.map(({ alarmName, watch }): WatchedAlarm => {
    if (watch === null) throw new Error(`${alarmName} is not ours`);
    return { alarmName, watch: watch.kind === "metric" ? replayable(watch, acting) : watch };
  });
  const leavesOf = (watch: MetricWatch) =>
    watch.leaves.map(({ id }): LeafSeries => {
      const point = pointsOf(id, acting, watch, watch.periodSeconds / bucket);
      const values = Array.from({ length: count }, (_, index) => {
        const end = start + (index + 1) * bucket;
        return end > CHANGE ? point.bad : end === CHANGE ? point.mixed(moment.lateSeconds / bucket) : point.good;
      });
      return { startEpochSeconds: start, periodSeconds: bucket, values };
    });
  const from = new Date((CHANGE - bucket) * 1000);
  const to = new Date((CHANGE + limitSeconds) * 1000);
  const transitions = replayAlarms(watched, leavesOf, { from, to, phaseSeconds: moment.phaseSeconds, initialState: "OK" });
  const alarm = transitions.get(acting.alarmName)?.find((transition) => transition.to === "ALARM");
  return alarm === undefined ? null : alarm.at.getTime() / 1000 - onset;
}

function metricWatches(alarms: readonly CompiledAlarm[]): readonly MetricWatch[] {
  return alarms.flatMap(({ watch }) => (watch?.kind === "metric" ? [watch] : []));
}

/** With a threshold, and with the statistic that sees trouble last: percentiles and averages cannot be computed from shorter ones, and none is slower. */
function replayable(watch: MetricWatch, { signal, trigger }: CompiledAlarm): MetricWatch {
  const isUpper = watch.operator.startsWith(">") !== (signal.source.kind === "capacity" && signal.source.holds === "free");
  const slowest = (metric: MetricRef): MetricRef =>
    metric.stat === "SampleCount" || signal.source.kind === "ratio" ? metric : { ...metric, stat: isUpper ? "Minimum" : "Maximum" };
  const threshold = watch.threshold ?? limitOfTrigger(trigger);
  return { ...watch, threshold, leaves: watch.leaves.map(({ id, metric }) => ({ id, metric: slowest(metric) })) };
}

interface Points {
  readonly good: number | null;
  readonly bad: number | null;
  /** Of the bucket that the onset falls into, of which so much is bad. */
  mixed(share: number): number | null;
}

function pointsOf(id: string, { signal, trigger }: CompiledAlarm, { operator }: MetricWatch, buckets: number): Points {
  const always = (value: number): Points => ({ good: value, bad: value, mixed: () => value });
  const { source } = signal;
  const { form } = trigger;
  if (form?.type === "absence") return { good: SAMPLES, bad: null, mixed: () => SAMPLES };
  if (id.endsWith("amples")) return always(SAMPLES);
  if (id.endsWith("otal")) return always(TOTAL);
  if (form?.type === "burn-rate") return { good: 0, bad: TOTAL, mixed: (share) => share * TOTAL };
  if (id === "c1" || id === "controlPart") return always(leafValue(BASELINE, signal));
  const limit = limitOfTrigger(trigger);
  const away = operator.startsWith(">") ? -limit : 20;
  const usual = form?.type === "baseline" ? BASELINE : limit + away;
  // so little beyond the limit that a window with one good bucket is still fine
  const beyond = limit + (limit - usual) / (2 * (source.kind === "ratio" ? buckets : 1));
  const good = leafValue(usual, signal);
  return { good, bad: leafValue(Math.max(0, beyond), signal), mixed: () => good };
}

/** What the metric of a signal says when the signal has this value. */
function leafValue(value: number, { source }: Signal): number {
  switch (source.kind) {
    case "ratio":
      return (value * TOTAL) / 100;
    case "capacity":
      return ((source.holds === "used" ? value : 100 - value) * source.capacity) / 100;
    default:
      return value;
  }
}

/** The value that a trigger holds its signal to, in its unit. */
function limitOfTrigger({ name, rule, form }: Trigger): number {
  if (rule !== null) return rule.threshold;
  if (form?.type === "baseline") return limitOf(BASELINE, form);
  throw new Error(`${name} holds its signal to no value`);
}
