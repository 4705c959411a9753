import { median } from "../baseline.ts";
import { judgeCounts } from "./judge-counts.ts";
import { judgeRanks } from "./judge-ranks.ts";
import { ALPHA, type JudgeInput, type Judgement } from "./judgement.ts";

/** Where no threshold tells what is bad, so much more than the other arm has is nothing yet. */
const TOLERATED_RATIO = 1.25;

/** Whether the judged arm is worse than the other one by more than chance, and by what. */
export interface ArmsEvidence {
  readonly isWorse: boolean;
  readonly evidence: Judgement["evidence"];
  readonly effect: Judgement["effect"];
  /** `3.1x, at least 1.6x`; null where no ratio is known. */
  readonly times: string | null;
  /** `e = 412, proven from 100 on`. */
  readonly told: string;
}

/** By the counts of both arms where there are some, else by the ranks of their values. */
export function compareArms(input: JudgeInput, after: readonly number[], control: readonly number[]): ArmsEvidence {
  const { counts } = input;
  return counts === undefined || counts.during.length === 0 ? byRanks(input, after, control) : byCounts(input, counts);
}

function byCounts({ alpha = ALPHA, threshold }: JudgeInput, counts: NonNullable<JudgeInput["counts"]>): ArmsEvidence {
  const limit = 1 / alpha;
  const { by, e, ratio, low, high } = judgeCounts(counts, alpha, threshold === null ? TOLERATED_RATIO : 1);
  const isWorse = e >= limit;
  return {
    isWorse,
    evidence: { kind: "e", value: e, limit },
    effect: { estimate: percent(ratio), low: percent(low), high: percent(high) },
    times: [ratio === null ? [] : `${short(ratio)}x`, isWorse && low !== null ? `at least ${short(low)}x` : []].flat().join(", ") || null,
    told: `e = ${short(e)}${by === "signs" ? " by the signs alone" : ""}, proven from ${short(limit)} on`,
  };
}

function byRanks({ alpha = ALPHA, direction }: JudgeInput, after: readonly number[], control: readonly number[]): ArmsEvidence {
  const bad = direction === "lower" ? "increase" : "decrease";
  const { verdict, metric, p } = judgeRanks(after, control, { direction: bad, confidence: 1 - 2 * alpha });
  const other = median(control);
  const relative = (shift: number | undefined) => (other === 0 || shift === undefined ? null : 100 * (1 + shift / other));
  const { low, high } = metric?.shift ?? {};
  return {
    isWorse: verdict === "fail" && p !== null && p <= alpha,
    evidence: { kind: "p", value: p, limit: alpha },
    effect: { estimate: other === 0 ? null : (100 * median(after)) / other, low: relative(low), high: relative(high) },
    times: null,
    told: `p = ${p === null ? "unknown" : short(p)}, proven at ${short(alpha)} or less`,
  };
}

function percent(ratio: number | null): number | null {
  return ratio === null ? null : 100 * ratio;
}

/** Two digits that say something: `412`, `3.1`, `0.0061`. */
function short(value: number): string {
  if (value >= 1e6 || (value > 0 && value < 1e-6)) return value.toExponential(0);
  return value >= 100 ? value.toFixed(0) : `${Number(value.toPrecision(2))}`;
}
