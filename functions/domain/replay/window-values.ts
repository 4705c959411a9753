import { InvalidInputError } from "../errors.ts";
import { type LeafSeries, pointAt } from "./leaf-series.ts";

/** Window `i` covers `periodSeconds` before `firstEndEpochSeconds + i * stepSeconds`. */
export interface WindowGrid {
  readonly firstEndEpochSeconds: number;
  readonly stepSeconds: number;
  readonly periodSeconds: number;
  readonly count: number;
}

/** Two points of a statistic into that of both times together. */
const FOLDS: Readonly<Record<string, (total: number, x: number) => number>> = {
  Sum: (total, x) => total + x,
  SampleCount: (total, x) => total + x,
  Minimum: Math.min,
  Maximum: Math.max,
};

export function isPercentile(stat: string): boolean {
  return stat.startsWith("p");
}

/** Whether a statistic over a longer time can be computed from its points over shorter ones: percentiles cannot. */
export function canAggregate(stat: string): boolean {
  return stat === "Average" || stat in FOLDS;
}

/** From so many points per window on, exact running totals are faster than adding every window up. */
const MANY_POINTS = 4;

/**
 * The value of a statistic in every window of the grid; NaN where the window holds no point. Every window is added up from its own points, in their
 * order: a running sum would drift, except of counts, where it is exact. The grid's step and period are multiples of the series' period. Throws `InvalidInputError`.
 */
export function windowValues(stat: string, leaf: LeafSeries, grid: WindowGrid): Float64Array {
  const result = new Float64Array(grid.count).fill(Number.NaN);
  const perWindow = grid.periodSeconds / leaf.periodSeconds;
  const perStep = grid.stepSeconds / leaf.periodSeconds;
  const first = (grid.firstEndEpochSeconds - grid.periodSeconds - leaf.startEpochSeconds) / leaf.periodSeconds;
  if (perWindow > 1 && !canAggregate(stat)) {
    throw new InvalidInputError(
      `${stat} over ${grid.periodSeconds} s cannot be computed from its points over ${leaf.periodSeconds} s: give it with a period of ${grid.periodSeconds} s`,
    );
  }
  if (perWindow > 1 && stat === "Average") {
    if (leaf.samples === undefined) {
      throw new InvalidInputError(
        `an Average over ${grid.periodSeconds} s needs the SampleCount of its points over ${leaf.periodSeconds} s`,
      );
    }
    for (let i = 0; i < grid.count; i++) result[i] = average(leaf.values, leaf.samples, first + i * perStep, perWindow);
    return result;
  }
  const points = leaf.values instanceof Float64Array ? leaf.values : Float64Array.from(leaf.values, (value) => value ?? Number.NaN);
  const fold = FOLDS[stat];
  if (perWindow === 1) {
    for (let i = 0; i < grid.count; i++) result[i] = points[first + i * perStep] ?? Number.NaN;
    return result;
  }
  const totals = perWindow >= MANY_POINTS && (stat === "Sum" || stat === "SampleCount") ? exactTotals(points) : null;
  if (totals !== null) {
    for (let i = 0; i < grid.count; i++) result[i] = totalWithin(totals, first + i * perStep, perWindow);
    return result;
  }
  for (let i = 0; i < grid.count; i++) result[i] = folded(points, first + i * perStep, perWindow, fold);
  return result;
}

/** Totals, and numbers of points, up to each place. */
interface Totals {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** Binary fractions of so many digits are still added without rounding, as long as the totals stay under `EXACT_LIMIT`. */
const EXACT_SCALE = 2 ** 10;
const EXACT_LIMIT = 2 ** 43;

/** Null where a double could not hold every total exactly: then the order of the additions matters. */
function exactTotals(points: Float64Array): Totals | null {
  const sums = new Float64Array(points.length + 1);
  const counts = new Float64Array(points.length + 1);
  let [sum, size, count] = [0, 0, 0];
  for (let i = 0; i < points.length; i++) {
    const value = points[i] ?? Number.NaN;
    if (!Number.isNaN(value)) {
      if (!Number.isInteger(value * EXACT_SCALE)) return null;
      sum += value;
      size += Math.abs(value);
      count++;
    }
    sums[i + 1] = sum;
    counts[i + 1] = count;
  }
  return size < EXACT_LIMIT ? { sums, counts } : null;
}

function totalWithin({ sums, counts }: Totals, first: number, perWindow: number): number {
  const length = sums.length - 1;
  const from = Math.min(Math.max(0, first), length);
  const to = Math.min(Math.max(from, first + perWindow), length);
  return counts[from] === counts[to] ? Number.NaN : (sums[to] ?? 0) - (sums[from] ?? 0);
}

function folded(points: Float64Array, first: number, count: number, fold?: (total: number, x: number) => number): number {
  const end = Math.min(first + count, points.length);
  let total = Number.NaN;
  for (let i = Math.max(0, first); i < end; i++) {
    const value = points[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    total = fold === undefined || Number.isNaN(total) ? value : fold(total, value);
  }
  return total;
}

function average(values: ArrayLike<number | null>, samples: ArrayLike<number | null>, first: number, count: number): number {
  let sum = 0;
  let weight = 0;
  for (let i = first; i < first + count; i++) {
    const value = pointAt(values, i);
    if (Number.isNaN(value)) continue;
    const sampleCount = pointAt(samples, i);
    if (!(sampleCount > 0)) throw new InvalidInputError(`the Average at point ${i} has no SampleCount: give both from one call`);
    sum += value * sampleCount;
    weight += sampleCount;
  }
  return weight === 0 ? Number.NaN : sum / weight;
}
