/**
 * Quantile by linear interpolation between order statistics: R's type 7 (Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996).
 * `share` from 0 to 1. NaN of none.
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  return sortedQuantile(Float64Array.from(values).sort(), share);
}

/** The same of values that are in ascending order already. */
export function sortedQuantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1];
  return high === undefined ? low : low + (position - below) * (high - low);
}
