import type { BenchResult } from "./bench-result.ts";
import { budgetsOf } from "./budgets.ts";
import { benchBundles } from "./bundles/bench-bundles.ts";
import { BenchUsageError, HELP, type Part, parseOptions } from "./options.ts";
import { benchReaction } from "./reaction/bench-reaction.ts";
import { benchRecovery } from "./recovery/bench-recovery.ts";
import { renderJson } from "./render-json.ts";
import { renderTables } from "./render-tables.ts";

const interrupted = new AbortController();
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** The parts of the bench, in the order of the tables. One after the other: they would disturb each other. */
const MEASURE: Readonly<Record<Part, () => Promise<Partial<BenchResult>>>> = {
  bundles: () => benchBundles(say, interrupted.signal),
  recovery: () => benchRecovery(process.env.KUBECONFIG || undefined, say, interrupted.signal),
  reaction: () => benchReaction(say, interrupted.signal),
};

async function main(args: readonly string[]): Promise<number> {
  const { parts, json, check, help } = parseOptions(args);
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  let result: Partial<BenchResult> = {};
  for (const part of parts) {
    result = { ...result, ...(await MEASURE[part]()) };
    if (interrupted.signal.aborted) throw interrupted.signal.reason;
  }
  process.stdout.write(json ? renderJson(result) : renderTables(result));
  const missed = budgetsOf(result).filter(({ met }) => !met);
  for (const { name, measured, relation, limit } of missed) say(`missed: ${name} is ${measured.toFixed(2)}, must be ${relation} ${limit}`);
  return check && missed.length > 0 ? 1 : 0;
}

for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
}
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof BenchUsageError || interrupted.signal.aborted ? (error as Error).message : String((error as Error).stack ?? error));
  process.exitCode = error instanceof BenchUsageError ? 2 : 1;
}
