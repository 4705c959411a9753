/** A number, a time series (NaN = missing) or an array of time series. */
export type MathValue = number | Float64Array | readonly Float64Array[];

/** The times that an expression is computed for: point `i` covers `periodSeconds` from `startEpochSeconds + i * stepSeconds` on. */
export interface MathGrid {
  readonly startEpochSeconds: number;
  /** Equal to the period, except for pointwise expressions over windows that slide. */
  readonly stepSeconds: number;
  readonly periodSeconds: number;
  readonly length: number;
  /**
   * What a missing point counts as where the other operand has one. `zero` is AWS's text ("missing values in a time series are treated as 0");
   * `missing` drops the point. Expressions that Rollguard compiles give the same under both. @default zero
   */
  readonly missingOperand?: "zero" | "missing";
}

export function isSeries(value: MathValue | string | undefined): value is Float64Array {
  return value instanceof Float64Array;
}

/** Each point through `f`; a missing point stays missing, and a result that is no finite number is dropped. */
export function transform(value: MathValue, f: (x: number) => number): MathValue {
  if (typeof value === "number") return finite(f(value));
  if (!isSeries(value)) return value.map((series) => series.map((x) => finite(f(x))));
  return value.map((x) => finite(f(x)));
}

/** Each pair of points through `f`. A pair without any point has no result; see `MathGrid.missingOperand` for half a pair. */
export function combine(
  left: MathValue,
  right: MathValue,
  f: (x: number, y: number) => number,
  missingOperand: MathGrid["missingOperand"] = "zero",
): MathValue {
  if (typeof left === "number" && typeof right === "number") return finite(f(left, right));
  if (typeof left !== "number" && !isSeries(left)) return left.map((series) => seriesOf(combine(series, right, f, missingOperand)));
  if (typeof right !== "number" && !isSeries(right)) return right.map((series) => seriesOf(combine(left, series, f, missingOperand)));
  if (typeof left === "number") return seriesOf(right).map((y) => (Number.isNaN(y) ? y : finite(f(left, y))));
  if (typeof right === "number") return left.map((x) => (Number.isNaN(x) ? x : finite(f(x, right))));
  const result = new Float64Array(left.length);
  for (let i = 0; i < result.length; i++) {
    const x = left[i] ?? Number.NaN;
    const y = right[i] ?? Number.NaN;
    const missing = Number(Number.isNaN(x)) + Number(Number.isNaN(y));
    const dropped = missing === 2 || (missing === 1 && missingOperand === "missing");
    result[i] = dropped ? Number.NaN : finite(f(Number.isNaN(x) ? 0 : x, Number.isNaN(y) ? 0 : y));
  }
  return result;
}

export function seriesOf(value: MathValue | undefined): Float64Array {
  if (isSeries(value)) return value;
  throw new Error("expected a time series");
}

function finite(x: number): number {
  return Number.isFinite(x) ? x : Number.NaN;
}
