import { seededRandom } from "../../local/traffic/traffic-model.ts";
import { percentile } from "../statistics.ts";

const RESAMPLES = 2_000;
/** Every run draws the same resamples (mulberry32). */
const SEED = 1;

/** Both ends of an interval in which 95 of 100 resamples lie. */
export type Interval = readonly [low: number, high: number];

/**
 * Means of resamples of the units (series, families), drawn with replacement. `columns`: one number a unit each. Every column is resampled by the same draws,
 * so that differences of two columns are paired.
 */
export function resampledMeans(columns: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const units = columns[0]?.length ?? 0;
  const random = seededRandom(SEED);
  const means = columns.map((): number[] => []);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const drawn = Array.from({ length: units }, () => Math.floor(random() * units));
    for (const [index, column] of columns.entries())
      means[index]?.push(drawn.reduce((sum, unit) => sum + (column[unit] ?? Number.NaN), 0) / units);
  }
  return means;
}

/** From the 2.5th to the 97.5th percentile. */
export function intervalOf(means: readonly number[]): Interval {
  return [percentile(means, 2.5), percentile(means, 97.5)];
}
