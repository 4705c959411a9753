import { normalQuantile } from "./normal.ts";
import { averageRanks } from "./ranks.ts";
import { findZero } from "./zero-finder.ts";

/** How far the first sample lies above the second: the Hodges-Lehmann estimate with its interval, in the samples' unit. */
export interface ShiftEstimate {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Standardised rank-sum statistic of `x - shift` against `y`, with R's continuity correction and the variance for ties (Mann and Whitney 1947; Lehmann,
 * Nonparametrics, 1975). 0 where all values are the same.
 */
export function rankSumStatistic(x: readonly number[], y: readonly number[], shift: number): number {
  const { ranks, ties } = averageRanks([...x.map((value) => value - shift), ...y]);
  const [m, n] = [x.length, y.length];
  const difference = ranks.slice(0, m).reduce((sum, rank) => sum + rank, 0) - (m * (m + 1)) / 2 - (m * n) / 2;
  const tied = ties.reduce((sum, count) => sum + (count ** 3 - count), 0);
  const sigma = Math.sqrt(((m * n) / 12) * (m + n + 1 - tied / ((m + n) * (m + n - 1))));
  return sigma === 0 ? 0 : (difference - 0.5 * Math.sign(difference)) / sigma;
}

/**
 * Mann-Whitney interval for the shift from `y` to `x`, as R's `wilcox.test` finds it by the normal approximation: the shifts at which the statistic takes
 * the two quantiles, between the smallest and the largest difference of the samples. `tolerance` of the root finder is absolute: R's and Kayenta's is 1e-4,
 * whatever the samples' scale.
 */
export function shiftEstimate(x: readonly number[], y: readonly number[], confidence: number, tolerance = 1e-4): ShiftEstimate {
  const from = Math.min(...x) - Math.max(...y);
  const to = Math.max(...x) - Math.min(...y);
  const rootAt = (quantile: number): number => {
    const above = (shift: number) => rankSumStatistic(x, y, shift) - quantile;
    if (above(from) <= 0) return from;
    return above(to) >= 0 ? to : findZero(above, from, to, tolerance);
  };
  const quantile = normalQuantile(1 - (1 - confidence) / 2);
  return { low: rootAt(quantile), high: rootAt(-quantile), estimate: rootAt(0) };
}
