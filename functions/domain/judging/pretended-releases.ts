import { insertSorted } from "./present-points.ts";
import { sortedQuantile } from "./quantile.ts";
import { isJudgeable, middle, type ReleaseHistory } from "./release-history.ts";
import { RELEASE_RULE } from "./release-rule.ts";

/** What the looks would have seen at releases that never were, in the history of the signal. */
export interface PretendedReleases {
  readonly count: number;
  /** How far the hour before a release is from the centre and comes back to it: 1 = not at all, 0 = at once. */
  readonly persistence: number;
  /** By lower share of the rule, then by look, then by pretended release: how much worse than expected, as a logarithm. NaN = nobody can tell. */
  readonly moves: readonly (readonly Float64Array[])[];
}

/** Null where the history has no hour with points that another follows. */
export function pretendedReleases(history: ReleaseHistory): PretendedReleases | null {
  const { centre, lookPoints, worse, bakePoints } = history;
  const stride = strideOf(history);
  const possible = Math.max(0, Math.floor((worse.length - 2 * bakePoints) / stride) + 1);
  const [after, sorted] = [new Float64Array(possible), new Float64Array(bakePoints)];
  const all = RELEASE_RULE.lowerShares.map(() => lookPoints.map(() => new Float64Array(possible)));
  // From the newest backwards, evenly spread.
  const startAt = (index: number) => worse.length - bakePoints - index * stride;
  for (let index = 0; index < possible; index++) after[index] = lookAfter(history, startAt(index), index, all, sorted);
  // The hour before one is the hour after another, but for the oldest.
  const hour = bakePoints / stride;
  const beforeOf = (index: number) => after[index + hour] ?? middle(worse, startAt(index) - bakePoints, startAt(index));
  const before = after.map((_, index) => beforeOf(index));
  const known = [...before.keys()].filter((index) => Number.isFinite(before[index]));
  if (known.length === 0) return null;
  const pick = (values: Float64Array) => Float64Array.from(known, (index) => values[index] ?? Number.NaN);
  const [levels, afterwards] = [pick(before), pick(after)];
  const persistence = persistenceOf(centre, levels, afterwards);
  const expected = levels.map((level) => expectedLevel(level, centre, persistence));
  const moves = all.map((looks) => looks.map((look) => pick(look).map((value, index) => value - (expected[index] ?? Number.NaN))));
  return { count: known.length, persistence, moves };
}

/**
 * Notes what every look sees after a start, and answers with the median of the whole hour. Each look's points are those of the look before and some more, so
 * that one ascending list grows through all of them.
 */
function lookAfter(
  { worse, lookPoints, bakePoints }: ReleaseHistory,
  at: number,
  index: number,
  moves: readonly (readonly Float64Array[])[],
  sorted: Float64Array,
): number {
  let [count, next] = [0, 0];
  const growTo = (points: number) => {
    for (; next < points; next++) {
      const value = worse[at + next];
      if (value !== undefined && Number.isFinite(value)) insertSorted(sorted, count++, value);
    }
    return sorted.subarray(0, count);
  };
  for (const [look, points] of lookPoints.entries()) {
    const present = growTo(points);
    const enough = isJudgeable(present.length, points);
    for (const [of, share] of RELEASE_RULE.lowerShares.entries()) {
      const ofLook = moves[of]?.[look];
      if (ofLook !== undefined) ofLook[index] = enough ? sortedQuantile(present, share) : Number.NaN;
    }
  }
  return sortedQuantile(growTo(bakePoints), 0.5);
}

/** Level that the hour after is expected to have: that of the hour before, drawn back to the centre as far as the history did. */
export function expectedLevel(before: number, centre: number, persistence: number): number {
  return centre + persistence * (before - centre);
}

/** Points between two pretended releases: a part of the hour, so that hours before and after are the same ones. */
export function strideOf({ worse, bakePoints }: Pick<ReleaseHistory, "worse" | "bakePoints">): number {
  let stride = Math.max(1, Math.ceil((worse.length - 2 * bakePoints) / RELEASE_RULE.replays));
  while (stride < bakePoints && bakePoints % stride !== 0) stride++;
  return Math.min(stride, bakePoints);
}

/** Least squares through the centre, between 0 and 1. */
function persistenceOf(centre: number, before: Float64Array, afterwards: Float64Array): number {
  let [square, product] = [0, 0];
  for (const [index, level] of before.entries()) {
    const after = afterwards[index] ?? Number.NaN;
    if (!Number.isFinite(after)) continue;
    square += (level - centre) ** 2;
    product += (level - centre) * (after - centre);
  }
  return square === 0 ? 1 : Math.min(1, Math.max(0, product / square));
}
