import { evaluationRange } from "../alarm-evaluation.ts";
import type { AlarmRule } from "../alarm-rule.ts";
import type { MetricWatch } from "../blueprint-alarms.ts";
import { InvalidInputError } from "../errors.ts";
import { evaluateMath } from "../metric-math/evaluate-math.ts";
import { isPointwise, type MathExpression } from "../metric-math/math-expression.ts";
import { parseMath } from "../metric-math/parse-math.ts";
import type { LeafSeries } from "./leaf-series.ts";
import { isPercentile, type WindowGrid, windowValues } from "./window-values.ts";

/** The rule of a watch. Throws `InvalidInputError` while its threshold is not known. */
export function ruleOf(watch: MetricWatch): AlarmRule {
  const { operator, threshold, datapointsToAlarm, evaluationPeriods, missingData } = watch;
  if (threshold === null) throw new InvalidInputError("the alarm has no threshold yet: give the one that it was tuned to");
  return { operator, threshold, datapointsToAlarm, evaluationPeriods, missingData };
}

/** How many samples a period needs for its percentile to count (AWS: 10/(1-p) from the median on, 10/p below it). */
export function minimumSamplesOf(stat: string): number {
  const p = Number(stat.slice(1)) / 100;
  // Rounded: 1 - 0.95 is no exact number.
  return Number((10 / (p >= 0.5 ? 1 - p : p)).toFixed(6));
}

/** What a watch's alarm sees: the value of every window that an evaluation may end with. */
export interface WatchWindows {
  readonly grid: WindowGrid;
  /** Places between two neighbouring points of one evaluation. */
  readonly stride: number;
  /** False where CloudWatch's windows slide with every evaluation, but ours move by `grid.stepSeconds`: percentiles, or data too coarse to slide. */
  readonly slides: boolean;
  /** Points by their place; null where each evaluation has its own, see `rangeAt`. */
  readonly values: Float64Array | null;
  /** The points of one evaluation, oldest first, NaN = missing. */
  rangeAt(newest: number, periods: number): Float64Array;
  /** SampleCount of a plain percentile whose alarm ignores periods with few samples; else null. */
  readonly samples: Float64Array | null;
}

/**
 * Windows for evaluations in [from, to], `periods` points back. `leaves` are in the order of the watch's. Throws `InvalidInputError` for data that does
 * not fit the period, and for an expression that cannot be computed.
 */
export function watchWindows(
  watch: MetricWatch,
  leaves: readonly LeafSeries[],
  span: { readonly fromEpochSeconds: number; readonly toEpochSeconds: number; readonly periods: number },
): WatchWindows {
  const { periodSeconds } = watch;
  if (leaves.length !== watch.leaves.length) {
    throw new InvalidInputError(`the alarm watches ${watch.leaves.length} metrics, but ${leaves.length} series were given`);
  }
  const stepSeconds = stepOf(periodSeconds, leaves);
  const last = Math.floor(span.toEpochSeconds / stepSeconds) * stepSeconds;
  const firstEndEpochSeconds = Math.floor(span.fromEpochSeconds / stepSeconds) * stepSeconds - (span.periods - 1) * periodSeconds;
  const count = Math.max(0, (last - firstEndEpochSeconds) / stepSeconds + 1);
  const grid: WindowGrid = { firstEndEpochSeconds, stepSeconds, periodSeconds, count };
  const windows = new Map(watch.leaves.map(({ id, metric }, i) => [id, windowValues(metric.stat, leafAt(leaves, i), grid)]));
  const points = pointsOf(watch, windows, grid);
  return {
    grid,
    stride: periodSeconds / stepSeconds,
    slides: stepSeconds <= slideOf(periodSeconds),
    samples: samplesOf(watch, leaves, grid),
    ...points,
  };
}

