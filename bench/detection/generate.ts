import { seededRandom } from "../../local/traffic/traffic-model.ts";
import type { DetectionSeries } from "./detection-series.ts";
import { EVENTFUL_KINDS } from "./generated/eventful-kinds.ts";
import { logUniform, type Random } from "./generated/noise.ts";
import { STEADY_KINDS } from "./generated/steady-kinds.ts";

/** Defaults of the product were chosen on these seeds only. */
export const TUNING_SEEDS = [1, 2, 3, 4, 5, 6] as const;
/** The reported run uses this one, which nothing was chosen on. */
export const REPORTING_SEED = 7_001;

const PERIOD_SECONDS = 300;
const DAYS = 14;
const STEPS_PER_DAY = 86_400 / PERIOD_SECONDS;

const KINDS = Object.entries({ ...STEADY_KINDS, ...EVENTFUL_KINDS });

/**
 * Series that look like metrics of services: 14 days of 5-minute points, six signals a service, each of another kind, every kind equally often (in rounds of
 * all kinds, each round in an order of its own). Some miss single points. The signals of one service are independent, which is the hardest case for a budget
 * that they share. The same seed gives the same series, and more of them begin with the same.
 */
export function generateSeries(seed: number, count: number): DetectionSeries[] {
  const order = seededRandom(seed);
  const series: DetectionSeries[] = [];
  let round: typeof KINDS = [];
  while (series.length < count) {
    if (round.length === 0) round = shuffled(KINDS, order);
    const [kind, make] = round.pop() ?? raise();
    const index = series.length;
    const random = seededRandom(seed * 10_000 + index);
    const valueAt = make(random, STEPS_PER_DAY);
    const missing = random() < 0.25 ? logUniform(random, 1e-4, 1e-3) : 0;
    const values = Array.from({ length: DAYS * STEPS_PER_DAY }, (_, step) => gapped(valueAt(step), random() < missing));
    series.push({ name: `service-${two(Math.floor(index / 6) + 1)}-${(index % 6) + 1}-${kind}`, periodSeconds: PERIOD_SECONDS, values });
  }
  return series;
}

function gapped(value: number, isMissing: boolean): number {
  return isMissing ? Number.NaN : value;
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1));
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}

function raise(): never {
  throw new Error("there are no kinds of series to generate");
}
