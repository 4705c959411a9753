import { median } from "../statistics.ts";
import type { ReplayedSeries } from "./replay-series.ts";
import type { RuleName } from "./rules/detection-rule.ts";

/** The factor whose copies delays are taken of. */
const DELAY_FACTOR = 2;

/** Minutes from a deploy to its first `fail`, of every 2x copy in order; infinite where it was not found. */
export function delaysMinutes(series: readonly ReplayedSeries[], rule: RuleName): number[] {
  return series.flatMap(({ outcomes, periodSeconds }) =>
    outcomes[rule]
      .filter(({ factor }) => factor === DELAY_FACTOR)
      .map(({ firedSlot }) => (firedSlot === null ? Number.POSITIVE_INFINITY : ((firedSlot + 1) * periodSeconds) / 60)),
  );
}

/** Median, infinite delays included; null of none, and where the middle was never found. */
export function medianDelayMinutes(delays: readonly number[]): number | null {
  if (delays.length === 0) return null;
  const middle = median(delays);
  return Number.isFinite(middle) ? middle : null;
}

/** Two rules on the deploys that both found. */
export interface FoundByBoth {
  readonly deploys: number;
  readonly medianDelayMinutes: number | null;
  readonly otherMedianDelayMinutes: number | null;
}

export function foundByBoth(series: readonly ReplayedSeries[], rule: RuleName, other: RuleName): FoundByBoth {
  const others = delaysMinutes(series, other);
  const both = delaysMinutes(series, rule)
    .map((delay, index) => [delay, others[index] ?? Number.POSITIVE_INFINITY] as const)
    .filter((pair) => pair.every(Number.isFinite));
  return {
    deploys: both.length,
    medianDelayMinutes: medianDelayMinutes(both.map(([delay]) => delay)),
    otherMedianDelayMinutes: medianDelayMinutes(both.map(([, delay]) => delay)),
  };
}
