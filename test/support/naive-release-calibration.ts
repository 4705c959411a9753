import type { ReleaseCalibration } from "../../functions/domain/judging/calibrate-release.ts";
import type { ReleaseHistory } from "../../functions/domain/judging/release-history.ts";
import { FALSE_SHARES, RELEASE_RULE } from "../../functions/domain/judging/release-rule.ts";

/** R's type 7 of what is there, by sorting all of it. */
function naiveQuantile(values: readonly number[], share: number): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(position)] ?? Number.NaN, sorted[Math.floor(position) + 1]];
  return high === undefined ? low : low + (position - Math.floor(position)) * (high - low);
}

function naiveLook(points: readonly number[], lowerShare: number): number {
  const present = points.filter((value) => !Number.isNaN(value));
  const isEnough = present.length >= 2 && present.length >= (1 - RELEASE_RULE.missingShare) * points.length;
  return isEnough ? naiveQuantile(present, lowerShare) : Number.NaN;
}

/** What `calibrateRelease` computes, written down as it is explained: every release, look, first look and threshold by itself, nothing shared, nothing kept sorted. */
export function naiveCalibration({ worse, centre, bakePoints, lookPoints }: ReleaseHistory, family: number): ReleaseCalibration {
  const least = Math.max(1, Math.ceil((worse.length - 2 * bakePoints) / RELEASE_RULE.replays));
  const stride =
    Array.from({ length: bakePoints }, (_, index) => index + 1).find((part) => part >= least && bakePoints % part === 0) ?? bakePoints;
  const starts: { before: number; after: number; at: number }[] = [];
  for (let at = worse.length - bakePoints; at >= bakePoints; at -= stride) {
    const before = naiveQuantile(worse.slice(at - bakePoints, at), 0.5);
    if (!Number.isNaN(before)) starts.push({ at, before, after: naiveQuantile(worse.slice(at, at + bakePoints), 0.5) });
  }
  let [square, product] = [0, 0];
  for (const { before, after } of starts.filter(({ after }) => !Number.isNaN(after))) {
    square += (before - centre) ** 2;
    product += (before - centre) * (after - centre);
  }
  const persistence = square === 0 ? 1 : Math.min(1, Math.max(0, product / square));
  let best = {
    cost: Number.POSITIVE_INFINITY,
    lowerShare: 0,
    scales: [] as number[],
    threshold: Number.NaN,
    first: 0,
    falseShare: 0,
    foundShares: [] as number[],
    replays: 0,
  };
  for (const lowerShare of RELEASE_RULE.lowerShares) {
    const moves = starts.map(({ before, at }) =>
      lookPoints.map((points) => naiveLook(worse.slice(at, at + points), lowerShare) - (centre + persistence * (before - centre))),
    );
    const usualOf = (look: number) =>
      naiveQuantile(
        moves.map((move) => move[look] ?? Number.NaN),
        1 - (2 * RELEASE_RULE.falseCap) / 5,
      );
    const scales = lookPoints.map((_, look) => Math.max(usualOf(look), Math.log(RELEASE_RULE.leastFactor)));
    const worstOf = (move: readonly number[], first: number, raise: number) =>
      Math.max(
        ...move.map((value, look) =>
          look < first || Number.isNaN(value) ? Number.NEGATIVE_INFINITY : (value + raise) / (scales[look] ?? 1),
        ),
      );
    let cheapest = { ...best, cost: Number.POSITIVE_INFINITY };
    for (const first of lookPoints.keys()) {
      for (const share of FALSE_SHARES.filter((one) => one <= RELEASE_RULE.falseCap)) {
        const judged = moves.filter((move) => worstOf(move, first, 0) !== Number.NEGATIVE_INFINITY);
        if (judged.length < RELEASE_RULE.leastReplays) continue;
        const harmless = judged.map((move) => worstOf(move, first, 0));
        const threshold = naiveQuantile(harmless, 1 - share);
        const shareOver = (values: readonly number[]) => values.filter((value) => value > threshold).length / values.length;
        const foundShares = RELEASE_RULE.regressions.map((factor) =>
          shareOver(judged.map((move) => worstOf(move, first, Math.log(factor)))),
        );
        const found = foundShares.reduce((sum, one) => sum + one, 0) / foundShares.length;
        const weight = RELEASE_RULE.falseWeight * family ** RELEASE_RULE.familyWeightExponent;
        const cost = weight * share - found + RELEASE_RULE.latenessCost * first;
        const falseShare = shareOver(harmless);
        const replays = judged.length;
        if (cost < cheapest.cost) cheapest = { cost, lowerShare, scales, threshold, first, falseShare, foundShares, replays };
      }
    }
    const handicap = lowerShare === RELEASE_RULE.lowerShares[0] ? 0 : RELEASE_RULE.otherShareCost;
    if (cheapest.cost + handicap < best.cost) best = { ...cheapest, cost: cheapest.cost + handicap };
  }
  return {
    ...{ persistence, lowerShare: best.lowerShare, threshold: best.threshold },
    scales: best.scales.map((scale, look) => (look < best.first ? null : scale)),
    ...{ falsePercent: 100 * best.falseShare, foundPercent: best.foundShares.map((share) => 100 * share) },
    ...{ replays: best.replays, effectiveReplays: Math.floor(worse.length / bakePoints) },
  };
}
