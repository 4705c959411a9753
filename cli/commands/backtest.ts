import type { Command } from "commander";
import { type Backtest, backtest } from "../../functions/domain/backtest/backtest.ts";
import { type DataOptions, withDataOptions } from "../backtest/data-options.ts";
import { type GatheredData, gatheredData } from "../backtest/gathered-data.ts";
import { stageNotes } from "../backtest/stage-notes.ts";
import type { CommandContext } from "../context.ts";

interface BacktestOptions extends DataOptions {
  readonly json?: boolean;
  readonly html?: string;
}

/** `rollguard backtest`: what the triggers of a service would have done in the past. */
export function backtestCommand(parent: Command, context: CommandContext): void {
  const command = parent
    .command("backtest")
    .description("replay a service's triggers over recorded metrics: what would have fired, what would have been found, how late")
    .argument("<service>", "service, as its blueprint is named");
  withDataOptions(command)
    .option("--json", "one JSON object on stdout (docs/backtest.md)")
    .option("--html <path>", "also write a page that needs nothing else")
    .addHelpText(
      "after",
      `
FALSE is the share of deploys that a rule fires after, within 1 h and 24 h, on the points as they were; deploys that are known to be bad do not count.
FOUND is the share that it fires after within the hour when the signal is made 1.5, 2 and 3 times as bad; DELAY the median and the 90th percentile of the
minutes until then, at 2x. Every rate has its 95 % interval (Wilson) over the deploys whose windows do not overlap.
The release judge stands beside the triggers as another rule, on the signals that looks at a release judge.
A trigger is judged only on points that its periods can be made of.
It changes nothing. From CloudWatch it says before what that costs.

Examples:
  $ rollguard backtest checkout
  $ rollguard backtest checkout --from 2026-11-01 --to 2026-11-15 --html backtest.html
  $ rollguard backtest checkout --file metrics.csv --deploys deploys.txt
  $ rollguard backtest checkout --file metrics.csv --deploys deploys.csv --json | jq '.triggers[] | {trigger, falseInHour}'`,
    )
    .action(async (service: string, options: BacktestOptions) => {
      const { console, ports } = context;
      const stage = stageNotes(console, ports.clock);
      const gathered = await gatheredData(service, options, context);
      const result = backtest(gathered.blueprint, gathered.data, gathered.deploys, stage);
      if (options.json) console.write(`${JSON.stringify(backtestJson(result, gathered), null, 2)}\n`);
      else {
        const { renderBacktest } = await import("../backtest/render-backtest.ts");
        console.write(`${renderBacktest(result, gathered, console.columns, console.colours)}\n`);
      }
      if (options.html !== undefined) {
        const { backtestPage } = await import("../backtest/backtest-page.ts");
        await ports.writeFile(options.html, backtestPage(result, gathered));
        console.note(`Written: ${options.html}`);
      }
    });
}

/** The whole answer of --json. */
export function backtestJson({ service, triggers, judge, family }: Backtest, { report, deploys, deploysFrom }: GatheredData) {
  const times = deploys.map(({ atEpochSeconds, bad }) => ({ at: new Date(atEpochSeconds * 1000).toISOString(), bad }));
  return { service, data: report, deploys: { from: deploysFrom, times }, triggers, judge, family };
}
