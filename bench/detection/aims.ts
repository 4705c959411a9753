import type { FamilyResult } from "./family.ts";
import type { Paired, RuleRow } from "./rule-rows.ts";

/** A figure of the run beside what it has to be. */
export interface Aim {
  readonly aim: string;
  readonly measured: number | null;
  readonly relation: "<=" | ">=";
  readonly limit: number | null;
  readonly isMet: boolean;
}

const MOST_FALSE_PERCENT = 2;
const MOST_FALSE_OVER_KAYENTA = 1;
const LEAST_FOUND_AGAINST_KAYENTA = -2;
const MOST_DELAY_SHARE = 0.5;
const MOST_FAMILY_FALSE_PERCENT = 5;

/** What the bench has to show. An aim whose figure or limit is missing is not met. */
export function aimsOf(rules: readonly RuleRow[], { rollguard }: Paired, family: FamilyResult | null): Aim[] {
  const [ours, theirs] = [rules.find(({ rule }) => rule === "rollguard"), rules.find(({ rule }) => rule === "kayenta")];
  const theirDelay = theirs?.medianDelayMinutes ?? null;
  return [
    atMost("false, %", ours?.falsePercent, MOST_FALSE_PERCENT),
    atMost("false over Kayenta's, pp", rollguard.falsePercent.difference, MOST_FALSE_OVER_KAYENTA),
    atLeast("2x found over Kayenta's, lower end, pp", rollguard.found2xPercent.interval[0], LEAST_FOUND_AGAINST_KAYENTA),
    atLeast("1.5x found over Kayenta's, lower end, pp", rollguard.found1_5xPercent.interval[0], LEAST_FOUND_AGAINST_KAYENTA),
    atMost(
      "median delay against half of Kayenta's, min",
      ours?.medianDelayMinutes,
      theirDelay === null ? null : MOST_DELAY_SHARE * theirDelay,
    ),
    atMost("false of six triggers, %", family?.rollguard.falsePercent, MOST_FAMILY_FALSE_PERCENT),
  ];
}

function atMost(aim: string, measured: number | null | undefined, limit: number | null): Aim {
  return {
    aim,
    measured: measured ?? null,
    relation: "<=",
    limit,
    isMet: typeof measured === "number" && limit !== null && measured <= limit,
  };
}

function atLeast(aim: string, measured: number | null | undefined, limit: number): Aim {
  return { aim, measured: measured ?? null, relation: ">=", limit, isMet: typeof measured === "number" && measured >= limit };
}
