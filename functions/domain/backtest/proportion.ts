/** A share of deploys, with the interval that so few of them leave. Percent. */
export interface Rate {
  readonly fired: number;
  readonly of: number;
  /** Null of none. */
  readonly percent: number | null;
  /** Deploys whose windows do not overlap: what the interval rests on. */
  readonly effectiveN: number;
  readonly low: number | null;
  readonly high: number | null;
}

const Z_95 = 1.959963984540054;

/** `effectiveN` may be fewer than `of` where windows overlap. */
export function rateOf(fired: number, of: number, effectiveN = of): Rate {
  if (of === 0) return { fired, of, percent: null, effectiveN, low: null, high: null };
  const share = fired / of;
  const { low, high } = wilson(share, effectiveN);
  return { fired, of, percent: 100 * share, effectiveN, low: 100 * low, high: 100 * high };
}

/** Interval of 95 % for a share that was seen in `n` trials (Wilson, Probable Inference, 1927). */
export function wilson(share: number, n: number): { readonly low: number; readonly high: number } {
  if (n <= 0) return { low: 0, high: 1 };
  const squared = Z_95 ** 2;
  const centre = (share + squared / (2 * n)) / (1 + squared / n);
  const half = (Z_95 * Math.sqrt((share * (1 - share)) / n + squared / (4 * n * n))) / (1 + squared / n);
  return { low: share === 0 ? 0 : Math.max(0, centre - half), high: share === 1 ? 1 : Math.min(1, centre + half) };
}

/** How many windows of so many seconds, taken from the first on, do not overlap. `starts` ascending. */
export function withoutOverlap(starts: readonly number[], windowSeconds: number): number {
  let count = 0;
  let free = Number.NEGATIVE_INFINITY;
  for (const start of starts) {
    if (start < free) continue;
    count++;
    free = start + windowSeconds;
  }
  return count;
}
