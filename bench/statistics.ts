/** The value below which `percent` of the samples lie, interpolated between neighbours. Throws on no samples: a bench without samples has no result. */
export function percentile(samples: readonly number[], percent: number): number {
  if (samples.length === 0) throw new Error("there are no samples to take a percentile of");
  const sorted = [...samples].sort((a, b) => a - b);
  const position = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}

/** The middle sample, or the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  return percentile(samples, 50);
}

/** Rounded for people and for JSON: more digits would only be noise. */
export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
