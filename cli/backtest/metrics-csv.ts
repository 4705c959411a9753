import type { LoosePoints } from "../../functions/domain/backtest/regular-series.ts";
import { csvNumber } from "./csv-number.ts";
import { csvTime } from "./csv-time.ts";
import { PointColumns } from "./point-columns.ts";

const [NEWLINE, RETURN, COMMA, QUOTE, BLANK] = [10, 13, 44, 34, 32];
const COLUMNS = ["timestamp", "signal", "value", "samples"] as const;
type Column = (typeof COLUMNS)[number];
/** What stands for no value in exports. */
const NO_VALUE = /^(nan|null|none|n\/a|-)$/i;
const MOST_FIELDS = 16;
const MOST_PROBLEMS = 10;

/** What a file of metrics holds. */
export interface MetricsFile {
  readonly points: ReadonlyMap<string, LoosePoints>;
  readonly rows: number;
  /** Rows without a value. */
  readonly empty: number;
  /** Broken rows as `line: what (how to fix it)`, the first ten, and how many there are. */
  readonly problems: readonly { readonly line: number; readonly message: string }[];
  readonly broken: number;
}

/**
 * Reads a long CSV, `timestamp,signal,value,samples?` in any order of the columns, from chunks of its bytes: nothing is made per row but numbers. Times are UTC.
 * An empty value is a missing point; a row that cannot be read is a problem.
 */
export class MetricsCsv {
  private readonly signals: PointColumns[] = [];
  private readonly starts = new Int32Array(MOST_FIELDS);
  private readonly ends = new Int32Array(MOST_FIELDS);
  private readonly problems: { line: number; message: string }[] = [];
  private columns: Readonly<Record<Column, number>> | null = null;
  private carried: Uint8Array = new Uint8Array(0);
  private line = 0;
  private rows = 0;
  private empty = 0;
  private broken = 0;
  private latest = 0;

  /** The next bytes of the file, in order. They are not kept. */
  add(chunk: Uint8Array): void {
    let from = 0;
    if (this.carried.length > 0) {
      const end = chunk.indexOf(NEWLINE);
      const whole = Buffer.concat([this.carried, end < 0 ? chunk : chunk.subarray(0, end + 1)]);
      this.carried = end < 0 ? whole : new Uint8Array(0);
      if (end < 0) return;
      this.read(whole, 0, whole.length - 1);
      from = end + 1;
    }
    for (let end = chunk.indexOf(NEWLINE, from); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.read(chunk, from, end);
      from = end + 1;
    }
    if (from < chunk.length) this.carried = chunk.slice(from);
  }

  /** After the last chunk. */
  end(): MetricsFile {
    if (this.carried.length > 0) this.read(this.carried, 0, this.carried.length);
    this.carried = new Uint8Array(0);
    if (this.columns === null && this.broken === 0) this.refuse("the file is empty (its first line is timestamp,signal,value,samples)", 1);
    const { rows, empty, problems, broken } = this;
    return { points: new Map(this.signals.map((signal) => [signal.name, signal.points()])), rows, empty, problems, broken };
  }

  private read(bytes: Uint8Array, from: number, lineEnd: number): void {
    this.line++;
    const to = lineEnd > from && bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    if (to === from) return;
    const fields = this.split(bytes, from, to);
    if (this.columns !== null) this.refuse(this.readRow(bytes, fields, this.columns));
    else if (this.broken === 0) this.refuse(this.readHeader(bytes, fields));
  }

