import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median, rounded } from "../statistics.ts";
import { measuredRun } from "./measured-child.ts";
import { MONTH_BLUEPRINT, MONTH_DAYS, writeDeploys, writeMonth } from "./month.ts";

const HELP = `Usage: npm run -s bench:backtest -- [options]

Measures 'rollguard backtest' from outside: ${MONTH_DAYS} days of minutes for six triggers from a CSV, parsing included, among them a ratio, a percentile and a
composite. The command itself runs in a process of its own; seconds are its wall clock, megabytes (10^6) its maximum resident set.
The first run compiles and is not counted, as for anybody who has used the command before; the median of the others is.

Options:
  --runs <n>   counted runs (default 5)
  --json       print {"seconds","megabytes","datapoints","triggers"}
  --help       print this
`;

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false }, runs: { type: "string", default: "5" } },
});
if (options.help) process.stdout.write(HELP);
else await bench(Math.max(1, Number(options.runs) || 1));

async function bench(runs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rollguard-backtest-"));
  try {
    const [blueprint, metrics, deploys] = ["shop.yaml", "metrics.csv", "deploys.txt"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(blueprint, MONTH_BLUEPRINT);
    const datapoints = writeMonth(metrics);
    writeDeploys(deploys);
    const argv = ["cli/rollguard.ts", "backtest", "shop", "--blueprints", blueprint, "--file", metrics, "--deploys", deploys, "--json"];
    const run = () => measuredRun(argv, { ...process.env, XDG_CACHE_HOME: folder });
    const first = await run();
    const triggers = judgedTriggers(first.stdout, datapoints);
    const counted = [];
    for (let index = 0; index < runs; index++) counted.push(await run());
    const seconds = rounded(median(counted.map((one) => one.seconds)), 3);
    const megabytes = rounded(Math.max(...counted.map((one) => one.megabytes)), 1);
    if (options.json) process.stdout.write(`${JSON.stringify({ seconds, megabytes, datapoints, triggers })}\n`);
    else
      process.stdout.write(
        `${datapoints} datapoints, ${triggers} triggers: ${seconds} s (first run ${rounded(first.seconds, 3)} s), at most ${megabytes} MB, ${runs} runs\n`,
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A run that judged less than everything is none. */
function judgedTriggers(stdout: string, datapoints: number): number {
  const result = JSON.parse(stdout) as { data: { datapoints: number }; triggers: { judged: boolean; deploys: { judged: number } }[] };
  const judged = result.triggers.filter((trigger) => trigger.judged && trigger.deploys.judged > 0).length;
  if (judged !== 6 || result.data.datapoints !== datapoints)
    throw new Error(`only ${judged} triggers on ${result.data.datapoints} rows were judged`);
  return judged;
}
