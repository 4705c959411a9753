import type { Command } from "commander";
import type { Outcome } from "../../functions/domain/rollback-document.ts";
import { badInput } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import type { RollbackRequest } from "../ports.ts";
import { whoToAsk } from "./confirm.ts";
import { finishedIncident, openIncidentOf } from "./incident-named.ts";
import { nonEmpty } from "./option-values.ts";
import { type RequestOptions, requestAndFollow } from "./request-and-follow.ts";

type RetryOptions = RequestOptions & { readonly reason: string };

/** Ends after which the same thing may be tried once more. */
const RETRIED: ReadonlySet<Outcome | null> = new Set(["not-recovered", "error", "escalated"]);
/** The function takes so many characters of a reason. */
const MOST_REASON_CHARACTERS = 1_000;

/** `rollguard retry`: the same wish again, after whatever was in its way has been mended. */
export function retryCommand(parent: Command, context: CommandContext): void {
  parent
    .command("retry")
    .description("ask once more for what an incident did not bring: the same service, the same release, image or strategy")
    .argument("<incident>", "id of an incident that ended not-recovered, escalated or in an error")
    .requiredOption("-r, --reason <text>", "what is different now; goes into the record", nonEmpty("a reason that others will understand"))
    .option("-y, --yes", "do not ask (ROLLBACK_CONFIRM=yes does the same)")
    .option("--no-wait", "do not wait for the end")
    .option("--json", "one JSON object on stdout: the start or the finished incident")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .option("--function <name>", "function start-rollback (default: ROLLGUARD_START_FUNCTION, else the deployed stack's)")
    .addHelpText(
      "after",
      `
The service is assessed anew, so the release that a retry leads to may be another one. Refused while an incident of the service is open.

Examples:
  $ rollguard retry inc-checkout-20261120T031240Z-5f0c9a7be214 --reason "the quota was raised"
  $ rollguard retry inc-checkout-20261120T031240Z-5f0c9a7be214 --reason "the role has the right now" --yes --no-wait`,
    )
    .action(async (id: string, { reason, ...options }: RetryOptions) => {
      whoToAsk(context, { ...options, what: "rollback" });
      const request = await withProgress(context.console, "reading the incident", requestOf(context, id, reason, options.table));
      const goal = request.to ?? request.toImage;
      const question = `Try ${id} of ${request.service} again${goal === undefined ? "" : ` (${goal})`}?`;
      await requestAndFollow(context, request, { ...options, what: request.action === "resume" ? "resume" : "rollback", question });
    });
}

async function requestOf({ ports }: CommandContext, id: string, reason: string, option: string | undefined): Promise<RollbackRequest> {
  const store = ports.store(await tableName(ports, option));
  const { meta } = await finishedIncident(store, id);
  const { service, trigger, outcome } = meta;
  if (!RETRIED.has(outcome)) throw badInput(`${id} ended ${outcome}: there is nothing to try again.`);
  if (trigger.kind === "mend") throw badInput(`${id} put back what a killed run had left: the next observation does so again by itself.`);
  const open = await openIncidentOf(store, service);
  if (open !== null) throw badInput(`${open.id} of ${service} is open: wait for its end, or abort it.`);
  return {
    ...(trigger.kind === "resume" ? { action: "resume" as const } : {}),
    service,
    reason: `${reason} (again after ${id}: ${trigger.reason})`.slice(0, MOST_REASON_CHARACTERS),
    requestedBy: ports.person,
    at: ports.clock.now().toISOString(),
    ...trigger.request,
  };
}
