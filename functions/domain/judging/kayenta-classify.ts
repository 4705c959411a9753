import { type EffectSizeMeasure, effectSize, mean } from "./effect-size.ts";
import { keptValues, type NanStrategy } from "./kayenta-values.ts";
import { type ShiftEstimate, shiftEstimate } from "./mann-whitney.ts";
import { scaleFreeShift } from "./scale-free-shift.ts";

export type Direction = "increase" | "decrease" | "either";
export type Classification = "Pass" | "High" | "Low" | "Nodata" | "NodataFailMetric";

/** How one metric of a canary is judged. Defaults are those of Kayenta's judge. */
export interface ClassifyOptions {
  /** @default "mannWhitney" */
  readonly method?: "mannWhitney" | "meanInequality";
  /** Which way is bad. @default "either" */
  readonly direction?: Direction;
  /** @default "remove" */
  readonly nanStrategy?: NanStrategy;
  /** @default "keep" */
  readonly outliers?: "keep" | "remove";
  /** Two-sided, of the interval. @default 0.98 */
  readonly confidence?: number;
  /** Share of the estimate that the interval has to clear. @default 0.25 */
  readonly tolerance?: number;
  /** @default "meanRatio" */
  readonly effect?: EffectSizeMeasure;
  /** Effect from which (or down to which) a difference counts. @default 1 (0.5 for `cles`) */
  readonly allowedIncrease?: number;
  readonly allowedDecrease?: number;
  /** The same for a critical metric, which then fails the whole canary. */
  readonly criticalIncrease?: number;
  readonly criticalDecrease?: number;
  readonly critical?: boolean;
  /** Without data the metric fails. */
  readonly mustHaveData?: boolean;
  /** `compat`: R's root finder with its absolute tolerance, bit by bit as Kayenta. `scale-free`: the exact interval. @default "compat" */
  readonly interval?: "compat" | "scale-free";
}

export interface ClassifiedMetric {
  readonly classification: Classification;
  /** A critical metric that fails by itself. */
  readonly critical: boolean;
  /** Effect size; NaN where there is none. */
  readonly deviation: number;
  readonly reason: string;
  /** How far the experiment lies above the control; null where no test was made. */
  readonly shift: ShiftEstimate | null;
}

/**
 * Kayenta's NetflixACAJudge for one metric (spinnaker/kayenta a69573b, by its behaviour): missing values, outliers, then a Mann-Whitney interval for the
 * shift that has to clear a band of 0.25 x the estimate, and an effect size. Where both arms are constant and differ, Kayenta adds random noise of 1e-5 of
 * the value; here the difference itself is the interval, so that a verdict can be had twice.
 */
export function classifyMetric(experiment: readonly number[], control: readonly number[], options: ClassifyOptions = {}): ClassifiedMetric {
  const { method = "mannWhitney", effect = "meanRatio", critical = false } = options;
  const kept = { experiment: keptValues(experiment, options), control: keptValues(control, options) };
  const without = (classification: Classification, reason: string, isCritical = false): ClassifiedMetric => ({
    ...{ classification, critical: isCritical, deviation: Number.NaN, reason, shift: null },
  });
  if (kept.experiment.length === 0 || kept.control.length === 0) {
    const reason = `no data: ${kept.experiment.length} values against ${kept.control.length}`;
    if (options.nanStrategy === "replace") return without("Pass", reason);
    return options.mustHaveData === true && !critical ? without("NodataFailMetric", reason) : without("Nodata", reason, critical);
  }
  const deviation = effectSize(effect, kept.experiment, kept.control);
  if (areSame(kept.experiment, kept.control)) return { ...without("Pass", "both arms have the same values"), deviation };
  const { classification, shift } = method === "meanInequality" ? byMeans(kept, options) : byRanks(kept, deviation, options);
  const isCritical = critical && classification !== "Pass" && reaches(classification, deviation, criticalBounds(options, effect));
  return { classification, critical: isCritical, deviation, reason: `effect ${deviation}`, shift };
}

interface Arms {
  readonly experiment: readonly number[];
  readonly control: readonly number[];
}
type Verdict = { readonly classification: "Pass" | "High" | "Low"; readonly shift: ShiftEstimate | null };

function byMeans({ experiment, control }: Arms, { direction = "either" }: ClassifyOptions): Verdict {
  const difference = mean(experiment) - mean(control);
  const classification = difference === 0 ? "Pass" : difference > 0 ? "High" : "Low";
  return { classification: asked(classification, direction) ? classification : "Pass", shift: null };
}

function byRanks({ experiment, control }: Arms, deviation: number, options: ClassifyOptions): Verdict {
  const { direction = "either", tolerance = 0.25, effect = "meanRatio" } = options;
  const shift = shiftOf(experiment, control, options);
  const bound = tolerance * Math.abs(shift.estimate);
  const bounds = { increase: options.allowedIncrease ?? neutral(effect), decrease: options.allowedDecrease ?? neutral(effect) };
  for (const classification of ["High", "Low"] as const) {
    const isClear = classification === "High" ? shift.low > bound : shift.high < -bound;
    if (isClear && asked(classification, direction) && reaches(classification, deviation, bounds)) return { classification, shift };
  }
  return { classification: "Pass", shift };
}

function shiftOf(experiment: readonly number[], control: readonly number[], options: ClassifyOptions): ShiftEstimate {
  const { confidence = 0.98, interval = "compat" } = options;
  const [one, other] = [experiment[0] ?? Number.NaN, control[0] ?? Number.NaN];
  if (experiment.every((value) => value === one) && control.every((value) => value === other)) {
    return { estimate: one - other, low: one - other, high: one - other };
  }
  return interval === "compat" ? shiftEstimate(experiment, control, confidence) : scaleFreeShift(experiment, control, confidence);
}

function asked(classification: "Pass" | "High" | "Low", direction: Direction): boolean {
  return direction === "either" || classification === (direction === "increase" ? "High" : "Low");
}

/** An effect that is not a number decides nothing. */
function reaches(
  classification: "High" | "Low",
  effect: number,
  bounds: { readonly increase: number; readonly decrease: number },
): boolean {
  return Number.isNaN(effect) || (classification === "High" ? effect >= bounds.increase : effect <= bounds.decrease);
}

function criticalBounds(options: ClassifyOptions, effect: EffectSizeMeasure): { readonly increase: number; readonly decrease: number } {
  return { increase: options.criticalIncrease ?? neutral(effect), decrease: options.criticalDecrease ?? neutral(effect) };
}

function neutral(effect: EffectSizeMeasure): number {
  return effect === "meanRatio" ? 1 : 0.5;
}

/** The same multiset. One value overall is one of these too. */
function areSame(one: readonly number[], other: readonly number[]): boolean {
  const first = one[0];
  if ([...one, ...other].every((value) => value === first)) return true;
  if (one.length !== other.length) return false;
  const [a, b] = [one, other].map((values) => [...values].sort((x, y) => x - y)) as [number[], number[]];
  return a.every((value, index) => value === b[index]);
}
