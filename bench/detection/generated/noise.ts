/** Numbers in [0, 1). */
export type Random = () => number;

/** Standard normal (Box and Muller 1958). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Between both ends, evenly on a logarithmic scale: what levels and rates of services are spread like. */
export function logUniform(random: Random, low: number, high: number): number {
  return low * (high / low) ** random();
}

/** Gamma distributed with mean `shape` (Marsaglia and Tsang 2000). */
export function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = gaussian(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A count with the given mean; above 50 by the normal approximation. */
export function poisson(random: Random, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(random)));
  const drawn = random();
  let [count, term] = [0, Math.exp(-mean)];
  for (let sum = term; drawn > sum && count < 1_000; sum += term) {
    count++;
    term *= mean / count;
  }
  return count;
}

/** A process that forgets: each value keeps the share `memory` of the one before; standard deviation `spread` in the long run. */
export function autoregression(random: Random, memory: number, spread: number): () => number {
  let value = 0;
  return () => {
    value = memory * value + spread * Math.sqrt(1 - memory * memory) * gaussian(random);
    return value;
  };
}
