/**
 * How a release is judged on one signal, with the defaults that are deployed. Chosen on generated series (`bench/detection/generate.ts`), before any reported
 * run. What they mean is in `calibrate-release.ts`.
 */
export const RELEASE_RULE = {
  /** The release is watched so long after it is live. */
  bakeMinutes: 60,
  /** When it is looked at. A look needs two points at least. */
  lookMinutes: [5, 10, 25, 40, 60],
  /**
   * At a look, this share of the points since the release may lie below the value that is judged: nearly all of them have to be worse, or half of them.
   * Which one is the replay's choice: the first withstands bursts, the second finds more in even noise.
   */
  lowerShares: [0.25, 0.5],
  /** Another share than the first has to buy this share of the regressions. */
  otherShareCost: 0.03,
  /** A look with more points missing says nothing. */
  missingShare: 0.25,
  /** History that is replayed: CloudWatch keeps one-minute points for 15 days. */
  historyDays: 14,
  /** Less than this says nothing about false alarms. */
  leastHistoryHours: 48,
  /** At most so many pretended releases are replayed. */
  replays: 2_000,
  /** A threshold needs so many pretended releases that could be judged. */
  leastReplays: 100,
  /** One false rollback in a hundred has to buy six in a hundred regressions more. */
  falseWeight: 6,
  /** Whatever it buys, no more false rollbacks than this share of the harmless releases. */
  falseCap: 0.05,
  /**
   * Of `m` signals that are judged of one release, each weighs false rollbacks `m` to this power heavier. The weight bounds them, too: no share of false
   * rollbacks above 1 / weight can pay. At 1 a signal whose own events are more frequent than its part of the budget would find next to nothing.
   */
  familyWeightExponent: 0.7,
  /** Leaving out the earliest look has to buy this share of the regressions: a verdict that comes later is worth less. */
  latenessCost: 0.15,
  /** Regressions that are to be found, as factors of the expected value. */
  regressions: [1.5, 2],
  /** A difference below this factor is none, however regular the history. */
  leastFactor: 1.2,
  /** Added to each value before the logarithm, as a share of the history's median: a value of 0 is small, not infinitely so. */
  offsetShare: 0.02,
} as const;

/** Shares of false rollbacks that are tried; those above the cap are not. */
export const FALSE_SHARES = [
  ...[0.000_5, 0.001, 0.002, 0.003, 0.005, 0.007_5, 0.01, 0.012_5, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05],
] as const;
