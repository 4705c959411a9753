import { BASELINE_MINUTES } from "../baseline.ts";
import type { MetricWatch } from "../blueprint-alarms.ts";
import { BAKE_SECONDS } from "./backtest-data.ts";

/** A moment of the past at which nothing was deployed. */
export interface PretendedDeploy {
  /** Median of the hour before; NaN of fewer than three points. */
  readonly before: number;
  /** The strictest threshold at which the M of N would still have fired within the hour after; NaN where there was never enough data. */
  readonly level: number;
  /** The same where the hour after is made worse, by factor. */
  readonly worse: readonly number[];
}

const LEAST_POINTS = 3;

/**
 * Pretends a deploy at up to `most` moments of the past, evenly spread. An alarm is over a threshold where M of its newest N points are, so that the M-th worst
 * of them says which thresholds fire; the worst over an hour says it of the deploy. Points that are missing do not fire. `worse`: the values as they would be
 * if all of them were worse; only those after the deploy are taken from it.
 */
export function pretendedDeploys(
  watch: Pick<MetricWatch, "periodSeconds" | "datapointsToAlarm" | "evaluationPeriods" | "operator">,
  values: Float64Array,
  worse: readonly Float64Array[],
  most: number,
): readonly PretendedDeploy[] {
  const { periodSeconds, evaluationPeriods: n } = watch;
  const bake = Math.max(1, Math.floor(BAKE_SECONDS / periodSeconds));
  const hour = Math.max(1, Math.floor((BASELINE_MINUTES * 60) / periodSeconds));
  const first = Math.max(hour, n);
  const possible = values.length - bake - first + 1;
  const stride = Math.max(1, Math.ceil(possible / most));
  const deploys: PretendedDeploy[] = [];
  for (let at = first; at + bake <= values.length; at += stride) {
    const levels = [values, ...worse].map((after) => worstLevel(watch, values, after, at, bake));
    deploys.push({ before: medianOf(values.subarray(at - hour, at)), level: levels[0] ?? Number.NaN, worse: levels.slice(1) });
  }
  return deploys;
}

function worstLevel(
  { datapointsToAlarm: m, evaluationPeriods: n, operator }: Pick<MetricWatch, "datapointsToAlarm" | "evaluationPeriods" | "operator">,
  before: Float64Array,
  after: Float64Array,
  at: number,
  bake: number,
): number {
  const sign = operator.startsWith(">") ? 1 : -1;
  const window = new Float64Array(n);
  let worst = Number.NaN;
  for (let newest = at; newest < at + bake; newest++) {
    let count = 0;
    for (let place = newest - n + 1; place <= newest; place++) {
      const value = sign * ((place < at ? before : after)[place] ?? Number.NaN);
      if (Number.isNaN(value)) continue;
      let index = count++;
      for (let other = window[index - 1]; index > 0 && other !== undefined && other < value; other = window[index - 1]) {
        window[index] = other;
        index--;
      }
      window[index] = value;
    }
    const level = count < m ? Number.NaN : (window[m - 1] ?? Number.NaN);
    if (!(level <= worst) && !Number.isNaN(level)) worst = level;
  }
  return sign * worst;
}

function medianOf(values: Float64Array): number {
  const present = values.filter((value) => !Number.isNaN(value)).sort();
  if (present.length < LEAST_POINTS) return Number.NaN;
  const middle = present.length >> 1;
  const upper = present[middle] ?? Number.NaN;
  return present.length % 2 === 1 ? upper : ((present[middle - 1] ?? Number.NaN) + upper) / 2;
}
