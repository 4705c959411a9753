import { averageRanks } from "./ranks.ts";

export const EFFECT_SIZES = ["meanRatio", "cles"] as const;
export type EffectSizeMeasure = (typeof EFFECT_SIZES)[number];

/** Arithmetic mean; NaN of none. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean of the experiment over mean of the control; NaN where either is 0, since no ratio says anything then. */
export function meanRatio(experiment: readonly number[], control: readonly number[]): number {
  const [above, below] = [mean(experiment), mean(control)];
  return above === 0 || below === 0 ? Number.NaN : above / below;
}

/** Common-language effect size: how probably a value of the experiment is larger than one of the control, ties counting half (McGraw and Wong 1992). */
export function commonLanguageEffect(experiment: readonly number[], control: readonly number[]): number {
  const { ranks } = averageRanks([...experiment, ...control]);
  const m = experiment.length;
  const sum = ranks.slice(0, m).reduce((total, rank) => total + rank, 0);
  return (2 * sum - m * (m + 1)) / (2 * m * control.length);
}

export function effectSize(measure: EffectSizeMeasure, experiment: readonly number[], control: readonly number[]): number {
  return measure === "meanRatio" ? meanRatio(experiment, control) : commonLanguageEffect(experiment, control);
}
