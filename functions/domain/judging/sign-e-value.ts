/** So many probabilities of a win are tried. */
const NODES = 64;

/** What is staked on a win, by the probability of one: p = sin^2 of an angle, evenly spread between 1/2 and 1 as Jeffreys' prior has them. */
const STAKES = Array.from({ length: NODES }, (_, node) => -Math.cos(Math.PI * (0.5 + (node + 0.5) / (2 * NODES))));

/**
 * Logarithm of the e-value, after each period, of signs from -1 (the other arm is the worse one) to 1 (the judged one is), 0 for a tie: a mixture over the
 * probability of a win above 1/2 with Jeffreys' prior (Turner, Ly and Grünwald, J. Stat. Plan. Inference 2024). A sign that is only known in expectation counts
 * as much as it is sure: each is a bet that is fair where the expectation is 0 (Waudby-Smith and Ramdas, J. R. Stat. Soc. B 2024). It asks nothing of the
 * distribution of the counts. Valid at every stopping time.
 */
export function signLogEPath(signs: readonly number[]): readonly number[] {
  const logs = new Float64Array(NODES);
  return signs.map((sign) => {
    for (const [node, stake] of STAKES.entries()) logs[node] = (logs[node] ?? 0) + Math.log1p(stake * sign);
    const most = logs.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
    return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / NODES);
  });
}

/** The same after the last period; 0 of none. */
export function signLogE(signs: readonly number[]): number {
  return signLogEPath(signs).at(-1) ?? 0;
}
