import { parseArgs } from "node:util";
import { BenchUsageError } from "../options.ts";
import { REPORTING_SEED, TUNING_SEEDS } from "./generate.ts";

export interface DetectionOptions {
  readonly json: boolean;
  readonly help: boolean;
  /** Folder of CSV files; null = generated series. */
  readonly data: string | null;
  /** File for every verdict; null = none. */
  readonly verdicts: string | null;
  /** At most so many files, or so many generated series. Null = all files, or 48. */
  readonly series: number | null;
  readonly seed: number;
}

const MOST_SERIES = 10_000;

export const DETECTION_HELP = `Usage: npm run -s bench:detection -- [options]

Pretends deploys in series where nothing was deployed, makes the hour after them 1.5, 2 and 3 times worse, and counts how often Rollguard's judge, the rule
"twice the hour before" and Kayenta's judge fire falsely, find the worse copies, and how late. The same deploys for every rule.

Options:
  --json             print one JSON object instead of tables; progress goes to stderr
  --data <folder>    a CSV file a series, header "timestamp,value", times in UTC; without it series are generated
  --verdicts <file>  write series, start, factor, rule, firedSlot of every verdict: CSV where the file is called .csv, else one JSON object a line
  --series <n>       at most so many files, by name; or so many generated series (default 48)
  --seed <n>         of the generated series: ${REPORTING_SEED} is for reports (default), ${TUNING_SEEDS.join(", ")} are for tuning
  --help             print this
`;

/** Throws BenchUsageError on unknown options and values. */
export function parseDetectionOptions(args: readonly string[]): DetectionOptions {
  const { json, help, data, verdicts, series, seed } = parsed(args);
  return {
    ...{ json, help, data: data ?? null, verdicts: verdicts ?? null },
    series: series === undefined ? null : wholeNumber("--series", series, 1, MOST_SERIES),
    seed: seed === undefined ? REPORTING_SEED : wholeNumber("--seed", seed, 0, 100_000),
  };
}

function wholeNumber(option: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < from || value > to)
    throw new BenchUsageError(`${option}: expected a whole number from ${from} to ${to}, got "${text}"`);
  return value;
}

function parsed(args: readonly string[]) {
  try {
    const flag = { type: "boolean", default: false } as const;
    const text = { type: "string" } as const;
    return parseArgs({ args: [...args], options: { json: flag, help: flag, data: text, verdicts: text, series: text, seed: text } }).values;
  } catch (cause) {
    throw new BenchUsageError(`${cause instanceof Error ? cause.message : String(cause)}; see npm run -s bench:detection -- --help`, {
      cause,
    });
  }
}
