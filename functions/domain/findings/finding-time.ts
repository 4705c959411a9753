import * as z from "zod/mini";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** `Wed Sep 04 16:55:38.411 UTC 2024`: Inspector's events of today. */
const UTC_WORDS = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))? (?:UTC|GMT) (\d{4})$/;
/** `Jan 19, 2023, 10:46:15 PM`: Inspector's earlier events and those of Amazon ECR's guide, in UTC without saying so. */
const TWELVE_HOURS = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d{2}):(\d{2})\s(AM|PM)$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** ISO 8601 UTC of a time in any form that the three services send; null for another one. `Date.parse` alone would read the second form in local time. */
export function findingTime(text: string): string | null {
  if (ISO.test(text)) return iso(Date.parse(text));
  const words = UTC_WORDS.exec(text);
  if (words !== null) {
    const [, month = "", day, hours, minutes, seconds, fraction = "0", year] = words;
    return iso(utc(month, [year, day, hours, minutes, seconds].map(Number)) + Number(fraction.padEnd(3, "0")));
  }
  const twelve = TWELVE_HOURS.exec(text.replace(/\u202f/g, " "));
  if (twelve === null) return null;
  const [, month = "", day, year, hours, minutes, seconds, half] = twelve;
  const inDay = (Number(hours) % 12) + (half === "PM" ? 12 : 0);
  return iso(utc(month, [Number(year), Number(day), inDay, Number(minutes), Number(seconds)]));
}

/** A text that `findingTime` understands. */
export const FindingTimeSchema = z
  .string()
  .check(z.refine((text) => findingTime(text) !== null, "expected an ISO 8601 time, or one like Wed Sep 04 16:55:38.411 UTC 2024"));

function utc(month: string, [year = 0, day = 0, hours = 0, minutes = 0, seconds = 0]: readonly number[]): number {
  const index = MONTHS.indexOf(month);
  return index < 0 ? Number.NaN : Date.UTC(year, index, day, hours, minutes, seconds);
}

function iso(milliseconds: number): string | null {
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
}
