import type { DetectionSeries } from "./detection-series.ts";
import type { DetectionRule, PretendedDeploy, RuleName, Verdict } from "./rules/detection-rule.ts";
import { bakeSlots, chosenStarts, eligibleStarts, STARTS_PER_SERIES } from "./starts.ts";

/** The bake is unchanged, or made worse by these. */
export const FACTORS = [1, 1.5, 2, 3] as const;
export type Factor = (typeof FACTORS)[number];

/** What one rule said of one copy of one pretended deploy. */
export interface CopyOutcome {
  /** First bake slot of the deploy. */
  readonly start: number;
  readonly factor: Factor;
  /** Bake slot after which the rule fired first, from 0; null = not at all. */
  readonly firedSlot: number | null;
  /** Not fired, and at the end of the bake the rule could not tell. */
  readonly isInconclusive: boolean;
}

export interface ReplayedSeries {
  readonly name: string;
  readonly periodSeconds: number;
  /** By rule: sixty starts in order, each with all factors in order. */
  readonly outcomes: Readonly<Record<RuleName, readonly CopyOutcome[]>>;
}

/** Replays every rule on a series by the protocol; the reason instead where the series has too few starts. */
export function replaySeries(series: DetectionSeries, rules: readonly DetectionRule[]): ReplayedSeries | string {
  const eligible = eligibleStarts(series);
  const starts = chosenStarts(eligible);
  if (starts === null) return `${eligible.length} starts are eligible, ${STARTS_PER_SERIES} are needed`;
  const deploys = starts.map((at) => ({ at, deploy: pretendedAt(series, at) }));
  const of = (name: RuleName) =>
    rules
      .filter((rule) => rule.name === name)
      .flatMap((rule) => deploys.flatMap(({ at, deploy }) => replayDeploy(series, at, rule, deploy)));
  return {
    ...{ name: series.name, periodSeconds: series.periodSeconds },
    outcomes: {
      ...{ rollguard: of("rollguard"), "seed-2x": of("seed-2x"), kayenta: of("kayenta") },
      "rollguard-of-six": of("rollguard-of-six"),
    },
  };
}

function pretendedAt({ values, periodSeconds }: DetectionSeries, start: number): PretendedDeploy {
  return { history: values.slice(0, start), periodSeconds, bakeSlots: bakeSlots(periodSeconds) };
}

/** All copies of one deploy. A rule gets slices that end where its knowledge does, so that it cannot see anything later. */
export function replayDeploy(
  series: DetectionSeries,
  start: number,
  rule: DetectionRule,
  deploy = pretendedAt(series, start),
): CopyOutcome[] {
  const { values } = series;
  const length = deploy.bakeSlots;
  const watch = rule.watch(deploy);
  return FACTORS.map((factor) => {
    const bake = values.slice(start, start + length).map((value) => value * factor);
    let last: Verdict = "inconclusive";
    for (let slot = 0; slot < length; slot++) {
      last = watch(bake.slice(0, slot + 1));
      if (last === "fail") return { start, factor, firedSlot: slot, isInconclusive: false };
    }
    return { start, factor, firedSlot: null, isInconclusive: last === "inconclusive" };
  });
}
