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
  const { centre, lookPoints } = history;
  const starts = startsOf(history);
  if (starts.length === 0) return null;
  const after = new Float64Array(starts.length);
  const moves = RELEASE_RULE.lowerShares.map(() => lookPoints.map(() => new Float64Array(starts.length)));
  for (const [index, { at }] of starts.entries()) after[index] = lookAfter(history, at, index, moves);
  const persistence = persistenceOf(centre, starts, after);
  for (const [index, { before }] of starts.entries()) {
    const expected = expectedLevel(before, centre, persistence);
    for (const ofLook of moves.flat()) ofLook[index] = (ofLook[index] ?? Number.NaN) - expected;
  }
  return { count: starts.length, persistence, moves };
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
): number {
  const sorted = new Float64Array(bakePoints);
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

interface Start {
  readonly at: number;
  readonly before: number;
}

/** From the newest backwards, evenly spread. */
function startsOf({ worse, bakePoints }: ReleaseHistory): Start[] {
  const possible = worse.length - 2 * bakePoints;
  const stride = Math.max(1, Math.ceil(possible / RELEASE_RULE.replays));
  const starts: Start[] = [];
  for (let at = worse.length - bakePoints; at >= bakePoints; at -= stride) {
    const before = middle(worse, at - bakePoints, at);
    if (Number.isFinite(before)) starts.push({ at, before });
  }
  return starts;
}

/** Least squares through the centre, between 0 and 1. */
function persistenceOf(centre: number, starts: readonly Start[], afterwards: Float64Array): number {
  let [square, product] = [0, 0];
  for (const [index, { before }] of starts.entries()) {
    const after = afterwards[index] ?? Number.NaN;
    if (!Number.isFinite(after)) continue;
    square += (before - centre) ** 2;
    product += (before - centre) * (after - centre);
  }
  return square === 0 ? 1 : Math.min(1, Math.max(0, product / square));
}
