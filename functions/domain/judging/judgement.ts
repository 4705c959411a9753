import type { Unit } from "../signal.ts";
import type { ArmCounts } from "./count-e-value.ts";

/** Counts of both arms by period. */
export interface CountsOfArms {
  readonly during: readonly ArmCounts[];
  /** Of a time in which both arms were alike, such as the hour before the change: it tells how much they scatter by themselves. Empty where there was none. */
  readonly alike: readonly ArmCounts[];
}

/** What a signal was like before, as far back as it is known. */
export interface PastValues {
  /** Every period before the change, oldest first, NaN = missing. */
  readonly values: readonly number[];
  readonly periodSeconds: number;
  /** Signals that are judged of the same release; they share the budget. @default 1 */
  readonly family?: number;
}

/** What one signal was like on both sides. */
export interface JudgeInput {
  /** Values before the change. */
  readonly before: readonly number[];
  /** Values that are judged; with a history every period since the release, NaN = missing. */
  readonly after: readonly number[];
  /** Values of the other arm over the same time; with them the arm is what is compared with, and `before` is not asked. */
  readonly control?: readonly number[];
  /** Of both arms, where the signal is a share of something that is counted. */
  readonly counts?: CountsOfArms;
  readonly history?: PastValues;
  /** Which look of how many this is; the last one passes what nothing speaks against. @default the only one */
  readonly look?: { readonly index: number; readonly of: number };
  /** Which way is better. */
  readonly direction: "lower" | "higher";
  /** Of the trigger, in the signal's unit; at it the signal is bad. Null where no trigger says what is bad. */
  readonly threshold: number | null;
  readonly unit: Unit;
  /** Fewer values than this on either side say nothing. */
  readonly minimumSamples: number;
  /** Probability of calling an arm worse that is not. @default ALPHA */
  readonly alpha?: number;
}

/** One in a hundred analyses of harmless versions may fail. */
export const ALPHA = 0.01;

/**
 * A judgement with its figures. `estimate`: what is judged, in percent of what it is compared with, with the interval that the evidence knows. `evidence`: what
 * decided: a threshold, a p-value (at most its limit) or an e-value (at least its limit).
 */
export interface Judgement {
  readonly verdict: "pass" | "fail" | "inconclusive";
  readonly effect: { readonly estimate: number | null; readonly low: number | null; readonly high: number | null };
  readonly evidence: { readonly kind: "threshold" | "p" | "e"; readonly value: number | null; readonly limit: number | null };
  readonly samples: { readonly compared: number; readonly judged: number };
  readonly sentence: string;
}
