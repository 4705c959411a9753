import { fillGaps } from "./fill-gaps.ts";
import type { MathFunction } from "./math-expression.ts";
import { isSeries, type MathGrid, type MathValue, seriesOf, transform } from "./math-value.ts";

/** An input of a function: a value, or how FILL fills. */
export type MathInput = MathValue | "REPEAT" | "LINEAR";

/** Computes one function; the inputs have been checked. */
export function callFunction(name: MathFunction, inputs: readonly MathInput[], grid: MathGrid): MathValue {
  const [first = Number.NaN, second, third] = inputs;
  if (typeof first === "string") throw new Error(`${first} is no value`);
  switch (name) {
    case "IF":
      return choose(first, valueIn(second), valueIn(third), grid.length);
    case "FILL":
      return eachSeries(first, (series) => fillGaps(series, second ?? Number.NaN));
    case "SUM":
      return across(first, (total, x) => total + x);
    case "MIN":
      return across(first, Math.min);
    case "MAX":
      return across(first, Math.max);
    case "AVG": {
      // "Missing values are treated as 0": the divisor is the number of series, not of points.
      const count = Array.isArray(first) ? first.length : 1;
      return transform(
        across(first, (total, x) => total + x),
        (x) => x / count,
      );
    }
    case "PERIOD":
      return grid.periodSeconds;
    case "TIME_SERIES":
      return new Float64Array(grid.length).fill(typeof first === "number" ? first : Number.NaN);
    case "ABS":
      return transform(first, Math.abs);
    case "CEIL":
      return transform(first, Math.ceil);
    case "FLOOR":
      return transform(first, Math.floor);
    case "LOG":
      return transform(first, Math.log);
    case "LOG10":
      return transform(first, Math.log10);
    case "DIFF":
      return eachSeries(first, (series) => sinceLast(series, grid, (difference) => difference));
    case "DIFF_TIME":
      return eachSeries(first, (series) => sinceLast(series, grid, (_, seconds) => seconds));
    case "RATE":
      return eachSeries(first, (series) => sinceLast(series, grid, (difference, seconds) => difference / seconds));
    default:
      return calendar(grid, CALENDAR[name]);
  }
}

function valueIn(input: MathInput | undefined): MathValue | undefined {
  if (typeof input === "string") throw new Error(`${input} is no value`);
  return input;
}

/** A missing true-branch point under a true condition counts as 0, a missing false-branch point is dropped (AWS, "Using IF expressions"). */
function choose(condition: MathValue, whenTrue: MathValue | undefined, whenFalse: MathValue | undefined, length: number): MathValue {
  if (typeof condition === "number") {
    const chosen = (condition === 0 ? whenFalse : whenTrue) ?? Number.NaN;
    return typeof chosen === "number" ? new Float64Array(length).fill(chosen) : chosen;
  }
  const at = (value: MathValue | undefined, i: number) =>
    (typeof value === "number" ? value : isSeries(value) ? value[i] : undefined) ?? Number.NaN;
  return seriesOf(condition).map((x, i) => {
    if (Number.isNaN(x)) return x;
    const chosen = at(x === 0 ? whenFalse : whenTrue, i);
    return x !== 0 && Number.isNaN(chosen) ? 0 : chosen;
  });
}

function eachSeries(value: MathValue, f: (series: Float64Array) => Float64Array): MathValue {
  if (typeof value === "number") throw new Error("expected time series");
  return isSeries(value) ? f(value) : value.map(f);
}

/** Folds the points that an array has at each time; no point where none of its series has one. */
function across(value: MathValue, f: (total: number, x: number) => number): MathValue {
  if (typeof value === "number" || isSeries(value)) throw new Error("expected an array of time series");
  const [first, ...others] = value;
  const result = Float64Array.from(first ?? []);
  for (const series of others) {
    for (let i = 0; i < result.length; i++) {
      const total = result[i] ?? Number.NaN;
      const x = series[i] ?? Number.NaN;
      if (!Number.isNaN(x)) result[i] = Number.isNaN(total) ? x : f(total, x);
    }
  }
  return result;
}

/** Compares every point with the last one before it, however long ago that was; the first point has no result. */
function sinceLast(series: Float64Array, grid: MathGrid, f: (difference: number, seconds: number) => number): Float64Array {
  let last = -1;
  return series.map((x, i) => {
    if (Number.isNaN(x)) return x;
    const previous = last;
    last = i;
    return previous < 0 ? Number.NaN : f(x - (series[previous] ?? Number.NaN), (i - previous) * grid.stepSeconds);
  });
}

const CALENDAR = {
  MINUTE: (at: Date) => at.getUTCMinutes(),
  HOUR: (at: Date) => at.getUTCHours(),
  /** Monday is 1. */
  DAY: (at: Date) => ((at.getUTCDay() + 6) % 7) + 1,
  DATE: (at: Date) => at.getUTCDate(),
  MONTH: (at: Date) => at.getUTCMonth() + 1,
  YEAR: (at: Date) => at.getUTCFullYear(),
  EPOCH: (at: Date) => at.getTime() / 1000,
} as const;

/** "A new non-sparse time series where each value is based on its timestamp." */
function calendar({ length, startEpochSeconds, stepSeconds }: MathGrid, f: (at: Date) => number): Float64Array {
  return Float64Array.from({ length }, (_, i) => f(new Date((startEpochSeconds + i * stepSeconds) * 1000)));
}
