import { quantile } from "../judging/quantile.ts";

/** Makes the median absolute deviation of normal noise its standard deviation (Rousseeuw and Croux, JASA 1993). */
export const MAD_SCALE = 1.4826;
/** A flat metric has no spread, and anything would be infinitely far from it: a twentieth of the median is the least (measured: without it flat metrics alarm at nothing). */
export const LEAST_SPREAD_SHARE = 0.05;
/** Around a median of 0 there has to be some spread too. */
const LEAST_SPREAD = 1e-9;

/** What a signal was like, told so that one spike moves nothing. In the signal's unit. */
export interface RobustBaseline {
  /** Points that it rests on, and slots of the window without one. */
  readonly n: number;
  readonly missing: number;
  readonly median: number;
  /** Median distance from the median, times `MAD_SCALE`. */
  readonly mad: number;
  /** For people who compare with other tools; one spike moves it, so nothing is decided by it. */
  readonly mean: number;
}

/** Of the values of a window, null = no point. Null below `minimumSamples` points: nobody guesses. */
export function robustBaseline(values: readonly (number | null)[], minimumSamples: number): RobustBaseline | null {
  const points = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (points.length < Math.max(1, minimumSamples)) return null;
  const median = quantile(points, 0.5);
  const mad =
    MAD_SCALE *
    quantile(
      points.map((point) => Math.abs(point - median)),
      0.5,
    );
  const mean = points.reduce((sum, point) => sum + point / points.length, 0);
  return { n: points.length, missing: values.length - points.length, median, mad, mean };
}

/** The spread that distances are told in: never nothing. */
export function spreadOf({ median, mad }: Pick<RobustBaseline, "median" | "mad">): number {
  return Math.max(mad, LEAST_SPREAD_SHARE * Math.abs(median), LEAST_SPREAD);
}

/** How many spreads a value is from the baseline; negative below it. */
export function robustZ(value: number, baseline: Pick<RobustBaseline, "median" | "mad">): number {
  return (value - baseline.median) / spreadOf(baseline);
}
