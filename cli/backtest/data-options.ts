import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { type StackOptions, withStackOptions } from "../commands/stack-options.ts";
import { csvTime } from "./csv-time.ts";

/** Which past a command looks at. */
export interface DataOptions extends StackOptions {
  readonly blueprints: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly file?: string;
  readonly deploys?: string;
  readonly table?: string;
}

/** Adds the options by which a past is named. */
export function withDataOptions(command: Command, { deploys }: { readonly deploys: boolean } = { deploys: true }): Command {
  withStackOptions(command)
    .option("--blueprints <path>", "folder of blueprints, or the file", "blueprints")
    .option("--file <csv>", "points of a file instead of CloudWatch: timestamp,signal,value,samples (docs/backtest.md)")
    .option("--from <time>", "first moment, UTC (default: 15 days before the last, with --file its first row)", moment)
    .option("--to <time>", "last moment, UTC (default: now, with --file its last row)", moment);
  if (!deploys) return command;
  return command
    .option("--deploys <file>", "when it was deployed: a time a line, or CSV with timestamp,verdict (default: the release ledger)")
    .option("--table <name>", "DynamoDB table of the ledger (default: ROLLGUARD_TABLE, else the deployed stack's)");
}

function moment(text: string): Date {
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text;
  const bytes = Buffer.from(whole);
  const seconds = csvTime(bytes, 0, bytes.length);
  if (Number.isNaN(seconds)) throw new InvalidArgumentError("Expected a UTC time such as 2026-11-20 or 2026-11-20T03:12:00.");
  return new Date(seconds * 1000);
}
