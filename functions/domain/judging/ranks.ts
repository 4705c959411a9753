/** Ranks from 1 in the order of the values, ties sharing the mean of theirs; and how many values each tie has (1 for none). */
export function averageRanks(values: readonly number[]): { readonly ranks: readonly number[]; readonly ties: readonly number[] } {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = new Array<number>(values.length).fill(0);
  const ties: number[] = [];
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && order[end]?.value === order[first]?.value) end++;
    // Ranks first+1 .. end, whose mean is this.
    for (const { index } of order.slice(first, end)) ranks[index] = (first + 1 + end) / 2;
    ties.push(end - first);
    first = end;
  }
  return { ranks, ties };
}
