/** One signal on a regular grid. */
export interface DetectionSeries {
  readonly name: string;
  readonly periodSeconds: number;
  /** One value a slot, oldest first; NaN = missing. */
  readonly values: readonly number[];
}
