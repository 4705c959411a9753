import type { LeafSeries } from "../replay/leaf-series.ts";
import type { MetricRef } from "../signal.ts";

/**
 * The points that a backtest has of a metric, as one series for each stretch of one resolution, oldest first. `signal` is whose metric it is: two signals may
 * be read from the same metric and yet have points of their own. Nothing where there are none.
 */
export type LeafData = (signal: string, metric: MetricRef, periodSeconds: number) => readonly LeafSeries[];

/** A release of the past. */
export interface Deploy {
  readonly atEpochSeconds: number;
  /** True where it is known to have been bad: what fires after it is no false alarm. */
  readonly bad: boolean;
}

/** Seconds, the end excluded. */
export interface Stretch {
  readonly fromEpochSeconds: number;
  readonly toEpochSeconds: number;
}

/** The hour after a release: what is judged, and what a pretended regression lasts. */
export const BAKE_SECONDS = 3_600;
export const DAY_SECONDS = 86_400;
/** A regression that is put into the data makes the signal so many times as bad. */
export const REGRESSION_FACTORS = [1.5, 2, 3] as const;

/** End of a series. */
export function endOf({ startEpochSeconds, periodSeconds, values }: LeafSeries): number {
  return startEpochSeconds + values.length * periodSeconds;
}

/** Names a metric: namespace, name, statistic and dimensions in any order. */
export function metricKey({ namespace, name, stat, dimensions }: MetricRef): string {
  const pairs = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, stat, pairs]);
}

/** The points that lie in a stretch at least in part: a view, no copy. */
export function leafWithin(leaf: LeafSeries, { fromEpochSeconds, toEpochSeconds }: Stretch): LeafSeries {
  const { startEpochSeconds, periodSeconds, values, samples } = leaf;
  const first = Math.min(values.length, Math.max(0, Math.floor((fromEpochSeconds - startEpochSeconds) / periodSeconds)));
  const end = Math.min(values.length, Math.max(first, Math.ceil((toEpochSeconds - startEpochSeconds) / periodSeconds)));
  return {
    periodSeconds,
    startEpochSeconds: startEpochSeconds + first * periodSeconds,
    values: slice(values, first, end),
    ...(samples === undefined ? {} : { samples: slice(samples, first, end) }),
  };
}

function slice(values: ArrayLike<number | null>, first: number, end: number): ArrayLike<number | null> {
  return values instanceof Float64Array ? values.subarray(first, end) : Array.from(values).slice(first, end);
}
