/** Windows of at most so many points are sorted by insertion, which is faster for them. */
const SMALL = 32;

/**
 * The points from `from` to `to` (excluded) that are there, in ascending order; by default of all. A calibration asks for thousands of small windows, so
 * nothing is copied twice.
 */
export function presentPoints(values: ArrayLike<number>, from = 0, to = values.length): ArrayLike<number> {
  const present: number[] = [];
  const isSmall = to - from <= SMALL;
  for (let index = from; index < to; index++) {
    const value = values[index];
    if (value === undefined || !Number.isFinite(value)) continue;
    present.push(value);
    if (isSmall) sinkLast(present, value);
  }
  return isSmall ? present : Float64Array.from(present).sort();
}

/** Moves the last value, which is `value`, to its place among those before it. */
function sinkLast(sorted: number[], value: number): void {
  let place = sorted.length - 1;
  for (let before = sorted[place - 1]; place > 0 && before !== undefined && before > value; before = sorted[place - 1]) {
    sorted[place] = before;
    place--;
  }
  sorted[place] = value;
}
