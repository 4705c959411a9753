import type { ShiftEstimate } from "./mann-whitney.ts";
import { normalQuantile } from "./normal.ts";
import { averageRanks } from "./ranks.ts";

/**
 * The Mann-Whitney interval exactly, from the sorted differences of all pairs: no root finder, so that scaling both samples scales the answer and changes
 * no verdict (Hollander and Wolfe, Nonparametric Statistical Methods, 1999, section 4.3; normal approximation with the variance for ties). With few values
 * the interval is the range of the differences.
 */
export function scaleFreeShift(x: readonly number[], y: readonly number[], confidence: number): ShiftEstimate {
  const differences = x.flatMap((value) => y.map((other) => value - other)).sort((a, b) => a - b);
  const count = differences.length;
  const [m, n] = [x.length, y.length];
  const { ties } = averageRanks([...x, ...y]);
  const tied = ties.reduce((sum, size) => sum + (size ** 3 - size), 0);
  const sigma = Math.sqrt((count / 12) * (m + n + 1 - tied / ((m + n) * (m + n - 1))));
  const reach = normalQuantile(1 - (1 - confidence) / 2) * sigma + 0.5;
  const first = Math.min(Math.max(0, Math.floor(count / 2 - reach)), count - 1);
  const at = (index: number) => differences[index] ?? Number.NaN;
  const middle = Math.floor(count / 2);
  const estimate = count % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { estimate, low: at(first), high: at(count - 1 - first) };
}
