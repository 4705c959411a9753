import { type CopyOutcome, FACTORS, type Factor } from "./replay-series.ts";
import { STARTS_PER_SERIES } from "./starts.ts";

/** What a rule fired on, in percent of the deploys of a series: falsely, and of the copies made worse. */
export interface Rates {
  readonly falsePercent: number;
  readonly found1_5xPercent: number;
  readonly found2xPercent: number;
  readonly found3xPercent: number;
}
export type RateName = keyof Rates;

/** The copies that a rate counts. */
const FACTOR_OF = {
  ...{ falsePercent: 1, found1_5xPercent: 1.5, found2xPercent: 2, found3xPercent: 3 },
} as const satisfies Record<RateName, Factor>;
export const RATE_NAMES = ["falsePercent", "found1_5xPercent", "found2xPercent", "found3xPercent"] as const satisfies readonly RateName[];

/** Copies of one factor that the rule fired on. */
export function firedCount(outcomes: readonly CopyOutcome[], factor: Factor): number {
  return outcomes.filter((outcome) => outcome.factor === factor && outcome.firedSlot !== null).length;
}

/** One rate of one series, whose outcomes are given. */
export function rateOf(outcomes: readonly CopyOutcome[], name: RateName): number {
  const deploys = outcomes.length / FACTORS.length;
  return (100 * firedCount(outcomes, FACTOR_OF[name])) / deploys;
}

/** Of the unchanged copies: not fired, and at the end the rule could not tell. */
export function inconclusivePercent(outcomes: readonly CopyOutcome[]): number {
  const unchanged = outcomes.filter(({ factor }) => factor === 1);
  return (100 * unchanged.filter(({ isInconclusive }) => isInconclusive).length) / unchanged.length;
}

/** Every rate by `of`. */
export function ratesBy<T>(of: (name: RateName) => T): Record<RateName, T> {
  return {
    ...{ falsePercent: of("falsePercent"), found1_5xPercent: of("found1_5xPercent") },
    ...{ found2xPercent: of("found2xPercent"), found3xPercent: of("found3xPercent") },
  };
}

/** Deploys of so many series. */
export function deploysOf(series: number): number {
  return series * STARTS_PER_SERIES;
}
