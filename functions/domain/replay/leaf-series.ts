/**
 * Points of one metric at their finest resolution. `values[i]` covers `periodSeconds` from `startEpochSeconds + i * periodSeconds` on; null and NaN are
 * missing points.
 */
export interface LeafSeries {
  readonly startEpochSeconds: number;
  readonly periodSeconds: number;
  readonly values: ArrayLike<number | null>;
  /** SampleCount of the same points: needed for an Average over longer periods, and for percentiles whose alarm ignores low sample counts. */
  readonly samples?: ArrayLike<number | null>;
}

/** A point of a series by its index; NaN = missing or outside. */
export function pointAt(values: ArrayLike<number | null>, index: number): number {
  return values[index] ?? Number.NaN;
}
