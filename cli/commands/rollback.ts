import type { Command } from "commander";
import { notFound } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import type { RollbackRequest } from "../ports.ts";
import { dateTime } from "../report/format.ts";
import { coloursOf, plainText } from "../terminal/colours.ts";
import { planLines } from "../terminal/render-incident.ts";
import { nonEmpty } from "./option-values.ts";
import { type PlanPreview, previewPlan } from "./preview-plan.ts";
import { type RequestOptions, requestAndFollow } from "./request-and-follow.ts";

interface RollbackOptions extends RequestOptions {
  readonly reason: string;
  readonly dryRun?: boolean;
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
      else {
        const question = `Roll ${service} back to its last good release?`;
        await requestAndFollow(context, request, { ...options, what: "rollback", question });
      }
    });
}

async function dryRun({ console, ports }: CommandContext, request: RollbackRequest, options: RollbackOptions): Promise<void> {
  const reading = async () => {
    const table = await tableName(ports, options.table);
    const ledger = ports.ledger(table);
    return await Promise.all([ledger.observations(request.service), ledger.releases(request.service), ports.store(table).readSwitch()]);
  };
  const [observations, releases, switchState] = await withProgress(console, "reading the ledger", reading());
  const preview = previewPlan(request, observations, switchState.state, releases);
  if (preview === null) {
    throw notFound(`Nothing was observed of a service ${request.service} yet. Check the name, or wait for observe-releases to see it.`);
  }
  if (options.json) console.write(`${JSON.stringify(preview, null, 2)}\n`);
  else console.write(`${renderPreview(request.service, preview, console)}\n`);
}

function renderPreview(
  service: string,
  { live, refused, kindIsAssumed, change, plan }: PlanPreview,
  console: CommandContext["console"],
): string {
  const colours = coloursOf(console.colours);
  const title =
    plan.mode === "none"
      ? "Nothing could be rolled back"
      : change?.kind === "scale"
        ? "Would take the last scale back"
        : "Would take the last deploy back";
  return [
    `${colours.bold(title)}: ${plainText(service)} runs ${plainText(live.image)} since ${dateTime(live.liveSince)}`,
    ...(refused === null ? [] : [colours.yellow(plainText(refused))]),
    ...planLines(plan, console.columns),
    ...(kindIsAssumed ? [colours.yellow("The ledger does not know the kind of workload yet: this is the plan for a Deployment.")] : []),
    colours.dim(
      "From the ledger; the run itself reads the cluster again, and the blueprint's mode decides whether it writes. Nothing was started.",
    ),
  ].join("\n");
}