/** The default range of a watch; see `evaluationRange`. Never fewer than its periods. */
export function rangeOf(watch: MetricWatch, rangePeriods: number = evaluationRange(watch.evaluationPeriods)): number {
  return Math.max(rangePeriods, watch.evaluationPeriods);
}

function slideOf(periodSeconds: number): number {
  return periodSeconds < 60 ? 10 : 60;
}

function stepOf(periodSeconds: number, leaves: readonly LeafSeries[]): number {
  const slide = slideOf(periodSeconds);
  if (!(periodSeconds > 0) || periodSeconds % slide !== 0) {
    throw new InvalidInputError(`an alarm's period is 10, 20 or 30 s or full minutes, not ${periodSeconds} s`);
  }
  return leaves.reduce((step, leaf) => {
    if (!(leaf.periodSeconds > 0) || periodSeconds % leaf.periodSeconds !== 0 || leaf.startEpochSeconds % leaf.periodSeconds !== 0) {
      throw new InvalidInputError(
        `points over ${leaf.periodSeconds} s from ${leaf.startEpochSeconds} on do not make up periods of ${periodSeconds} s: give aligned points of a part of it`,
      );
    }
    return leastCommonMultiple(step, leaf.periodSeconds);
  }, slide);
}

function leastCommonMultiple(a: number, b: number): number {
  let multiple = a;
  while (multiple % b !== 0) multiple += a;
  return multiple;
}

function leafAt(leaves: readonly LeafSeries[], index: number): LeafSeries {
  const leaf = leaves[index];
  if (leaf === undefined) throw new InvalidInputError(`no series for the alarm's metric ${index + 1}`);
  return leaf;
}

function pointsOf(
  watch: MetricWatch,
  windows: ReadonlyMap<string, Float64Array>,
  grid: WindowGrid,
): Pick<WatchWindows, "values" | "rangeAt"> {
  const { stepSeconds, periodSeconds } = grid;
  const startEpochSeconds = grid.firstEndEpochSeconds - periodSeconds;
  const stride = periodSeconds / stepSeconds;
  const expression = expressionOf(watch);
  if (isPointwise(expression)) {
    const values = evaluateMath(expression, windows, { startEpochSeconds, stepSeconds, periodSeconds, length: grid.count });
    return { values, rangeAt: (newest, periods) => strided(values, newest, stride, periods) };
  }
  return {
    values: null,
    rangeAt(newest, periods) {
      const seen = new Map([...windows].map(([id, values]) => [id, strided(values, newest, stride, periods)]));
      const oldest = startEpochSeconds + (newest - (periods - 1) * stride) * stepSeconds;
      return evaluateMath(expression, seen, { startEpochSeconds: oldest, stepSeconds: periodSeconds, periodSeconds, length: periods });
    },
  };
}

function strided(values: Float64Array, newest: number, stride: number, periods: number): Float64Array {
  return Float64Array.from({ length: periods }, (_, i) => values[newest - (periods - 1 - i) * stride] ?? Number.NaN);
}

function expressionOf(watch: MetricWatch): MathExpression {
  const ids = watch.leaves.map(({ id }) => id);
  const parsed = parseMath(watch.expression ?? ids[0] ?? "", ids);
  if (parsed.ok) return parsed.value;
  const { message, at } = parsed.problem;
  throw new InvalidInputError(`${watch.expression ?? "an alarm without metrics"}, character ${at + 1}: ${message}`);
}

function samplesOf(watch: MetricWatch, leaves: readonly LeafSeries[], grid: WindowGrid): Float64Array | null {
  const stat = watch.leaves[0]?.metric.stat ?? "";
  if (watch.lowSamples !== "ignore" || watch.expression !== null || !isPercentile(stat)) return null;
  const { samples, ...leaf } = leafAt(leaves, 0);
  if (samples === undefined) throw new InvalidInputError(`${stat} that ignores low sample counts needs the SampleCount of its points`);
  return windowValues("SampleCount", { ...leaf, values: samples }, grid);
}
