import { logBeta, logIncompleteBeta } from "./incomplete-beta.ts";

/**
 * Logarithm of the e-value of `wins` periods in which the first arm was the worse one against `losses` in which the other was, ties left out: a mixture over
 * the probability of a win above 1/2 with Jeffreys' prior (Turner, Ly and Grünwald, J. Stat. Plan. Inference 2024). It asks nothing of the distribution of
 * the counts. Valid at every stopping time; 0 at the start.
 */
export function signLogE(wins: number, losses: number): number {
  const [a, b] = [wins + 0.5, losses + 0.5];
  // 1 - I(1/2; a, b) is I(1/2; b, a)
  return (wins + losses + 1) * Math.LN2 + logBeta(a, b) - logBeta(0.5, 0.5) + logIncompleteBeta(0.5, b, a);
}
