import { slotsWithin } from "./baselines/baseline-window.ts";
import { robustBaseline } from "./baselines/robust-baseline.ts";
import type { Series } from "./signal.ts";

/** What a signal was like before the change. */
export const BASELINE_MINUTES = 60;
/** A median of fewer points is somebody's opinion. */
const LEAST_POINTS = 3;
/** As much worse than before the change is still as before: twice the usual spread of a minute's mean. */
const AS_BEFORE_PERCENT = 10;

/** Median of the points that start in the last hour before the change; null where there are fewer than three. One spike moves a mean, and not a median. */
export function baselineOf(series: Series, changeAt: Date): number | null {
  const from = new Date(changeAt.getTime() - BASELINE_MINUTES * 60_000).toISOString();
  return robustBaseline(slotsWithin(series, { from, to: changeAt.toISOString() }), LEAST_POINTS)?.median ?? null;
}

/** Middle of the values; of an even number the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** Is the value no worse than before the change, give or take a tenth? */
export function isAsBefore(value: number, before: number, better: "lower" | "higher"): boolean {
  return better === "lower" ? value <= before * (1 + AS_BEFORE_PERCENT / 100) : value >= before * (1 - AS_BEFORE_PERCENT / 100);
}
