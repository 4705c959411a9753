import { seededRandom } from "../../simulation/random.ts";

/** Seeded draws of the distributions that the judges are tried on. */
export interface Draws {
  uniform(): number;
  normal(): number;
  poisson(mean: number): number;
  /** A factor of mean 1 and that variance, by which a rate is off for a while. */
  burst(variance: number): number;
}

export function draws(seed: number): Draws {
  const { next } = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  // Knuth's; the means here are small
  const poisson = (mean: number): number => {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = next(); product > limit; product *= next()) count++;
    return count;
  };
  // Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, ACM Trans. Math. Softw. 26, 2000
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * (1 - next()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = normal();
      const v = (1 + x / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - next()) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
    }
  };
  const burst = (variance: number): number => (variance === 0 ? 1 : variance * gamma(1 / variance));
  return { uniform: next, normal, poisson, burst };
}

/** A signal around `level` whose logarithm comes back to it: first-order autoregression, `spread` of one step. */
export function drifting({ normal }: Draws, points: number, level: number, spread = 0.1, memory = 0.6): number[] {
  let deviation = 0;
  return Array.from({ length: points }, () => {
    deviation = memory * deviation + spread * normal();
    return level * Math.exp(deviation);
  });
}
