import { type ArmCounts, countLogE, dispersionOf } from "./count-e-value.ts";
import type { CountsOfArms } from "./judgement.ts";
import { signLogE } from "./sign-e-value.ts";
import { thinnedSign } from "./thinned-sign.ts";

/** How surely the judged arm's rate is over the other's. */
export interface CountEvidence {
  /** `signs` where no stretch tells how much the arms scatter by themselves. */
  readonly by: "counts" | "signs";
  readonly e: number;
  /** Rate of the judged arm over the other's; null where the other has none. */
  readonly ratio: number | null;
  /** It is proven to be at least, and at most, so much; null where neither is. Signs know no bound. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Ratios are looked for within this, as a logarithm. */
const WIDEST = Math.log(1_000);
const HALVINGS = 40;
/** A number that is left of an evidence past all doubt. */
const MOST_LOG = 300;

/**
 * The evidence that the judged arm has a higher rate than `tolerated` times the other one's (or than it was proven to have before), and the ratios that the
 * same evidence leaves. The bounds hold at every look, each with probability 1 - alpha.
 */
export function judgeCounts({ during, alike }: CountsOfArms, alpha: number, tolerated = 1): CountEvidence {
  const ratio = ratioOf(during);
  const dispersion = dispersionOf(alike);
  if (dispersion === null) return { by: "signs", e: bySigns(during, tolerated), ratio, low: null, high: null };
  const limit = Math.log(1 / alpha);
  const swapped = during.map(({ bad, total, controlBad, controlTotal }) => ({
    ...{ bad: controlBad, total: controlTotal, controlBad: bad, controlTotal: total },
  }));
  const upper = leastProven(swapped, dispersion, limit);
  // what was worse before the change is not worse by it
  const against = Math.max(tolerated, leastProven(alike, dispersion, limit) ?? 0);
  return {
    by: "counts",
    e: Math.exp(Math.min(MOST_LOG, countLogE(during, dispersion, against))),
    ratio,
    low: leastProven(during, dispersion, limit),
    high: upper === null ? null : 1 / upper,
  };
}

/** The largest ratio that the evidence is past its limit against: it falls as more is tolerated. */
function leastProven(periods: readonly ArmCounts[], dispersion: number, limit: number): number | null {
  const isProven = (log: number) => countLogE(periods, dispersion, Math.exp(log)) >= limit;
  let [low, high] = [-WIDEST, WIDEST];
  if (!isProven(low)) return null;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (isProven(middle)) low = middle;
    else high = middle;
  }
  return Math.exp(low);
}

function bySigns(periods: readonly ArmCounts[], tolerated: number): number {
  return Math.exp(Math.min(MOST_LOG, signLogE(periods.map((period) => thinnedSign(period, tolerated)))));
}

function ratioOf(periods: readonly ArmCounts[]): number | null {
  const sum = (of: keyof ArmCounts) => periods.reduce((total, period) => total + period[of], 0);
  const [rate, other] = [sum("bad") / sum("total"), sum("controlBad") / sum("controlTotal")];
  return other > 0 && Number.isFinite(rate) ? rate / other : null;
}
