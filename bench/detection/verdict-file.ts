import { writeFileSync } from "node:fs";
import type { ReplayedSeries } from "./replay-series.ts";
import { RULE_NAMES } from "./rules/detection-rule.ts";

const COLUMNS = ["series", "start", "factor", "rule", "firedSlot"] as const;
type VerdictRow = readonly [series: string, start: number, factor: number, rule: string, firedSlot: number | null];

/** One row a series, start, factor and rule, in this order; `start` counts slots, `firedSlot` bake slots from 0, null = not fired. */
function verdictRows(series: readonly ReplayedSeries[]): VerdictRow[] {
  return series.flatMap(({ name, outcomes }) =>
    RULE_NAMES.flatMap((rule) => outcomes[rule].map(({ start, factor, firedSlot }): VerdictRow => [name, start, factor, rule, firedSlot])),
  );
}

/** CSV where the file is called so (a verdict that never came is an empty cell), else one JSON object a line. */
export function renderVerdicts(file: string, series: readonly ReplayedSeries[]): string {
  const rows = verdictRows(series);
  const lines = /\.csv$/i.test(file)
    ? [COLUMNS.join(","), ...rows.map((row) => row.map((cell) => quoted(String(cell ?? ""))).join(","))]
    : rows.map((row) => JSON.stringify(Object.fromEntries(COLUMNS.map((column, index) => [column, row[index]]))));
  return `${lines.join("\n")}\n`;
}

export function writeVerdicts(file: string, series: readonly ReplayedSeries[]): void {
  writeFileSync(file, renderVerdicts(file, series));
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
