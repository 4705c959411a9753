import type { Command } from "commander";
import { badInput, notFound } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { startFunctionName, tableName } from "../deployment.ts";
import { EXIT } from "../exit-codes.ts";
import type { RollbackRequest } from "../ports.ts";
import { dateTime } from "../report/format.ts";
import { coloursOf, plainText } from "../terminal/colours.ts";
import { planLines, renderIncident } from "../terminal/render-incident.ts";
import { followIncident } from "./follow-incident.ts";
import { nonEmpty } from "./option-values.ts";
import { type PlanPreview, previewPlan } from "./preview-plan.ts";

interface RollbackOptions {
  readonly reason: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly wait: boolean;
  readonly json?: boolean;
  readonly table?: string;
  readonly function?: string;
}

/** `rollguard rollback`: a person asks for what an alarm would start. */
export function rollbackCommand(parent: Command, context: CommandContext): void {
  parent
    .command("rollback")
    .description("roll a service back to its last good release, through the same machine that alarms start")
    .argument("<service>", "service, as its blueprint is named")
    .requiredOption("-r, --reason <text>", "why; goes into the record", nonEmpty("a reason that others will understand"))
    .option("--dry-run", "print what would be done, from the ledger; nothing is started")
    .option("-y, --yes", "do not ask (ROLLBACK_CONFIRM=yes does the same)")
    .option("--no-wait", "do not wait for the end")
    .option("--json", "one JSON object on stdout: the preview, the start or the finished incident")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .option("--function <name>", "function start-rollback (default: ROLLGUARD_START_FUNCTION, else the deployed stack's)")
    .addHelpText(
      "after",
      `
The service's blueprint still decides: with mode observe nothing is written, and without a good release a person is paged.
Without a terminal to ask at, --yes or ROLLBACK_CONFIRM=yes is needed.

Examples:
  $ rollguard rollback checkout --reason "customers report slow checkouts" --dry-run
  $ rollguard rollback checkout --reason "customers report slow checkouts"
  $ rollguard rollback checkout --reason "error budget is gone" --yes --no-wait --json`,
    )
    .action(async (service: string, options: RollbackOptions) => {
      const { ports } = context;
      const request: RollbackRequest = { service, reason: options.reason, requestedBy: ports.person, at: ports.clock.now().toISOString() };
      if (options.dryRun) await dryRun(context, request, options);
      else await run(context, request, options);
    });
}

async function dryRun({ console, ports }: CommandContext, request: RollbackRequest, options: RollbackOptions): Promise<void> {
  const reading = async () => {
    const table = await tableName(ports, options.table);
    return await Promise.all([ports.ledger(table).observations(request.service), ports.store(table).readSwitch()]);
  };
  const [observations, switchState] = await withProgress(console, "reading the ledger", reading());
  const preview = previewPlan(request, observations, switchState.state);
  if (preview === null) {
    throw notFound(`Nothing was observed of a service ${request.service} yet. Check the name, or wait for observe-releases to see it.`);
  }
  if (options.json) console.write(`${JSON.stringify(preview, null, 2)}\n`);
  else console.write(`${renderPreview(request.service, preview, console)}\n`);
}

function renderPreview(service: string, { live, change, plan }: PlanPreview, console: CommandContext["console"]): string {
  const colours = coloursOf(console.colours);
  const title =
    plan.mode === "none"
      ? "Nothing could be rolled back"
      : change?.kind === "scale"
        ? "Would take the last scale back"
        : "Would take the last deploy back";
  return [
    `${colours.bold(title)}: ${plainText(service)} runs ${plainText(live.image)} since ${dateTime(live.liveSince)}`,
    ...planLines(plan, console.columns),
    colours.dim(
      "From the ledger; the run itself reads the cluster again, and the blueprint's mode decides whether it writes. Nothing was started.",
    ),
  ].join("\n");
}

async function run(context: CommandContext, request: RollbackRequest, options: RollbackOptions): Promise<void> {
  const { console, ports } = context;
  await confirm(context, request, options);
  const starting = async () => {
    const functionName = await startFunctionName(ports, options.function);
    return await ports.startRollback(functionName, request);
  };
  const started = await withProgress(console, "starting the rollback", starting());
  console.note(`Rollback of ${request.service} started: incident ${started.incidentId}, execution ${started.execution}`);
  if (!options.wait) {
    if (options.json) console.write(`${JSON.stringify(started, null, 2)}\n`);
    return;
  }
  const store = ports.store(await tableName(ports, options.table));
  const incident = await followIncident(context, store, { incidentId: started.incidentId, service: request.service });
  if (options.json) console.write(`${JSON.stringify(incident, null, 2)}\n`);
  else console.write(`\n${renderIncident(incident, { colours: coloursOf(console.colours), columns: console.columns })}`);
  if (!DONE.has(incident.meta.outcome)) context.exit(EXIT.notRecovered);
}

/** Outcomes after which nobody has to act. */
const DONE: ReadonlySet<string | null> = new Set(["recovered", "observed", "stand-down"]);

async function confirm({ console, ports }: CommandContext, request: RollbackRequest, options: RollbackOptions): Promise<void> {
  if (options.yes || ports.environment.ROLLBACK_CONFIRM === "yes") return;
  if (console.ask === null) {
    throw badInput("A rollback needs a yes, and nobody can be asked here. Add --yes or set ROLLBACK_CONFIRM=yes.");
  }
  const answer = await console.ask(`Roll ${request.service} back to its last good release? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw badInput("Not confirmed: nothing was started.");
}
