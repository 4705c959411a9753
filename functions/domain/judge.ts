import { isAsBefore, median } from "./baseline.ts";
import { compare, withUnit } from "./measured.ts";
import type { Unit } from "./signal.ts";

/** So much of the way from the other arm to the threshold is too much to be called as good. */
const NEARLY_BAD_PART = 0.5;

/** What one signal was like on both sides. */
export interface JudgeInput {
  /** Values before the change. */
  readonly before: readonly number[];
  /** Values that are judged. */
  readonly after: readonly number[];
  /** Values of the other arm over the same time; with them the arm is what is compared with, and `before` is not asked. */
  readonly control?: readonly number[];
  /** Which way is better. */
  readonly direction: "lower" | "higher";
  /** Of the trigger, in the signal's unit; at it the signal is bad. */
  readonly threshold: number;
  readonly unit: Unit;
  /** Fewer values than this on either side say nothing. */
  readonly minimumSamples: number;
}

/** A judgement with its figures. `estimate`: what is judged, in percent of what it is compared with; a threshold alone knows no interval around it. */
export interface Judgement {
  readonly verdict: "pass" | "fail" | "inconclusive";
  readonly effect: { readonly estimate: number | null; readonly low: number | null; readonly high: number | null };
  readonly evidence: { readonly kind: "threshold"; readonly value: number | null; readonly limit: number };
  readonly samples: { readonly compared: number; readonly judged: number };
  readonly sentence: string;
}

/** One signal of an analysis. */
export interface Comparison extends JudgeInput {
  readonly signal: string;
}

/**
 * Holds the median to the trigger's own threshold, and against the other side. Bad on both sides is no verdict: something else than the version is to
 * blame. Too few values on either side are none either. Nor is an arm that is under the threshold and far from the other arm: a threshold is what customers
 * bear at most, and the other arm tells what they had.
 */
export function judge(input: JudgeInput): Judgement {
  const { after, control, direction, threshold, unit, minimumSamples } = input;
  const compared = control ?? input.before;
  const side = control === undefined ? "before the change" : "of the other arm";
  const samples = { compared: compared.length, judged: after.length };
  const told = (verdict: Judgement["verdict"], sentence: string, value: number | null, estimate: number | null): Judgement => ({
    verdict,
    effect: { estimate, low: null, high: null },
    evidence: { kind: "threshold", value, limit: threshold },
    samples,
    sentence,
  });
  if (after.length < minimumSamples || compared.length < minimumSamples) {
    return told("inconclusive", `${after.length} values against ${compared.length} ${side}: ${minimumSamples} are needed`, null, null);
  }
  const value = median(after);
  const other = median(compared);
  const isBad = (median: number) => compare(median, direction === "lower" ? ">=" : "<=", threshold);
  const estimate = other === 0 ? null : (100 * value) / other;
  const figures = `${withUnit(value, unit)} against ${withUnit(other, unit)} ${side}, limit ${withUnit(threshold, unit)}`;
  const isNearlyBad =
    control !== undefined && !isAsBefore(value, other, direction) && (value - other) / (threshold - other) > NEARLY_BAD_PART;
  if (!isBad(value) && isNearlyBad) return told("inconclusive", `${figures}: far worse than the other arm`, value, estimate);
  if (!isBad(value)) return told("pass", figures, value, estimate);
  return isBad(other) ? told("inconclusive", `${figures}: both are bad`, value, estimate) : told("fail", figures, value, estimate);
}

/** Over several signals: one that fails fails all, one of which nobody can tell leaves all open. Nothing compared is no verdict. */
export function worstOf(judgements: readonly Judgement[]): Judgement["verdict"] {
  if (judgements.some(({ verdict }) => verdict === "fail")) return "fail";
  return judgements.length > 0 && judgements.every(({ verdict }) => verdict === "pass") ? "pass" : "inconclusive";
}
