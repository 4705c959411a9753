import type { Clock } from "../../../functions/ports/clock.ts";

/** A clock that stands still until a test moves it. */
export interface FixedClock extends Clock {
  advance(seconds: number): void;
  set(at: Date | string): void;
}

/** Stands at `start` (ISO text or Date). */
export function fixedClock(start: Date | string): FixedClock {
  let epochMilliseconds = new Date(start).getTime();
  return {
    now: () => new Date(epochMilliseconds),
    advance: (seconds) => {
      epochMilliseconds += seconds * 1000;
    },
    set: (at) => {
      epochMilliseconds = new Date(at).getTime();
    },
  };
}
