import type { Command } from "commander";
import { parseBlueprintFiles } from "../../blueprints/load-blueprints.ts";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { compileAlarms } from "../../functions/domain/blueprint-alarms.ts";
import { blueprintWarnings } from "../alarm-plan/blueprint-warnings.ts";
import { HISTORY_DAYS, historyDollars, historyQueries, readHistory } from "../alarm-plan/read-history.ts";
import { PLAN_COLUMNS, renderPlan } from "../alarm-plan/render-plan.ts";
import { servicePlan } from "../alarm-plan/service-plan.ts";
import { badInput } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { plural } from "../report/format.ts";
import { coloursOf } from "../terminal/colours.ts";
import { blueprintFiles } from "./blueprint-files.ts";
import { problemLines } from "./problem-lines.ts";
import { type StackOptions, stackOf, withStackOptions } from "./stack-options.ts";

interface PlanOptions extends StackOptions {
  readonly history?: boolean;
  readonly json?: boolean;
}

/** `rollguard plan`: what arming blueprints would make, how fast it would see trouble, what it costs and needs. AWS only with --history. */
export function planCommand(parent: Command, context: CommandContext): void {
  const command = parent
    .command("plan")
    .description("print the alarms of blueprints: rules, detection time, cost, rights; AWS only with --history")
    .argument("[paths...]", "folders (their *.yaml) or files", ["blueprints"]);
  withStackOptions(command)
    .option("--history", `read the last ${HISTORY_DAYS} days from CloudWatch: how much of them could have been judged`)
    .option("--json", "one JSON object on stdout (docs/plan.md)")
    .addHelpText(
      "after",
      `
DETECTS is the longest time from the onset of a lasting breach to the alarm, without the time that the metric takes to be published.
JUDGED is the share of the last 7 days in which there was enough data to judge; - without --history. $/MONTH is the list price of the alarms.
OWNER makes the alarm: cdk, the pipeline (it tunes the threshold anew), or other (it exists already).
Ends with 2 when a blueprint has a problem; the others are printed all the same.

Examples:
  $ rollguard plan
  $ rollguard plan blueprints/examples --preset demo
  $ rollguard plan blueprints/checkout.yaml --target-cluster prod --target-namespace shop --history
  $ rollguard plan --json | jq '.services[].dollarsPerMonth'`,
    )
    .action((paths: readonly string[], options: PlanOptions) => printPlans(paths, options, context));
}

async function printPlans(paths: readonly string[], options: PlanOptions, { console, ports, exit }: CommandContext): Promise<void> {
  const files = parseBlueprintFiles([...new Set(paths.flatMap(blueprintFiles))], stackOf(options));
  const now = ports.clock.now();
  const armed = files.flatMap(({ file, blueprint }) => (blueprint === null ? [] : [{ file, blueprint }]));
  for (const { file, blueprint } of armed) refuseImpossible(file, blueprint);
  const blueprints = armed.map(({ blueprint }) => blueprint);
  const history = options.history ? await historyOf(blueprints, now, { console, ports }) : null;
  const services = armed.map(({ file, blueprint }) => {
    const judgeable = history?.(blueprint.service) ?? null;
    return servicePlan(blueprint, { file, judgeable, warnings: blueprintWarnings(blueprint, now.toISOString().slice(0, 10)) });
  });
  const problems = files.flatMap((file) => file.problems);
  if (options.json) console.write(`${JSON.stringify({ at: now.toISOString(), services, problems }, null, 2)}\n`);
  else {
    const columns = Math.min(console.columns, PLAN_COLUMNS);
    if (services.length > 0) console.write(`${services.map((service) => renderPlan(service, columns, console.colours)).join("\n\n")}\n`);
  }
  if (problems.length > 0) {
    const colours = coloursOf(console.colours && console.watched);
    for (const line of files.flatMap((file) => problemLines(file, Math.min(console.columns, PLAN_COLUMNS), colours))) console.note(line);
    console.note(`${plural(problems.length, "problem")}: ${plural(files.length - armed.length, "blueprint")} cannot be planned`);
    exit(EXIT.badInput);
  }
}

async function historyOf(blueprints: readonly Blueprint[], now: Date, { console, ports }: Pick<CommandContext, "console" | "ports">) {
  const queries = historyQueries(blueprints);
  const cost = historyDollars(queries);
  const price = cost < 0.01 ? "less than $0.01" : `at most $${cost.toFixed(2)}`;
  console.note(`Reading ${plural(queries.length, "metric")} of the last ${HISTORY_DAYS} days from CloudWatch: ${price} (GetMetricData).`);
  return await withProgress(console, "Still reading", readHistory(ports.metrics(), blueprints, now));
}

/** An alarm that CloudWatch would refuse is a mistake in the blueprint, although its own rules hold. */
function refuseImpossible(file: string, blueprint: Blueprint): void {
  try {
    compileAlarms(blueprint);
  } catch (error) {
    throw badInput(`${file}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}
