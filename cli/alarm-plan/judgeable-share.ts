import type { CompiledAlarm, MetricWatch } from "../../functions/domain/blueprint-alarms.ts";
import type { LeafSeries } from "../../functions/domain/replay/leaf-series.ts";
import { rangeOf, watchWindows } from "../../functions/domain/replay/watch-windows.ts";
import type { MetricRef } from "../../functions/domain/signal.ts";

/** How much of the past an alarm could have judged. */
export interface JudgeableShare {
  /** Null when it cannot be known. */
  readonly percent: number | null;
  /** Why it is not known, or what it does not say. */
  readonly note: string | null;
}

/** Data below a minute is kept for 3 h (AWS, "Amazon CloudWatch concepts", metrics retention), so a week of it is not there. */
export const TOO_FINE = "unknown, data below 60 s lives 3 h";
const ANOTHERS = "unknown, the alarm is another's and its metric is not known here";
const ON_EVENT = "published on events only: a period without a point is one without events, and no gap";

/** The points of a metric over the span, at the alarm's period. */
export type SeriesOf = (metric: MetricRef, periodSeconds: number) => LeafSeries | undefined;

/**
 * The share, in percent, of the evaluation windows in which all N periods had a value: a real point, and where the alarm asks for a minimum of
 * samples, enough of them. Windows that end where a period ends: those that slide between were not fetched. CloudWatch may look further back for
 * N real points, so this is the careful side. Of a composite the worst of its parts. Pure.
 */
export function judgeableShare(
  alarm: CompiledAlarm,
  parts: readonly CompiledAlarm[],
  seriesOf: SeriesOf,
  span: { readonly from: Date; readonly to: Date },
): JudgeableShare {
  if (alarm.existing) return { percent: null, note: ANOTHERS };
  const watches = [alarm, ...parts].flatMap(({ watch }) => (watch?.kind === "metric" ? watch : []));
  if (watches.some(({ periodSeconds }) => periodSeconds < 60)) return { percent: null, note: TOO_FINE };
  const shares = watches.map((watch) => shareOf(watch, seriesOf, span));
  const known = shares.filter((share) => share !== null);
  if (known.length === 0 || known.length < shares.length) return { percent: null, note: "unknown, 7 days hold no whole window" };
  const onEvent = alarm.signal.publishes === "on-event" && alarm.trigger.missingData === "notBreaching";
  return { percent: Math.min(...known), note: onEvent ? ON_EVENT : null };
}

function shareOf(watch: MetricWatch, seriesOf: SeriesOf, span: { readonly from: Date; readonly to: Date }): number | null {
  const leaves = watch.leaves.flatMap(({ metric }) => seriesOf(metric, watch.periodSeconds) ?? []);
  const { periodSeconds, evaluationPeriods } = watch;
  // A rate has no value at the first point of what CloudWatch reads, which is more than the N periods.
  const periods = rangeOf(watch);
  const first = (Math.ceil(span.from.getTime() / 1000 / periodSeconds) + periods) * periodSeconds;
  const last = Math.floor(span.to.getTime() / 1000 / periodSeconds) * periodSeconds;
  if (leaves.length < watch.leaves.length || last < first) return null;
  const windows = watchWindows(watch, leaves, { fromEpochSeconds: first, toEpochSeconds: last, periods });
  let judgeable = 0;
  let all = 0;
  for (let newest = (periods - 1) * windows.stride; newest < windows.grid.count; newest += windows.stride) {
    all += 1;
    const counted = windows.rangeAt(newest, periods).slice(-evaluationPeriods);
    if (counted.every((value) => !Number.isNaN(value))) judgeable += 1;
  }
  return all === 0 ? null : (100 * judgeable) / all;
}
