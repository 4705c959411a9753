import type { Unit } from "../../functions/domain/signal.ts";

/** A number with at most three significant decimals below 10, two below 100, one below 1,000, none above; thousands separated. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  const maximumFractionDigits = size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0;
  return value.toLocaleString("en-US", { maximumFractionDigits });
}

/** A signal's value with its unit: `477.3 ms`, `0.31 %`, `12 per s`. */
export function formatValue(value: number | null, unit: Unit): string {
  if (value === null) return "no data";
  const text = formatNumber(value);
  if (unit === "count") return text;
  return `${text} ${unit === "per-second" ? "per s" : unit}`;
}

/** A duration for people: `2.1 s`, `62.6 s`, `3 min 5 s`, `2 h 4 min`, `3 d 2 h`. */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? "-" : "";
  if (size < 120) return `${sign}${Number(size.toFixed(1))} s`;
  const whole = Math.round(size);
  if (whole < 7200) return sign + join(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(size / 60);
  if (minutes < 2880) return sign + join(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(size / 3600);
  return sign + join(Math.floor(hours / 24), "d", hours % 24, "h");
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `03:12:40` of an ISO moment in UTC; the text itself when it is no time. */
export function clockTime(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : new Date(time).toISOString().slice(11, 19);
}

/** `2026-11-20 03:12:40 UTC`; the text itself when it is no time. */
export function dateTime(at: string): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? at : `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** `+ 20 s`, `− 15 s` or `0 s`: a moment told from another one; empty when either is no time. */
export function offset(at: string, from: string): string {
  const seconds = (Date.parse(at) - Date.parse(from)) / 1000;
  if (Number.isNaN(seconds)) return "";
  const rounded = Number(seconds.toFixed(1));
  return rounded === 0 ? "0 s" : `${rounded < 0 ? "−" : "+"} ${formatSeconds(Math.abs(rounded))}`;
}

/** `1 check`, `4 checks`. */
export function plural(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** The first words of a long text, with an ellipsis; a text of at most `length` characters as it is. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const start = text.slice(0, length - 1);
  const blank = start.lastIndexOf(" ");
  return `${(blank > length / 2 ? start.slice(0, blank) : start).trimEnd()}…`;
}
