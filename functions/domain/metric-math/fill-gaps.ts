import { isSeries, type MathValue } from "./math-value.ts";

/**
 * FILL: a number or another series fills every gap; `REPEAT` the last point before it; `LINEAR` the line between the points at both ends, so that a
 * gap at the end of what is known stays open.
 */
export function fillGaps(series: Float64Array, filler: MathValue | "REPEAT" | "LINEAR"): Float64Array {
  if (typeof filler === "number") return series.map((x) => (Number.isNaN(x) ? filler : x));
  if (isSeries(filler)) return series.map((x, i) => (Number.isNaN(x) ? (filler[i] ?? Number.NaN) : x));
  return filler === "REPEAT" ? repeat(series) : linear(series);
}

function repeat(series: Float64Array): Float64Array {
  let last = Number.NaN;
  return series.map((x) => {
    if (!Number.isNaN(x)) last = x;
    return last;
  });
}

function linear(series: Float64Array): Float64Array {
  const result = Float64Array.from(series);
  let last = -1;
  for (let i = 0; i < result.length; i++) {
    const to = series[i] ?? Number.NaN;
    if (Number.isNaN(to)) continue;
    const from = series[last] ?? Number.NaN;
    for (let gap = last + 1; last >= 0 && gap < i; gap++) result[gap] = from + ((to - from) * (gap - last)) / (i - last);
    last = i;
  }
  return result;
}
