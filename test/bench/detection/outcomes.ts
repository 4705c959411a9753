import { type CopyOutcome, FACTORS, type Factor, type ReplayedSeries } from "../../../bench/detection/replay-series.ts";
import type { RuleName } from "../../../bench/detection/rules/detection-rule.ts";
import { STARTS_PER_SERIES } from "../../../bench/detection/starts.ts";

/** By factor: the slots at which the first deploys fire, in order; the deploys after them do not. */
export type Fired = Partial<Record<Factor, readonly number[]>>;

function outcomesOf(fired: Fired, isInconclusive: boolean): CopyOutcome[] {
  return Array.from({ length: STARTS_PER_SERIES }, (_, deploy) =>
    FACTORS.map((factor): CopyOutcome => {
      const firedSlot = fired[factor]?.[deploy] ?? null;
      return { start: 588 + deploy, factor, firedSlot, isInconclusive: isInconclusive && firedSlot === null };
    }),
  ).flat();
}

/** A replayed series of five-minute slots on which rules fired as told. */
export function aReplayedSeries(name: string, fired: Partial<Record<RuleName, Fired>> = {}, isInconclusive = false): ReplayedSeries {
  const of = (rule: RuleName) => outcomesOf(fired[rule] ?? {}, isInconclusive);
  return {
    ...{ name, periodSeconds: 300 },
    outcomes: { rollguard: of("rollguard"), "seed-2x": of("seed-2x"), kayenta: of("kayenta"), "rollguard-of-six": of("rollguard-of-six") },
  };
}
