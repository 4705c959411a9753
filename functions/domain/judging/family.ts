/** Evidence of one signal against the release. `p`: small is strong. `e`: large is strong. */
export interface FamilyEvidence {
  readonly kind: "p" | "e";
  readonly value: number;
}

/**
 * p-values that stand for themselves when several are looked at: each is rejected at alpha where its adjusted one is at most alpha, and any false rejection
 * among all has probability alpha at most, whatever hangs together (Holm, Scandinavian Journal of Statistics 6, 1979). In the order given.
 */
export function holm(values: readonly number[]): readonly number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const adjusted = new Array<number>(values.length).fill(1);
  let floor = 0;
  for (const [rank, { value, index }] of order.entries()) {
    floor = Math.max(floor, Math.min(1, (values.length - rank) * value));
    adjusted[index] = floor;
  }
  return adjusted;
}

/** Evidence that at least one of several is bad: the mean of e-values is one, whatever hangs together (Vovk and Wang, Annals of Statistics 49, 2021). 1 of none. */
export function meanEvidence(values: readonly number[]): number {
  return values.length === 0 ? 1 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * e-values that stand for themselves when several are looked at: the smallest mean that one has with any others (Vovk and Wang 2021, closed testing with the
 * mean). Each is rejected where its adjusted one is at least 1/alpha. In the order given.
 */
export function closedMeans(values: readonly number[]): readonly number[] {
  return values.map((value, own) => {
    const others = values.filter((_, index) => index !== own).sort((a, b) => a - b);
    let [least, sum] = [value, value];
    for (const [index, other] of others.entries()) {
      sum += other;
      least = Math.min(least, sum / (index + 2));
    }
    return least;
  });
}

/** Which of several signals stand against the release within one budget. Where some have p-values, an e-value counts as the p-value 1/e. */
export function standing(evidence: readonly FamilyEvidence[], alpha: number): readonly boolean[] {
  const values = evidence.map(({ value }) => value);
  if (evidence.every(({ kind }) => kind === "e")) return closedMeans(values).map((value) => value >= 1 / alpha);
  return holm(evidence.map(({ kind, value }) => (kind === "p" ? value : Math.min(1, 1 / value)))).map((value) => value <= alpha);
}
