import { InvalidArgumentError } from "commander";
import { formatDuration, parseDurationSeconds } from "../../functions/domain/duration.ts";

/** Reads an option as a whole number between two bounds. */
export function wholeNumber(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < lowest || value > highest) {
      throw new InvalidArgumentError(`Expected a whole number from ${lowest} to ${highest}.`);
    }
    return value;
  };
}

/** Reads an option as a duration such as 30m, in seconds. */
export function durationSeconds(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const seconds = parseDurationSeconds(text);
    if (seconds === null || !Number.isInteger(seconds) || seconds < lowest || seconds > highest) {
      throw new InvalidArgumentError(
        `Expected a duration such as 90s, 30m or 24h, from ${formatDuration(lowest)} to ${formatDuration(highest)}.`,
      );
    }
    return seconds;
  };
}

/** Reads an option as text that says something. */
export function nonEmpty(what: string): (text: string) => string {
  return (text) => {
    if (text.trim() === "") throw new InvalidArgumentError(`Expected ${what}.`);
    return text.trim();
  };
}
