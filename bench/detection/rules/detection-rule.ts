/** Rules that are compared; the last one is the first with the budget of six signals. */
export const RULE_NAMES = ["rollguard", "seed-2x", "kayenta", "rollguard-of-six"] as const;
export type RuleName = (typeof RULE_NAMES)[number];
/** Rules that have a row of their own. */
export const COMPARED = ["rollguard", "seed-2x", "kayenta"] as const satisfies readonly RuleName[];
export type ComparedRule = (typeof COMPARED)[number];

/** All that is known when a deploy is pretended: nothing of it is later. */
export interface PretendedDeploy {
  /** Every slot before the deploy, oldest first; NaN = missing. */
  readonly history: readonly number[];
  readonly periodSeconds: number;
  readonly bakeSlots: number;
}

export type Verdict = "pass" | "fail" | "inconclusive";

/** Judges a deploy after each bake slot, by the bake slots so far. */
export type Watch = (bakeSoFar: readonly number[]) => Verdict;

/** A rule prepares itself with the past of a deploy and then watches it. */
export interface DetectionRule {
  readonly name: RuleName;
  watch(deploy: PretendedDeploy): Watch;
}
