import { quantile } from "./quantile.ts";
import { lookValue, middle, type ReleaseHistory } from "./release-history.ts";
import { FALSE_SHARES, RELEASE_RULE } from "./release-rule.ts";

/** What the signal's own history says about how far it moves by itself. */
export interface ReleaseCalibration {
  /** How far the hour before a release is from the centre and comes back to it: 1 = not at all, 0 = at once. */
  readonly persistence: number;
  /** By look: what is worse than expected by this much (as a logarithm) is usual. Null = this look is not used. */
  readonly scales: readonly (number | null)[];
  /** A release fails where a look's value is more than this many scales over what was expected. */
  readonly threshold: number;
  /** Of the pretended releases, in percent: those that would have failed, and those made worse by each factor of the rule that would have been found. */
  readonly falsePercent: number;
  readonly foundPercent: readonly number[];
  /** Pretended releases, and hours without overlap among them. */
  readonly replays: number;
  readonly effectiveReplays: number;
}

/**
 * Replays the rule on pretended releases of the history (an A/A test) and chooses its threshold: where one more false rollback in a hundred no longer buys
 * `falseWeight` more regressions found, and never over the cap. A signal whose level changes by itself loses its early looks, where a change of its own cannot
 * be told from a release's. What is expected after a release is the median of the hour before, drawn back to the centre as far as the history did. `family`:
 * signals that are judged of one release; they share the budget.
 */
export function calibrateRelease(history: ReleaseHistory, family = 1): ReleaseCalibration | null {
  const starts = pretendedStarts(history);
  if (starts.length === 0) return null;
  const persistence = persistenceOf(history, starts);
  const moves = starts.map(({ before, at }) => {
    const expected = expectedLevel(before, history.centre, persistence);
    return history.lookPoints.map((points) => lookValue(history.worse.slice(at, at + points)) - expected);
  });
  const scales = history.lookPoints.map((_, look) =>
    Math.max(
      quantile(
        moves.flatMap((move) => finite(move[look])),
        1 - (2 * RELEASE_RULE.falseCap) / 5,
      ),
      Math.log(RELEASE_RULE.leastFactor),
    ),
  );
  const cheapest = scales
    .map((_, first) => bestOf(moves, scales, first, family))
    .reduce((best, one) => (one.cost < best.cost ? one : best));
  const { threshold, first, falseShare, foundShares } = cheapest;
  return {
    ...{ persistence, threshold, scales: scales.map((scale, look) => (look < first ? null : scale)) },
    falsePercent: 100 * falseShare,
    foundPercent: foundShares.map((share) => 100 * share),
    replays: starts.length,
    effectiveReplays: Math.floor(history.worse.length / history.bakePoints),
  };
}

/** Level that the hour after is expected to have. */
export function expectedLevel(before: number, centre: number, persistence: number): number {
  return centre + persistence * (before - centre);
}

interface Start {
  readonly at: number;
  readonly before: number;
}

function pretendedStarts({ worse, bakePoints }: ReleaseHistory): Start[] {
  const possible = worse.length - 2 * bakePoints;
  const stride = Math.max(1, Math.ceil(possible / RELEASE_RULE.replays));
  const starts: Start[] = [];
  for (let at = worse.length - bakePoints; at >= bakePoints; at -= stride) {
    const before = middle(worse.slice(at - bakePoints, at));
    if (Number.isFinite(before)) starts.push({ at, before });
  }
  return starts;
}

/** Least squares through the centre, between 0 and 1. */
function persistenceOf({ worse, bakePoints, centre }: ReleaseHistory, starts: readonly Start[]): number {
  let [square, product] = [0, 0];
  for (const { at, before } of starts) {
    const after = middle(worse.slice(at, at + bakePoints));
    if (!Number.isFinite(after)) continue;
    square += (before - centre) ** 2;
    product += (before - centre) * (after - centre);
  }
  return square === 0 ? 1 : Math.min(1, Math.max(0, product / square));
}

interface Choice {
  readonly cost: number;
  readonly threshold: number;
  readonly first: number;
  readonly falseShare: number;
  readonly foundShares: readonly number[];
}

/** The cheapest threshold when the looks before `first` are left out. */
function bestOf(moves: readonly (readonly number[])[], scales: readonly number[], first: number, family: number): Choice {
  const worst = (raised: number) => moves.map((move) => worstMove(move, scales, first, raised));
  const harmless = worst(0);
  const harmful = RELEASE_RULE.regressions.map((factor) => worst(Math.log(factor)));
  const cap = RELEASE_RULE.falseCap / family;
  const choices = FALSE_SHARES.filter((share) => share <= cap).map((share): Choice => {
    const threshold = quantile(harmless, 1 - share);
    const foundShares = harmful.map((values) => values.filter((value) => value > threshold).length / values.length);
    const found = foundShares.reduce((sum, one) => sum + one, 0) / foundShares.length;
    const cost = RELEASE_RULE.falseWeight * family * share - found + RELEASE_RULE.latenessCost * first;
    return { cost, threshold, first, foundShares, falseShare: harmless.filter((value) => value > threshold).length / harmless.length };
  });
  return choices.reduce((best, one) => (one.cost < best.cost ? one : best));
}

function worstMove(move: readonly number[], scales: readonly number[], first: number, raised: number): number {
  let worst = Number.NEGATIVE_INFINITY;
  for (let look = first; look < scales.length; look++) {
    const value = ((move[look] ?? Number.NaN) + raised) / (scales[look] ?? 1);
    if (value > worst) worst = value;
  }
  return worst;
}

function finite(value: number | undefined): number[] {
  return value !== undefined && Number.isFinite(value) ? [value] : [];
}
