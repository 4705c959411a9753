/** Windows of at most so many points are sorted by insertion, which is faster for them. */
const SMALL = 64;

/**
 * The points from `from` to `to` (excluded) that are there, in ascending order; by default of all. A calibration asks for thousands of small windows, so
 * nothing is copied twice.
 */
export function presentPoints(values: ArrayLike<number>, from = 0, to = values.length): ArrayLike<number> {
  const present = new Float64Array(Math.max(0, to - from));
  const isSmall = to - from <= SMALL;
  let count = 0;
  for (let index = from; index < to; index++) {
    const value = values[index];
    if (value === undefined || !Number.isFinite(value)) continue;
    if (isSmall) insertSorted(present, count, value);
    else present[count] = value;
    count++;
  }
  const found = count === present.length ? present : present.subarray(0, count);
  return isSmall ? found : found.sort();
}

/** Puts a value to its place among the `count` that are there already, in ascending order. */
export function insertSorted(sorted: Float64Array, count: number, value: number): void {
  let place = count;
  for (let before = sorted[place - 1]; place > 0 && before !== undefined && before > value; before = sorted[place - 1]) {
    sorted[place] = before;
    place--;
  }
  sorted[place] = value;
}
