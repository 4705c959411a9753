import type { Row } from "./slots.ts";

/** A file is not what the bench reads; the message names file and line, what was found and what was expected. */
export class SeriesFileError extends Error {
  override readonly name = "SeriesFileError";
}

/** Rows with a time but no value: slots stay empty. */
export interface ParsedRows {
  readonly rows: readonly Row[];
  readonly withoutValue: number;
}

const HEADER = "timestamp,value";
const TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(\.\d+)?Z?$/;
/** Written where there is no value. */
const NO_VALUES = new Set(["", "nan", "null"]);

/**
 * Rows of a CSV file with the header `timestamp,value`: UTC, with a blank or a T between date and time, a Z and a fraction of a second optional. Throws
 * SeriesFileError with `file:line` at the first line that is neither empty nor a row.
 */
export function parseSeries(file: string, text: string): ParsedRows {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const header = (lines[0] ?? "").trim().toLowerCase();
  if (header !== HEADER) throw new SeriesFileError(`${file}:1: expected the header "${HEADER}", got "${shortened(lines[0] ?? "")}"`);
  const rows: Row[] = [];
  let withoutValue = 0;
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === "") continue;
    const place = `${file}:${index + 1}`;
    const cells = line.split(",").map((cell) => cell.trim());
    const [time, written] = cells;
    if (cells.length !== 2 || time === undefined || written === undefined)
      throw new SeriesFileError(`${place}: expected a time and a value, got "${shortened(line)}"`);
    const epochSeconds = epochOf(time);
    if (epochSeconds === null)
      throw new SeriesFileError(`${place}: expected a UTC time like 2026-01-31 23:55:00 or 2026-01-31T23:55:00Z, got "${shortened(time)}"`);
    if (NO_VALUES.has(written.toLowerCase())) withoutValue++;
    else if (Number.isFinite(Number(written))) rows.push({ epochSeconds, value: Number(written) });
    else throw new SeriesFileError(`${place}: expected a number, got "${shortened(written)}"`);
  }
  if (rows.length === 0) throw new SeriesFileError(`${file}:2: expected rows after the header, got none with a value`);
  return { rows, withoutValue };
}

/** Null of what is no time; 30 February is none. */
function epochOf(text: string): number | null {
  const found = TIME.exec(text);
  if (found === null) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isReal = at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? at.getTime() / 1_000 + Number(found[7] ?? 0) : null;
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}...`;
}
