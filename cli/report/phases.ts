import type { IncidentTimes } from "./incident-times.ts";

/** A moment that the charts mark. `row` keeps the flags of close moments apart. */
export interface Mark {
  readonly number: number;
  readonly name: string;
  readonly at: string;
  readonly tone: "bad" | "act" | "good";
}

/** The marked moments of an incident that happened, in the order of an incident. */
export function marks(times: IncidentTimes): readonly Mark[] {
  const moments: readonly { name: string; at: string | null; tone: Mark["tone"] }[] = [
    { name: "change", at: times.changeAt, tone: "bad" },
    { name: "onset", at: times.onsetAt, tone: "bad" },
    { name: times.detectionSeconds === null ? "request" : "alarm", at: times.triggeredAt, tone: "bad" },
    { name: "write accepted", at: times.appliedAt, tone: "act" },
    { name: "recovery verified", at: times.recoveredAt, tone: "good" },
  ];
  return moments
    .flatMap(({ name, at, tone }) => (at === null || Number.isNaN(Date.parse(at)) ? [] : [{ name, at, tone }]))
    .map((moment, index) => ({ number: index + 1, ...moment }));
}

/** The row of each flag, so that two flags in one row are at least `gap` apart. `positions` are in any unit, ascending or not. */
export function flagRows(positions: readonly number[], gap: number): readonly number[] {
  const rows: number[][] = [];
  return positions.map((position) => {
    const free = rows.findIndex((taken) => taken.every((other) => Math.abs(other - position) >= gap));
    const row = free === -1 ? rows.push([]) - 1 : free;
    rows[row]?.push(position);
    return row;
  });
}
