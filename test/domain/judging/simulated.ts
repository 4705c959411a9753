import { seededRandom } from "../../simulation/random.ts";

/** Seeded draws of the distributions that the judges are tried on. */
export interface Draws {
  uniform(): number;
  normal(): number;
  poisson(mean: number): number;
  /** Of `trials`, each with that probability. */
  binomial(trials: number, probability: number): number;
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
  // waiting times between successes are geometric (Devroye, Non-Uniform Random Variate Generation, 1986, X.4)
  const binomial = (trials: number, probability: number): number => {
    if (probability <= 0) return 0;
    const step = Math.log(1 - Math.min(probability, 1 - 1e-12));
    let count = 0;
    for (let at = Math.floor(Math.log(1 - next()) / step) + 1; at <= trials; at += Math.floor(Math.log(1 - next()) / step) + 1) count++;
    return count;
  };
  return { uniform: next, normal, poisson, binomial };
}

/** A signal around `level` whose logarithm comes back to it: first-order autoregression, `spread` of one step. */
export function drifting({ normal }: Draws, points: number, level: number, spread = 0.1, memory = 0.6): number[] {
  let deviation = 0;
  return Array.from({ length: points }, () => {
    deviation = memory * deviation + spread * normal();
    return level * Math.exp(deviation);
  });
}
