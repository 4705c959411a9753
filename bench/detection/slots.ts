import { median } from "../statistics.ts";
import type { DetectionSeries } from "./detection-series.ts";

/** One row of a file, in the order of the file. */
export interface Row {
  readonly epochSeconds: number;
  readonly value: number;
}

/** What was found in a file beside its values: none of it is an error. */
export interface SlotNotes {
  /** Rows that came before an older one. */
  readonly unsorted: number;
  /** Rows whose slot had a row already; the first one counts. */
  readonly duplicates: number;
  /** Slots without a row between the first and the last. */
  readonly missing: number;
}

/** Slots of ten seconds to ten minutes are judged. */
const SHORTEST_SECONDS = 10;
const LONGEST_SECONDS = 600;
/** More slots than this are a file whose times are wrong: ten years of minutes. */
const MOST_SLOTS = 5_256_000;

/**
 * Puts rows on the protocol's grid: the period is the median step between times that differ, slot = round((t - t0) / period), the first row of a slot wins in
 * the order of time, an empty slot is missing. The reason instead where nothing can be judged on that grid.
 */
export function slotted(name: string, rows: readonly Row[]): { readonly series: DetectionSeries; readonly notes: SlotNotes } | string {
  const unsorted = rows.filter((row, index) => row.epochSeconds < (rows[index - 1]?.epochSeconds ?? Number.NEGATIVE_INFINITY)).length;
  const inOrder = unsorted === 0 ? rows : [...rows].sort((a, b) => a.epochSeconds - b.epochSeconds);
  const steps = inOrder.flatMap((row, index) => row.epochSeconds - (inOrder[index - 1]?.epochSeconds ?? row.epochSeconds) || []);
  const [oldest, newest] = [inOrder[0], inOrder.at(-1)];
  if (oldest === undefined || newest === undefined || steps.length === 0) return "fewer than two times";
  const periodSeconds = median(steps);
  if (periodSeconds < SHORTEST_SECONDS || periodSeconds > LONGEST_SECONDS)
    return `the median step is ${periodSeconds} s; ${SHORTEST_SECONDS} to ${LONGEST_SECONDS} s are judged`;
  const slotOf = ({ epochSeconds }: Row) => Math.round((epochSeconds - oldest.epochSeconds) / periodSeconds);
  const slots = slotOf(newest) + 1;
  if (slots > MOST_SLOTS) return `${slots} slots of ${periodSeconds} s; at most ${MOST_SLOTS} are judged`;
  const values = new Array<number>(slots).fill(Number.NaN);
  const isTaken = new Uint8Array(slots);
  let duplicates = 0;
  for (const row of inOrder) {
    const slot = slotOf(row);
    if (isTaken[slot] === 1) duplicates++;
    else [isTaken[slot], values[slot]] = [1, row.value];
  }
  const missing = isTaken.reduce((count, taken) => count + (1 - taken), 0);
  return { series: { name, periodSeconds, values }, notes: { unsorted, duplicates, missing } };
}
