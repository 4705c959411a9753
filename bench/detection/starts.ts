import { middle } from "../../functions/domain/judging/release-history.ts";
import type { DetectionSeries } from "./detection-series.ts";

/** Deploys that are pretended in each series. */
export const STARTS_PER_SERIES = 60;
const BAKE_MINUTES = 60;
const HISTORY_HOURS = 48;

/** Slots of the hour that is watched after a deploy, and of the hour before it. */
export function bakeSlots(periodSeconds: number): number {
  return Math.round((BAKE_MINUTES * 60) / periodSeconds);
}

/**
 * First bake slots at which a deploy can be pretended: 48 h and the hour before lie in the series, both hours are complete, and the hour before has a positive
 * median. The history may have gaps.
 */
export function eligibleStarts({ values, periodSeconds }: DetectionSeries): number[] {
  const bake = bakeSlots(periodSeconds);
  const starts: number[] = [];
  let complete = 0;
  for (const [index, value] of values.entries()) {
    complete = Number.isFinite(value) ? complete + 1 : 0;
    const start = index + 1 - bake;
    const isOldEnough = start * periodSeconds >= (HISTORY_HOURS + BAKE_MINUTES / 60) * 3_600;
    if (isOldEnough && complete >= 2 * bake && middle(values, start - bake, start) > 0) starts.push(start);
  }
  return starts;
}

/** Sixty of them, evenly spread by their number; null of fewer. */
export function chosenStarts(eligible: readonly number[]): readonly number[] | null {
  if (eligible.length < STARTS_PER_SERIES) return null;
  return Array.from({ length: STARTS_PER_SERIES }, (_, index) => {
    const at = eligible[Math.floor((index * eligible.length) / STARTS_PER_SERIES)];
    if (at === undefined) throw new Error("an eligible start is missing");
    return at;
  });
}
