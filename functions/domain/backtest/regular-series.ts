import { InvalidInputError } from "../errors.ts";
import type { LeafSeries } from "../replay/leaf-series.ts";

/** Points as they were found, in any order: seconds since the epoch, values (NaN = a row without one), samples. */
export interface LoosePoints {
  readonly seconds: Float64Array;
  readonly values: Float64Array;
  /** Null where no row has any. */
  readonly samples: Float64Array | null;
}

/** What had to be put right. */
export interface PointsReport {
  readonly rows: number;
  /** Rows that came after a later one. */
  readonly unsorted: number;
  /** Rows for a period that had a row already: the first counts. */
  readonly duplicates: number;
  /** Rows whose time is not the start of a period: they belong to the period that holds them, as in CloudWatch. */
  readonly irregular: number;
  /** Periods without a value between the first and the last. */
  readonly missing: number;
}

/** Resolutions that metrics are kept in: CloudWatch's own, and what other stores are usually asked for. */
const LADDER = [1, 5, 10, 15, 20, 30, 60, 300, 600, 900, 1_800, 3_600, 86_400];
/** So many equal steps in a row are another resolution, and no gap. */
const STEPS_OF_A_CHANGE = 8;
/** A step may be so much off: clocks drift. */
const TOLERANCE = 0.1;
/** Ten years of minutes. Points that lie further apart are a row with a wrong time. */
const MOST_PERIODS = 5_256_000;

/**
 * Makes regular series of loose points: sorted, one point per period, one series for each stretch of one resolution. A resolution is the step that most of the
 * points have; it changes where eight steps in a row are another one. Throws InvalidInputError where the times lie too far apart to be true.
 */
export function regularSeries(loose: LoosePoints): { readonly series: readonly LeafSeries[]; readonly report: PointsReport } {
  const { points, unsorted } = sorted(loose);
  const { seconds } = points;
  const stretches = stretchesOf(seconds);
  let [duplicates, irregular, missing] = [0, 0, 0];
  const series = stretches.map(({ first, end, stepSeconds }): LeafSeries => {
    const start = Math.floor((seconds[first] ?? 0) / stepSeconds) * stepSeconds;
    const count = Math.floor(((seconds[end - 1] ?? 0) - start) / stepSeconds) + 1;
    if (count > MOST_PERIODS) throw new InvalidInputError(tooLong(seconds, stepSeconds, count), {});
    const values = new Float64Array(count).fill(Number.NaN);
    const samples = points.samples === null ? null : new Float64Array(count).fill(Number.NaN);
    let taken = -1;
    for (let row = first; row < end; row++) {
      const second = seconds[row] ?? 0;
      const slot = Math.floor((second - start) / stepSeconds);
      if (second % stepSeconds !== 0) irregular++;
      if (slot === taken) {
        duplicates++;
        continue;
      }
      taken = slot;
      values[slot] = points.values[row] ?? Number.NaN;
      if (samples !== null) samples[slot] = points.samples?.[row] ?? Number.NaN;
    }
    for (const value of values) if (Number.isNaN(value)) missing++;
    return { startEpochSeconds: start, periodSeconds: stepSeconds, values, ...(samples === null ? {} : { samples }) };
  });
  return { series, report: { rows: seconds.length, unsorted, duplicates, irregular, missing } };
}

function tooLong(seconds: Float64Array, stepSeconds: number, periods: number): string {
  const at = (second: number | undefined) => new Date((second ?? 0) * 1000).toISOString();
  const [first, last] = [at(seconds[0]), at(seconds.at(-1))];
  return `from ${first} to ${last} are ${periods} periods of ${stepSeconds} s, and at most ${MOST_PERIODS} are read: one of these times is wrong`;
}

/** By time; rows of one time stay in their order. */
function sorted(points: LoosePoints): { readonly points: LoosePoints; readonly unsorted: number } {
  const { seconds, values, samples } = points;
  let unsorted = 0;
  let latest = Number.NEGATIVE_INFINITY;
  for (const second of seconds) {
    if (second < latest) unsorted++;
    else latest = second;
  }
  if (unsorted === 0) return { points, unsorted };
  const order = Uint32Array.from(seconds.keys()).sort((a, b) => (seconds[a] ?? 0) - (seconds[b] ?? 0) || a - b);
  const reordered = (column: Float64Array) => Float64Array.from(order, (row) => column[row] ?? Number.NaN);
  return {
    points: { seconds: reordered(seconds), values: reordered(values), samples: samples === null ? null : reordered(samples) },
    unsorted,
  };
}

interface Rows {
  readonly first: number;
  readonly end: number;
  readonly stepSeconds: number;
}

function stretchesOf(seconds: Float64Array): readonly Rows[] {
  if (seconds.length === 0) return [];
  const stretches: Rows[] = [];
  let first = 0;
  let stepSeconds = usualStep(seconds);
  let [other, run, began] = [0, 0, 0];
  for (let row = 1; row < seconds.length; row++) {
    const gap = (seconds[row] ?? 0) - (seconds[row - 1] ?? 0);
    if (gap <= 0) continue;
    const step = Math.abs(gap - stepSeconds) <= TOLERANCE * stepSeconds ? stepSeconds : snapped(gap);
    if (step === stepSeconds || step === null) {
      run = 0;
      continue;
    }
    if (run === 0 || step !== other) [other, run, began] = [step, 0, row];
    run++;
    if (run < STEPS_OF_A_CHANGE) continue;
    // The point that the first of these steps leaves is the first of the new stretch.
    const end = began - 1;
    if (end > first) stretches.push({ first, end, stepSeconds });
    first = Math.max(first, end);
    stepSeconds = other;
    run = 0;
  }
  stretches.push({ first, end: seconds.length, stepSeconds });
  return stretches;
}

/** What most of the first steps are. */
function usualStep(seconds: Float64Array): number {
  const counts = new Map<number, number>();
  for (let row = 1; row < Math.min(seconds.length, 200); row++) {
    const gap = (seconds[row] ?? 0) - (seconds[row - 1] ?? 0);
    if (gap > 0) counts.set(snapped(gap) ?? gap, (counts.get(snapped(gap) ?? gap) ?? 0) + 1);
  }
  const [usual = 60] = [...counts].sort(([a, many], [b, fewer]) => fewer - many || a - b).map(([step]) => step);
  return Number.isInteger(usual) ? usual : 60;
}

function snapped(gap: number): number | null {
  return LADDER.find((step) => Math.abs(gap - step) <= TOLERANCE * step) ?? null;
}
