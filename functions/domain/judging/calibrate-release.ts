import { presentPoints } from "./present-points.ts";
import { type PretendedReleases, pretendedReleases } from "./pretended-releases.ts";
import { sortedQuantile } from "./quantile.ts";
import type { ReleaseHistory } from "./release-history.ts";
import { FALSE_SHARES, RELEASE_RULE } from "./release-rule.ts";

/** What the signal's own history says about how far it moves by itself. */
export interface ReleaseCalibration {
  /** How far the hour before a release is from the centre and comes back to it: 1 = not at all, 0 = at once. */
  readonly persistence: number;
  /** This share of a look's points may be better than the value that is judged. */
  readonly lowerShare: number;
  /** By look: what is worse than expected by this much (as a logarithm) is usual. Null = this look is not used. */
  readonly scales: readonly (number | null)[];
  /** A release fails where a look's value is more than this many scales over what was expected. */
  readonly threshold: number;
  /** Of the pretended releases, in percent: those that would have failed, and those made worse by each factor of the rule that would have been found. */
  readonly falsePercent: number;
  readonly foundPercent: readonly number[];
  /** Pretended releases that could be judged, and hours without overlap in the history. */
  readonly replays: number;
  readonly effectiveReplays: number;
}

/**
 * Replays the rule on pretended releases of the history (an A/A test) and chooses its threshold: where one more false rollback in a hundred no longer buys
 * `falseWeight` more regressions found, and never over the cap. Whether nearly all points or half of them have to be worse is chosen by the same measure. A
 * signal whose level changes by itself loses its early looks, where a change of its own cannot be told from a release's. What is expected after a release is
 * the median of the hour before, drawn back to the centre as far as the history did. `family`: signals that are judged of one release; they share the budget.
 * `releases`: those of the history, where they were replayed for another family already. Pretended releases of which too many points are missing are no harmless
 * ones; null where fewer than `leastReplays` are left.
 */
export function calibrateRelease(
  history: ReleaseHistory,
  family = 1,
  releases: PretendedReleases | null = pretendedReleases(history),
): ReleaseCalibration | null {
  if (releases === null) return null;
  const choices = RELEASE_RULE.lowerShares.map((lowerShare, index) =>
    cheapest(releases.moves[index] ?? [], {
      lowerShare,
      releases: releases.count,
      family,
      cost: index === 0 ? 0 : RELEASE_RULE.otherShareCost,
    }),
  );
  const { lowerShare, scales, threshold, first, falseShare, foundShares, replays } = choices.reduce((best, one) =>
    one.cost < best.cost ? one : best,
  );
  if (!Number.isFinite(threshold)) return null;
  return {
    ...{
      persistence: releases.persistence,
      lowerShare,
      threshold,
      scales: scales.map((scale, look) => (look < first || !Number.isFinite(scale) ? null : scale)),
    },
    falsePercent: 100 * falseShare,
    foundPercent: foundShares.map((share) => 100 * share),
    replays,
    effectiveReplays: Math.floor(history.worse.length / history.bakePoints),
  };
}

function usualMove(moves: Float64Array): number {
  return Math.max(sortedQuantile(presentPoints(moves), 1 - (2 * RELEASE_RULE.falseCap) / 5), Math.log(RELEASE_RULE.leastFactor));
}

interface Given {
  readonly lowerShare: number;
  readonly releases: number;
  readonly family: number;
  /** What choosing this lower share costs. */
  readonly cost: number;
}

interface Choice {
  readonly cost: number;
  readonly threshold: number;
  /** Looks before this one are left out. */
  readonly first: number;
  readonly falseShare: number;
  readonly foundShares: readonly number[];
  readonly replays: number;
}

/** The cheapest of all thresholds and first looks; of equal ones that with the earliest look and the fewest false rollbacks. */
function cheapest(
  moves: readonly Float64Array[],
  { lowerShare, releases, family, cost }: Given,
): Choice & Pick<Given, "lowerShare"> & { scales: number[] } {
  const scales = moves.map(usualMove);
  const raises = [0, ...RELEASE_RULE.regressions.map(Math.log)];
  const worst = raises.map(() => new Float64Array(releases).fill(Number.NEGATIVE_INFINITY));
  let best: Choice | undefined;
  for (let first = scales.length - 1; first >= 0; first--) {
    const [look, scale] = [moves[first] ?? [], scales[first] ?? Number.NaN];
    for (const [index, values] of worst.entries()) raiseTo(values, look, raises[index] ?? 0, scale);
    const choice = bestThreshold(worst, first, family);
    if (best === undefined || choice.cost <= best.cost) best = choice;
  }
  const found = best ?? noChoice(0, 0);
  return { ...found, lowerShare, scales, cost: found.cost + cost };
}

/** Takes a look into account: the worst of all looks counts, in scales. */
function raiseTo(worst: Float64Array, look: ArrayLike<number>, raise: number, scale: number): void {
  for (let release = 0; release < worst.length; release++) {
    const value = ((look[release] ?? Number.NaN) + raise) / scale;
    if (value > (worst[release] ?? Number.NaN)) worst[release] = value;
  }
}

/** `worst`: of the harmless releases, then of those made worse by each factor; -Infinity = nobody can tell. */
function bestThreshold(worst: readonly Float64Array[], first: number, family: number): Choice {
  const [harmless, ...harmful] = worst.map(judged) as [Float64Array, ...Float64Array[]];
  if (harmless.length < RELEASE_RULE.leastReplays) return noChoice(first, harmless.length);
  const weight = RELEASE_RULE.falseWeight * family ** RELEASE_RULE.familyWeightExponent;
  const choices = FALSE_SHARES.filter((share) => share <= RELEASE_RULE.falseCap).map((share): Choice => {
    const threshold = sortedQuantile(harmless, 1 - share);
    const foundShares = harmful.map((values) => shareAbove(values, threshold));
    const found = foundShares.reduce((sum, one) => sum + one, 0) / foundShares.length;
    const cost = weight * share - found + RELEASE_RULE.latenessCost * first;
    return { cost, threshold, first, foundShares, falseShare: shareAbove(harmless, threshold), replays: harmless.length };
  });
  return choices.reduce((best, one) => (one.cost < best.cost ? one : best));
}

function noChoice(first: number, replays: number): Choice {
  const foundShares = RELEASE_RULE.regressions.map(() => 0);
  return { cost: Number.POSITIVE_INFINITY, threshold: Number.NaN, first, falseShare: 0, foundShares, replays };
}

/** In ascending order, without those of which nobody can tell. */
function judged(worst: Float64Array): Float64Array {
  const sorted = worst.slice().sort();
  const from = sorted.findIndex((value) => value !== Number.NEGATIVE_INFINITY);
  return from < 0 ? sorted.subarray(0, 0) : sorted.subarray(from);
}

/** Share of the values (ascending) above the threshold. */
function shareAbove(sorted: Float64Array, threshold: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Number.NaN) > threshold) high = middle;
    else low = middle + 1;
  }
  return (sorted.length - low) / sorted.length;
}
