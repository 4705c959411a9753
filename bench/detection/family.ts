import { rounded } from "../statistics.ts";
import { type Interval, intervalOf, resampledMeans } from "./bootstrap.ts";
import { delaysMinutes, medianDelayMinutes } from "./delays.ts";
import { type RateName, type Rates, rateOf, ratesBy } from "./rates.ts";
import type { ReplayedSeries } from "./replay-series.ts";
import { meanOf, roundedInterval } from "./rule-rows.ts";
import type { ComparedRule, RuleName } from "./rules/detection-rule.ts";
import { STARTS_PER_SERIES } from "./starts.ts";

/** Triggers of one service. */
export const FAMILY_SIGNALS = 6;

/** One rule as a service feels it. */
export interface FamilyRow extends Omit<Rates, "falsePercent"> {
  /** Deploys on which any of the six triggers fires although nothing is worse. */
  readonly falsePercent: number;
  readonly falseInterval: Interval;
  /** One trigger alone under the same budget. `found…` of this row are its too: of a copy worse in one signal, what that signal's trigger finds. */
  readonly falseOfOnePercent: number;
  readonly medianDelayMinutes: number | null;
}

export interface FamilyResult extends Readonly<Record<ComparedRule, FamilyRow>> {
  readonly signals: number;
  readonly families: number;
  readonly deploys: number;
  /** Series after the last whole family. */
  readonly leftOut: readonly string[];
}

/** In the family Rollguard's six signals share the budget of one release; the others know no budget. */
const RULE_OF = { rollguard: "rollguard-of-six", "seed-2x": "seed-2x", kayenta: "kayenta" } as const satisfies Record<
  ComparedRule,
  RuleName
>;

/**
 * Six series in a row, in the order of their names, are taken for the six triggers of one service; the j-th starts of the six belong to one deploy. Null of
 * fewer than six series. Intervals are over families.
 */
export function judgeFamilies(series: readonly ReplayedSeries[]): FamilyResult | null {
  const families = Array.from({ length: Math.floor(series.length / FAMILY_SIGNALS) }, (_, index) =>
    series.slice(index * FAMILY_SIGNALS, (index + 1) * FAMILY_SIGNALS),
  );
  if (families.length === 0) return null;
  const row = (rule: RuleName): FamilyRow => {
    const members = families.flat();
    const falseRates = families.map((family) => falsePercentOfAny(family, rule));
    const meanRate = (name: RateName) => rounded(meanOf(members.map(({ outcomes }) => rateOf(outcomes[rule], name))), 2);
    return {
      ...ratesBy(meanRate),
      falsePercent: rounded(meanOf(falseRates), 2),
      falseInterval: roundedInterval(intervalOf(resampledMeans([falseRates])[0] ?? [])),
      falseOfOnePercent: meanRate("falsePercent"),
      medianDelayMinutes: medianDelayMinutes(delaysMinutes(members, rule).filter(Number.isFinite)),
    };
  };
  return {
    ...{ signals: FAMILY_SIGNALS, families: families.length, deploys: families.length * STARTS_PER_SERIES },
    leftOut: series.slice(families.length * FAMILY_SIGNALS).map(({ name }) => name),
    ...{ rollguard: row(RULE_OF.rollguard), "seed-2x": row(RULE_OF["seed-2x"]), kayenta: row(RULE_OF.kayenta) },
  };
}

function falsePercentOfAny(family: readonly ReplayedSeries[], rule: RuleName): number {
  const unchanged = family.map(({ outcomes }) => outcomes[rule].filter(({ factor }) => factor === 1));
  const deploys = Array.from({ length: STARTS_PER_SERIES }, (_, deploy) =>
    unchanged.some((one) => (one[deploy]?.firedSlot ?? null) !== null),
  );
  return (100 * deploys.filter(Boolean).length) / deploys.length;
}
