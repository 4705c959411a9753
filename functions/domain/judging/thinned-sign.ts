import type { ArmCounts } from "./count-e-value.ts";

/**
 * Which arm was the worse one in a period, from -1 (surely the other) to 1 (surely the judged one), had both had the same traffic: the arm with more of it is
 * thinned to the other's, and this is the expectation over all ways to do so (hypergeometric). Without that an arm of few requests has no error in most
 * periods, and the other one nearly always "wins". Where the judged arm may be `tolerated` times as bad, it keeps so much less. Of arms with equal rates, whatever
 * these are in each period, the expectation is 0. Whole counts.
 */
export function thinnedSign({ bad, total, controlBad, controlTotal }: ArmCounts, tolerated: number): number {
  const [own, other] = [Math.round(total), Math.round(controlTotal)];
  if (own <= 0 || other <= 0) return 0;
  const [errors, otherErrors] = [Math.min(own, Math.round(bad)), Math.min(other, Math.round(controlBad))];
  if (own * tolerated <= other) {
    const { below, above } = beside(errors, { of: other, bad: otherErrors, taken: Math.min(other, Math.ceil(own * tolerated)) });
    return below - above;
  }
  const { below, above } = beside(otherErrors, { of: own, bad: errors, taken: Math.floor(other / tolerated) });
  return above - below;
}

/** How probably fewer, and more, than `limit` are bad among `taken` of so many: weights relative to one another, summed on both sides. */
function beside(limit: number, { of, bad, taken }: { readonly of: number; readonly bad: number; readonly taken: number }) {
  const [least, most] = [Math.max(0, taken - (of - bad)), Math.min(taken, bad)];
  const logs = new Float64Array(most - least + 1);
  for (let index = 1; index < logs.length; index++) {
    const count = least + index - 1;
    const ratio = ((bad - count) * (taken - count)) / ((count + 1) * (of - bad - taken + count + 1));
    logs[index] = (logs[index - 1] ?? 0) + Math.log(ratio);
  }
  const heaviest = logs.reduce((one, other) => Math.max(one, other), 0);
  let [below, above, all] = [0, 0, 0];
  for (const [index, log] of logs.entries()) {
    const weight = Math.exp(log - heaviest);
    all += weight;
    if (least + index < limit) below += weight;
    if (least + index > limit) above += weight;
  }
  return { below: below / all, above: above / all };
}
