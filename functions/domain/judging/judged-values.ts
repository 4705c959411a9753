import type { Signal } from "../signal.ts";
import { quantile } from "./quantile.ts";

/** What of a signal a release is judged by. */
export interface JudgedValues {
  readonly direction: "increase" | "decrease";
  /** Of a value of the signal. */
  of(value: number): number;
  /** Null where it is the signal itself, else words for what it is. */
  readonly instead: string | null;
}

/** A share over this is one of what goes well. */
const MOSTLY_PERCENT = 50;

/**
 * Releases are judged by factors, and of a share that is mostly good (99.9 % of requests) no factor says much: a fall to 95 % is 1.05 times lower, and 50 times as
 * many failures. So there the rest is judged, which is bad when it grows. `past`: values from before the release, NaN = no point.
 */
export function judgedValues({ name, unit, better }: Pick<Signal, "name" | "unit" | "better">, past: readonly number[]): JudgedValues {
  if (better === "lower") return { direction: "increase", of: (value) => value, instead: null };
  const known = unit === "%" ? past.filter(Number.isFinite) : [];
  if (unit !== "%" || known.length === 0 || quantile(known, 0.5) <= MOSTLY_PERCENT)
    return { direction: "decrease", of: (value) => value, instead: null };
  return { direction: "increase", of: (value) => Math.max(0, 100 - value), instead: `100% - ${name}` };
}
