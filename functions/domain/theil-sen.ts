import type { Series } from "./signal.ts";

/** A straight line through noise, with the interval of its slope. */
export interface Slope {
  /** Median of the slopes of all pairs of points, per second. */
  readonly perSecond: number;
  /** 95 % interval; minus and plus infinity where the points allow none. */
  readonly low: number;
  readonly high: number;
  /** Of the line at the newest point: an outlier there moves it little. */
  readonly level: number;
  /** Points that it rests on. */
  readonly points: number;
}

/** Fewer points say nothing about a slope. */
export const FEWEST_POINTS = 10;
/** 0.975 quantile of the normal distribution. */
const Z = 1.96;

/**
 * Theil-Sen's slope over the newest points up to `untilEpochSeconds`: of the last `windowSeconds`, or of the last ten periods where those are longer. Null below
 * ten points. A restart or an outlier moves a median of slopes little. The interval is Sen's, by Kendall's variance (Sen, JASA 1968), for independent points;
 * metrics are not independent from minute to minute, so it is too narrow rather than too wide.
 */
export function theilSen(series: Series, untilEpochSeconds: number, windowSeconds: number): Slope | null {
  const { startEpochSeconds, periodSeconds, values } = series;
  const from = untilEpochSeconds - Math.max(windowSeconds, FEWEST_POINTS * periodSeconds);
  const points = values.flatMap((value, index) => {
    const at = startEpochSeconds + index * periodSeconds;
    return value === null || at < from || at >= untilEpochSeconds ? [] : [{ at, value }];
  });
  const n = points.length;
  const newest = points[n - 1];
  if (newest === undefined || n < FEWEST_POINTS) return null;
  const slopes = slopesOf(points).sort();
  const perSecond = median(slopes);
  const order = Math.floor((slopes.length - Z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18)) / 2);
  const levels = points.map(({ at, value }) => value + perSecond * (newest.at - at)).sort((one, other) => one - other);
  return {
    perSecond,
    low: slopes[order - 1] ?? Number.NEGATIVE_INFINITY,
    high: slopes[slopes.length - order] ?? Number.POSITIVE_INFINITY,
    level: median(levels),
    points: n,
  };
}

/** Of all pairs; typed, since an hour of looks sorts hundreds of thousands of them. */
function slopesOf(points: readonly { readonly at: number; readonly value: number }[]): Float64Array {
  const slopes = new Float64Array((points.length * (points.length - 1)) / 2);
  let next = 0;
  for (const [index, late] of points.entries()) {
    for (const early of points.slice(0, index)) {
      slopes[next] = (late.value - early.value) / (late.at - early.at);
      next += 1;
    }
  }
  return slopes;
}

/** Of sorted numbers; NaN of none. */
function median(sorted: ArrayLike<number>): number {
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}
