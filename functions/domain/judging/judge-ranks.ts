import { type ClassifiedMetric, type ClassifyOptions, classifyMetric } from "./kayenta-classify.ts";
import { keptValues } from "./kayenta-values.ts";
import { rankSumStatistic } from "./mann-whitney.ts";
import { normalTail } from "./normal.ts";

/** With fewer values an arm the interval is the whole range, and identical arms fail: 9 to 13 % with two, 0.3 to 0.5 % with four, as designed from five on. */
export const RANK_FLOOR = 5;

export interface RankOptions extends ClassifyOptions {
  /** Kayenta to the letter: it judges two values too. @default false */
  readonly strict?: boolean;
}

export interface RankVerdict {
  readonly verdict: "pass" | "fail" | "inconclusive";
  /** Null where too few values were there. */
  readonly metric: ClassifiedMetric | null;
  /** Probability of ranks as far apart where the arms are alike, by the asked direction; null where no test was made. */
  readonly p: number | null;
}

/** The rank judge with a floor under its samples: below it nobody can tell. By default with the scale-free interval; `interval: "compat"` is Kayenta's. */
export function judgeRanks(experiment: readonly number[], control: readonly number[], options: RankOptions = {}): RankVerdict {
  const { strict = false, interval = "scale-free", direction = "either" } = options;
  const [x, y] = [keptValues(experiment, options), keptValues(control, options)];
  const isShort = Math.min(x.length, y.length) < RANK_FLOOR;
  // no value at all is an outcome of its own
  if (isShort && !strict && x.length > 0 && y.length > 0) return { verdict: "inconclusive", metric: null, p: null };
  const metric = classifyMetric(experiment, control, { ...options, interval });
  if (metric.classification === "Nodata") return { verdict: "inconclusive", metric, p: null };
  const verdict = metric.classification === "Pass" ? "pass" : "fail";
  if (x.length === 0 || y.length === 0) return { verdict, metric, p: null };
  const z = rankSumStatistic(x, y, 0);
  const p = direction === "either" ? Math.min(1, 2 * normalTail(Math.abs(z))) : normalTail(direction === "increase" ? z : -z);
  return { verdict, metric, p };
}
