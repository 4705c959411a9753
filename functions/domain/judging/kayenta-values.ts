import { quantile } from "./quantile.ts";

/** What a missing value becomes: nothing, or 0 (for counters that publish no zeros). */
export type NanStrategy = "remove" | "replace";

/** Kayenta's outlier factor. */
const FENCE_FACTOR = 3;

/** The values that a test sees: missing ones removed or 0, and outliers left out where that is asked for. An empty arm stays empty. */
export function keptValues(
  values: readonly number[],
  { nanStrategy = "remove", outliers = "keep" }: { readonly nanStrategy?: NanStrategy; readonly outliers?: "keep" | "remove" } = {},
): readonly number[] {
  const present = nanStrategy === "remove" ? values.filter(Number.isFinite) : values.map((value) => (Number.isFinite(value) ? value : 0));
  return outliers === "keep" ? present : withoutOutliers(present);
}

/** Without what lies outside of min(p1, Q1 - 3 IQR) and max(p99, Q3 + 3 IQR), quantiles of type 7: Kayenta's IQR detector. */
export function withoutOutliers(values: readonly number[]): readonly number[] {
  const [p1, q1, q3, p99] = [0.01, 0.25, 0.75, 0.99].map((share) => quantile(values, share)) as [number, number, number, number];
  const reach = FENCE_FACTOR * (q3 - q1);
  const [low, high] = [Math.min(p1, q1 - reach), Math.max(p99, q3 + reach)];
  return values.filter((value) => value >= low && value <= high);
}
