const [ZERO, NINE, DASH, COLON, PLUS, DOT, UPPER_T, LOWER_T, BLANK, UPPER_Z, LOWER_Z] = [48, 57, 45, 58, 43, 46, 84, 116, 32, 90, 122];
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY_SECONDS = 86_400;

/**
 * Seconds since the epoch of `2026-11-20T03:12:00`, with a blank for the T, seconds and their fraction as they like, and Z, an offset or nothing behind: without
 * one it is UTC. Reads the bytes where they are. NaN for what is no such time, or a day that does not exist.
 */
export function csvTime(bytes: Uint8Array, from: number, to: number): number {
  const date = dateSeconds(bytes, from, to);
  const mark = bytes[from + 10];
  if (Number.isNaN(date) || to - from < 16 || (mark !== UPPER_T && mark !== LOWER_T && mark !== BLANK)) return Number.NaN;
  const hour = digits(bytes, from + 11, 2);
  const minute = digits(bytes, from + 14, 2);
  if (bytes[from + 13] !== COLON || !(hour < 24) || !(minute < 60)) return Number.NaN;
  let at = from + 16;
  let second = 0;
  if (at < to && bytes[at] === COLON) {
    second = digits(bytes, at + 1, 2);
    if (to - at < 3 || !(second < 60)) return Number.NaN;
    at += 3;
    if (at < to && bytes[at] === DOT) {
      const first = ++at;
      while (at < to && isDigit(bytes[at] ?? 0)) at++;
      if (at === first) return Number.NaN;
    }
  }
  return date + hour * 3600 + minute * 60 + second - offsetSeconds(bytes, at, to);
}

let [knownKey, knownSeconds] = [-1, 0];

/** Rows of a file mostly have the date of the row before. */
function dateSeconds(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 10 || bytes[from + 4] !== DASH || bytes[from + 7] !== DASH) return Number.NaN;
  const year = digits(bytes, from, 4);
  const month = digits(bytes, from + 5, 2);
  const day = digits(bytes, from + 8, 2);
  const key = year * 10_000 + month * 100 + day;
  if (key === knownKey) return knownSeconds;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  if (!(year >= 1970) || !(day >= 1 && day <= days)) return Number.NaN;
  knownKey = key;
  knownSeconds = Date.UTC(year, month - 1, day) / 1000;
  return knownSeconds;
}

/** 0 for nothing and Z; NaN for what is no offset. */
function offsetSeconds(bytes: Uint8Array, from: number, to: number): number {
  const sign = bytes[from];
  if (from === to) return 0;
  if (sign === UPPER_Z || sign === LOWER_Z) return from + 1 === to ? 0 : Number.NaN;
  if (sign !== PLUS && sign !== DASH) return Number.NaN;
  const hasColon = bytes[from + 3] === COLON;
  const minuteAt = from + (hasColon ? 4 : 3);
  const hours = digits(bytes, from + 1, 2);
  const minutes = minuteAt === to && !hasColon ? 0 : digits(bytes, minuteAt, 2);
  if ((minuteAt !== to && minuteAt + 2 !== to) || !(hours < 24) || !(minutes < 60)) return Number.NaN;
  const seconds = (hours * 60 + minutes) * 60;
  return Math.abs(seconds) < DAY_SECONDS ? (sign === PLUS ? seconds : -seconds) : Number.NaN;
}

/** A number of exactly so many digits; NaN where one is none. */
function digits(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const byte = bytes[i] ?? 0;
    if (!isDigit(byte)) return Number.NaN;
    value = value * 10 + byte - ZERO;
  }
  return value;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