  /** What is wrong with the row; null where it was taken. */
  private readRow(bytes: Uint8Array, fields: number, columns: Readonly<Record<Column, number>>): string | null {
    this.rows++;
    if (fields < 3) return `${fields} of 3 columns (write timestamp,signal,value)`;
    const second = csvTime(bytes, this.start(columns.timestamp), this.stop(columns.timestamp));
    if (Number.isNaN(second))
      return `"${this.text(bytes, columns.timestamp)}" is no time (write UTC as 2026-11-20T03:12:00 or 2026-11-20 03:12:00)`;
    const signal = this.signalAt(bytes, this.start(columns.signal), this.stop(columns.signal));
    if (signal === null) return "the signal has no name (write the name that the blueprint gives it)";
    const value = columns.value < fields ? this.number(bytes, columns.value) : Number.NaN;
    if (value === null) return `"${this.text(bytes, columns.value)}" is no value (write a number, or nothing for a missing point)`;
    const samples = columns.samples < 0 || columns.samples >= fields ? Number.NaN : this.number(bytes, columns.samples);
    if (samples === null || samples < 0)
      return `"${this.text(bytes, columns.samples)}" is no number of samples (write how many there were, or nothing)`;
    if (Number.isNaN(value)) this.empty++;
    signal.add(second, value, samples);
    return null;
  }

  private readHeader(bytes: Uint8Array, fields: number): string | null {
    const names = Array.from({ length: fields }, (_, index) =>
      this.text(bytes, index)
        .replace(/^\ufeff/, "")
        .toLowerCase(),
    );
    const [timestamp = -1, signal = -1, value = -1, samples = -1] = COLUMNS.map((column) => names.indexOf(column));
    if (Math.min(timestamp, signal, value) < 0)
      return `the header is "${names.join(",")}" (write timestamp,signal,value,samples; samples may be left out)`;
    this.columns = { timestamp, signal, value, samples };
    return null;
  }

  /** Null for what is none; NaN for a field that says that there is no value. */
  private number(bytes: Uint8Array, column: number): number | null {
    const [from, to] = [this.start(column), this.stop(column)];
    if (from === to) return Number.NaN;
    const value = csvNumber(bytes, from, to);
    if (!Number.isNaN(value)) return value;
    return NO_VALUE.test(this.text(bytes, column)) ? Number.NaN : null;
  }

  /** Fields of a line, without the blanks and quotation marks around them. A line of more fields than there is room for keeps the first. */
  private split(bytes: Uint8Array, from: number, to: number): number {
    let count = 0;
    for (let start = from; start <= to && count < MOST_FIELDS; count++) {
      let end = start;
      while (end < to && bytes[end] !== COMMA) end++;
      let [first, last] = [start, end];
      while (first < last && (bytes[first] === BLANK || bytes[first] === QUOTE)) first++;
      while (last > first && (bytes[last - 1] === BLANK || bytes[last - 1] === QUOTE)) last--;
      this.starts[count] = first;
      this.ends[count] = last;
      start = end + 1;
    }
    return count;
  }

  /** Rows of a file go through the signals in turn, or stay with one. */
  private signalAt(bytes: Uint8Array, from: number, to: number): PointColumns | null {
    if (from === to) return null;
    const { signals, latest } = this;
    for (let i = 0; i < signals.length; i++) {
      const index = (latest + i) % signals.length;
      const signal = signals[index];
      if (signal === undefined || !isSame(signal.bytes, bytes, from, to)) continue;
      this.latest = index;
      return signal;
    }
    const name = bytes.slice(from, to);
    const signal = new PointColumns(new TextDecoder().decode(name), name);
    this.latest = signals.push(signal) - 1;
    return signal;
  }

  private start(column: number): number {
    return this.starts[column] ?? 0;
  }

  private stop(column: number): number {
    return this.ends[column] ?? 0;
  }

  private text(bytes: Uint8Array, column: number): string {
    return new TextDecoder().decode(bytes.subarray(this.start(column), this.stop(column))).slice(0, 60);
  }

  private refuse(message: string | null, line = this.line): void {
    if (message === null) return;
    this.broken++;
    if (this.problems.length < MOST_PROBLEMS) this.problems.push({ line, message });
  }
}

function isSame(name: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[from + i]) return false;
  return true;
}
