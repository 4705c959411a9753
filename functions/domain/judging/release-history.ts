import { presentPoints } from "./present-points.ts";
import { quantile, sortedQuantile } from "./quantile.ts";
import { RELEASE_RULE } from "./release-rule.ts";

/** A signal's past in the form in which releases are judged: logarithms, turned so that worse is larger. NaN = no point. */
export interface ReleaseHistory {
  readonly worse: readonly number[];
  /** Of a value that is judged later, in the same form. */
  toWorse(value: number): number;
  /** Median of all. */
  readonly centre: number;
  /** Points in a bake, and at each look. */
  readonly bakePoints: number;
  readonly lookPoints: readonly number[];
}

/** A period such as 3600 / 31 s must not lose a point to how numbers are stored. */
const ROUNDING = 1e-9;

/** `values`: every slot before the release, oldest first, NaN where there was no point. Null where the history is too short or has no positive value. */
export function releaseHistory(
  values: readonly number[],
  periodSeconds: number,
  direction: "increase" | "decrease",
): ReleaseHistory | null {
  if (whyNoHistory(values, periodSeconds) !== null) return null;
  const kept = lastDays(values, periodSeconds);
  const positive = kept.filter((value) => Number.isFinite(value) && value > 0);
  const offset = RELEASE_RULE.offsetShare * quantile(positive, 0.5);
  const sign = direction === "increase" ? 1 : -1;
  const toWorse = (value: number) => sign * Math.log(Math.max(value, 0) + offset);
  const worse = kept.map(toWorse);
  const minutes = periodSeconds / 60;
  const lookPoints = [...new Set(RELEASE_RULE.lookMinutes.map((look) => Math.floor(look / minutes + ROUNDING)))].filter(
    (points) => points >= 2,
  );
  return {
    ...{ worse, toWorse, lookPoints },
    centre: middle(worse),
    bakePoints: Math.round(RELEASE_RULE.bakeMinutes / minutes),
  };
}

/** Why releases cannot be judged by such values, for a sentence about the signal; null where they can. A signal that was never over 0 has no usual level. */
export function whyNoHistory(values: readonly number[], periodSeconds: number): string | null {
  const hours = RELEASE_RULE.leastHistoryHours;
  const present = lastDays(values, periodSeconds).filter(Number.isFinite);
  if (present.length < (hours * 3_600 * (1 - RELEASE_RULE.missingShare)) / periodSeconds) return `its history is shorter than ${hours} h`;
  return present.some((value) => value > 0) ? null : "it was never over 0 in its history, which tells no usual level";
}

function lastDays(values: readonly number[], periodSeconds: number): readonly number[] {
  return values.slice(-Math.round((RELEASE_RULE.historyDays * 24 * 3_600) / periodSeconds));
}

/** Median of what is there, by default of all; NaN of nothing. */
export function middle(values: readonly number[], from = 0, to = values.length): number {
  return sortedQuantile(presentPoints(values, from, to), 0.5);
}

/** What a look judges of `points`: all but a share of them (by default the rule's first) are at least so much worse. NaN where too many are missing. */
export function lookValue(points: readonly number[], lowerShare: number = RELEASE_RULE.lowerShares[0]): number {
  const present = presentPoints(points);
  return isJudgeable(present.length, points.length) ? sortedQuantile(present, lowerShare) : Number.NaN;
}

/** Whether a look of so many points can be judged by those that are there: two at least, and not too many missing. */
export function isJudgeable(present: number, points: number): boolean {
  return present >= 2 && present >= (1 - RELEASE_RULE.missingShare) * points;
}
