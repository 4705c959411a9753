import { isAsBefore, median } from "./baseline.ts";
import { standing } from "./judging/family.ts";
import { compareArms } from "./judging/judge-arms.ts";
import { judgePast } from "./judging/judge-past.ts";
import { ALPHA, type JudgeInput, type Judgement } from "./judging/judgement.ts";
import { compare, withUnit } from "./measured.ts";

export type { JudgeInput, Judgement } from "./judging/judgement.ts";

/** So much of the way from the other arm to the threshold is too much to be called as good. */
const NEARLY_BAD_PART = 0.5;

/** One signal of an analysis. */
export interface Comparison extends JudgeInput {
  readonly signal: string;
}

/**
 * The one judge. Against another arm over the same time: by the counts of both where there are some, else by the ranks of their values. Without one: by what the
 * signal's own history let expect, else by the trigger's own threshold. Three verdicts; too few values on either side are no verdict. Nothing passes a history
 * so far: looks ask the release judge themselves, and the hour that an assessment reads is none.
 */
export function judge(input: JudgeInput): Judgement {
  if (input.control !== undefined) return judgeSides(input, input.control, "of the other arm");
  return input.history === undefined ? judgeSides(input, input.before, "before the change") : judgePast(input, input.history);
}

/**
 * Holds the median to the trigger's own threshold, and against the other side. Bad on both sides is no verdict: something else than the version is to
 * blame. Nor is an arm that is under the threshold and far from the other arm: a threshold is what customers bear at most, and the other arm tells what they
 * had. An arm fails that is bad, and worse than the other one by more than chance.
 */
function judgeSides(input: JudgeInput, other: readonly number[], side: string): Judgement {
  const { direction, threshold, unit, minimumSamples, control } = input;
  const [after, compared] = [input.after.filter(Number.isFinite), other.filter(Number.isFinite)];
  const samples = { compared: compared.length, judged: after.length };
  const nothing = { estimate: null, low: null, high: null };
  const byThreshold = (value: number | null): Judgement["evidence"] => ({ kind: "threshold", value, limit: threshold });
  if (after.length < minimumSamples || compared.length < minimumSamples) {
    const sentence = `${after.length} values against ${compared.length} ${side}: ${minimumSamples} are needed`;
    return { verdict: "inconclusive", effect: nothing, evidence: byThreshold(null), samples, sentence };
  }
  const [value, reference] = [median(after), median(compared)];
  const arms = control === undefined ? null : compareArms(input, after, compared);
  const estimate = reference === 0 ? null : (100 * value) / reference;
  const effect = arms === null ? { ...nothing, estimate } : arms.effect;
  const times = arms === null || arms.times === null ? "" : ` (${arms.times})`;
  const limit = threshold === null ? "" : `, limit ${withUnit(threshold, unit)}`;
  const figures = `${withUnit(value, unit)} against ${withUnit(reference, unit)} ${side}${times}${limit}`;
  const told = (verdict: Judgement["verdict"], why: string | null, evidence = byThreshold(value)): Judgement => ({
    ...{ verdict, effect, evidence, samples },
    sentence: why === null ? figures : `${figures}: ${why}`,
  });
  if (threshold === null) {
    if (arms === null) return told("inconclusive", "no threshold and no history says what is bad");
    const { index, of } = input.look ?? { index: 0, of: 1 };
    if (arms.isWorse) return told("fail", arms.told, arms.evidence);
    return told(index + 1 >= of ? "pass" : "inconclusive", `may be chance, ${arms.told}`, arms.evidence);
  }
  const isBad = (median: number) => compare(median, direction === "lower" ? ">=" : "<=", threshold);
  const isNearlyBad =
    control !== undefined && !isAsBefore(value, reference, direction) && (value - reference) / (threshold - reference) > NEARLY_BAD_PART;
  if (!isBad(value)) return isNearlyBad ? told("inconclusive", "far worse than the other arm") : told("pass", null);
  if (isBad(reference)) return told("inconclusive", "both are bad");
  if (arms === null) return told("fail", null);
  return arms.isWorse ? told("fail", arms.told, arms.evidence) : told("inconclusive", `may be chance, ${arms.told}`, arms.evidence);
}

/**
 * Judges several signals within one budget for false alarms: what an arm fails for has to stand among all that were compared (Holm for p-values, closed means for
 * e-values). What does not is inconclusive.
 */
export function judgeAll(inputs: readonly JudgeInput[], alpha = ALPHA): readonly Judgement[] {
  const judgements = inputs.map((input) => judge({ alpha, ...input }));
  // what its threshold lets pass counts in the family with no evidence at all
  const proofs = judgements.map(({ evidence: { kind, value } }) =>
    kind === "threshold" || value === null ? ({ kind: "e", value: 0 } as const) : { kind, value },
  );
  const stands = standing(proofs, alpha);
  return judgements.map((judgement, index) =>
    judgement.verdict === "fail" && judgement.evidence.kind !== "threshold" && stands[index] === false
      ? { ...judgement, verdict: "inconclusive", sentence: `${judgement.sentence}, too little among ${inputs.length} signals` }
      : judgement,
  );
}

/** Over several signals: one that fails fails all, one of which nobody can tell leaves all open. Nothing compared is no verdict. */
export function worstOf(judgements: readonly Judgement[]): Judgement["verdict"] {
  if (judgements.some(({ verdict }) => verdict === "fail")) return "fail";
  return judgements.length > 0 && judgements.every(({ verdict }) => verdict === "pass") ? "pass" : "inconclusive";
}
