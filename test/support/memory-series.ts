import type { Series } from "../../functions/domain/signal.ts";
import { seededRandom } from "../../local/traffic/traffic-model.ts";

/** What memory does besides leaking, in percentage points and shares of the minutes. */
export interface MemoryOptions {
  readonly minutes: number;
  /** Level before anything leaks, in percent of the limit of the container. */
  readonly base: number;
  readonly noise: number;
  /** How much of a minute's deviation is left in the next (0 = independent). */
  readonly carry: number;
  /** Percentage points per minute, from `leakAt` on. */
  readonly leak: number;
  readonly leakAt: number;
  readonly outlierShare: number;
  readonly missingShare: number;
  /** Minutes in which one of three pods starts anew: a third of what has leaked is gone. */
  readonly restarts: readonly number[];
  /** Amplitude of a wave of six hours, such as a load makes. */
  readonly wave: number;
  /** A release at that minute, whose caches fill: so much below the base at first, with this half-life in minutes. */
  readonly warmUp?: { readonly at: number; readonly below: number; readonly halfLifeMinutes: number };
}

export interface Memory {
  readonly series: Series;
  /** Without noise and outliers. */
  readonly level: readonly number[];
}

/** Minute averages of a service's memory in percent. The same seed gives the same memory. */
export function memoryOf(seed: number, startEpochSeconds: number, options: MemoryOptions): Memory {
  const { minutes, base, noise, carry, leak, leakAt, outlierShare, missingShare, restarts, wave, warmUp } = options;
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const level: number[] = [];
  const values: (number | null)[] = [];
  let [leaked, deviation] = [0, 0];
  for (let minute = 0; minute < minutes; minute++) {
    if (minute >= leakAt) leaked += leak;
    if (restarts.includes(minute)) leaked *= 2 / 3;
    const warming = warmUp === undefined || minute < warmUp.at ? 0 : warmUp.below * 0.5 ** ((minute - warmUp.at) / warmUp.halfLifeMinutes);
    const here = Math.min(100, base + leaked - warming + wave * Math.sin((2 * Math.PI * minute) / 360));
    level.push(here);
    deviation = carry * deviation + Math.sqrt(1 - carry ** 2) * noise * normal();
    const outlier = random() < outlierShare ? (random() < 0.5 ? -1 : 1) * (5 + 15 * random()) : 0;
    values.push(random() < missingShare ? null : Math.min(100, Math.max(0, here + deviation + outlier)));
  }
  return { series: { startEpochSeconds, periodSeconds: 60, values }, level };
}
