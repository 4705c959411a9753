/** One period of both arms: what went wrong of how much. The first arm is the one that is judged. */
export interface ArmCounts {
  readonly bad: number;
  readonly total: number;
  readonly controlBad: number;
  readonly controlTotal: number;
}

/** Ratios of the two rates that are bet on, over the tolerated one (Lindon and Malek, NeurIPS 2022; a mixture of six). */
const RATIOS = [1.25, 1.5, 2, 3, 5, 10] as const;

/**
 * Logarithm of the e-process of two arms' counts after each period. In each the bad ones of both arms are split among them; where the first arm's rate is
 * `tolerated` times the other's or less, its part of them is known from the traffic, whatever shocks both arms share and however the split of the traffic
 * moves. The evidence is a mixture of bets that its part is larger. With `dispersion` (see below) each bet counts that much less. That it ever reaches
 * 1/alpha is a false alarm with probability alpha at most (Ville 1939). Periods without traffic in an arm say nothing.
 */
export function countLogEPath(periods: readonly ArmCounts[], dispersion = 1, tolerated = 1): readonly number[] {
  const bets = RATIOS.map(() => 0);
  return periods.map((period) => {
    for (const [index, ratio] of RATIOS.entries()) {
      bets[index] = (bets[index] ?? 0) + logLikelihoodRatio(period, tolerated * ratio, tolerated) / dispersion;
    }
    return logMeanExp(bets);
  });
}

/** After the last period; 0 before the first. */
export function countLogE(periods: readonly ArmCounts[], dispersion = 1, tolerated = 1): number {
  return countLogEPath(periods, dispersion, tolerated).at(-1) ?? 0;
}

function logLikelihoodRatio({ bad, total, controlBad, controlTotal }: ArmCounts, ratio: number, against: number): number {
  if (total <= 0 || controlTotal <= 0) return 0;
  // the judged arm's part is ratio * total / (ratio * total + controlTotal)
  const change = Math.log((against * total + controlTotal) / (ratio * total + controlTotal));
  return bad * (Math.log(ratio / against) + change) + controlBad * change;
}

/** A stretch of fewer periods with something bad tells no dispersion. */
export const LEAST_PERIODS = 30;

/**
 * How much more the split of the bad ones varies than chance would make it, from a stretch in which both arms were alike: 1 = as chance. Null where fewer than
 * `LEAST_PERIODS` periods had something bad. Arms with bursts of their own otherwise raise false alarms by the dozen in a hundred.
 * The estimate is of few periods and is raised by its own standard error, which keeps false alarms under the bound in
 * simulated hours with bursts as large as half of the rate.
 */
export function dispersionOf(periods: readonly ArmCounts[]): number | null {
  const terms = periods.flatMap(({ bad, total, controlBad, controlTotal }) => {
    const all = bad + controlBad;
    if (total <= 0 || controlTotal <= 0 || all <= 0) return [];
    const share = total / (total + controlTotal);
    return [(bad - all * share) ** 2 / (all * share * (1 - share))];
  });
  if (terms.length < LEAST_PERIODS) return null;
  const mean = terms.reduce((sum, term) => sum + term, 0) / terms.length;
  return Math.max(1, mean * (1 + Math.sqrt(2 / terms.length)));
}

/** Logarithm of the mean of what the logarithms are of, without overflow. */
export function logMeanExp(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  if (!Number.isFinite(largest)) return largest;
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
}
