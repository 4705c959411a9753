/** Seconds from `from` to `to` (negative when `to` is earlier). Both ISO 8601. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/** ISO time `seconds` after `iso`. */
export function secondsAfter(iso: string, seconds: number): string {
  return new Date(Date.parse(iso) + seconds * 1000).toISOString();
}

/** The later of two ISO times. */
export function later(a: string, b: string): string {
  return Date.parse(a) >= Date.parse(b) ? a : b;
}

/** The earlier of two ISO times. */
export function earlier(a: string, b: string): string {
  return Date.parse(a) <= Date.parse(b) ? a : b;
}

/** True when `at` is known to be earlier than `than`. The epoch stands for a time that nobody knows. */
export function isBefore(at: string | null | undefined, than: string | null | undefined): boolean {
  return at != null && than != null && Date.parse(at) > 0 && Date.parse(at) < Date.parse(than);
}

/** `95 s`, `3 m 30 s`, `2 h 5 m`: for reasons and summaries. */
export function inWords(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  if (whole < 120) return `${whole} s`;
  if (whole < 7200) return `${Math.floor(whole / 60)} m ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} m`;
}

/** For a value no case handles: a compile error when a case is missing, an exception if data got past the compiler. */
export function unreachable(value: never): never {
  throw new Error(`no case handles ${JSON.stringify(value)}`);
}
