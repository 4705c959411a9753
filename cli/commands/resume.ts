import type { Command } from "commander";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { tell } from "./control.ts";
import { isIncidentId, openIncidentOf } from "./incident-named.ts";
import { nonEmpty } from "./option-values.ts";
import { type RequestOptions, requestAndFollow } from "./request-and-follow.ts";

type ResumeOptions = RequestOptions & { readonly reason: string };

/**
 * `rollguard resume`: a paused plan goes on; or a person gives a workload that a rollback has held back to its GitOps controller, which Rollguard never does
 * by itself.
 */
export function resumeCommand(parent: Command, context: CommandContext): void {
  parent
    .command("resume")
    .description(
      "let a paused rollback go on; else give a rolled-back service back to Argo CD or Flux, with exactly the settings from before the hold",
    )
    .argument("<incident-or-service>", "id of a paused incident, or a service as its blueprint is named")
    .requiredOption("-r, --reason <text>", "why; goes into the record", nonEmpty("a reason that others will understand"))
    .option("-y, --yes", "do not ask (ROLLBACK_CONFIRM=yes does the same)")
    .option("--no-wait", "do not wait for the end")
    .option("--json", "one JSON object on stdout: what was told, the start or the finished incident")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .option("--function <name>", "function start-rollback (default: ROLLGUARD_START_FUNCTION, else the deployed stack's)")
    .addHelpText(
      "after",
      `
A service with a paused rollback is taken for that one. Giving it back to its controller is refused while the source is known to want a release that is bad:
commit first, let the controller see the commit, then resume. What it wants cannot always be known (see docs/gitops.md), so look at the next sync.

Examples:
  $ rollguard resume inc-checkout-20261120T031240Z-5f0c9a7be214 --reason "the database is fine"
  $ rollguard resume checkout --reason "the revert is merged"
  $ rollguard resume checkout --reason "fixed in v3" --yes --json`,
    )
    .action(async (name: string, options: ResumeOptions) => {
      const { ports } = context;
      if (isIncidentId(name) || (await withProgress(context.console, "reading the incident", hasPausedPlan(context, name, options)))) {
        return await tell(context, name, "run", options);
      }
      const { reason, ...rest } = options;
      const request = { action: "resume", service: name, reason, requestedBy: ports.person, at: ports.clock.now().toISOString() } as const;
      const question = `Give ${name} back to its GitOps controller, which will apply what its source wants?`;
      await requestAndFollow(context, request, { ...rest, what: "resume", question });
    });
}

async function hasPausedPlan({ ports }: CommandContext, service: string, options: ResumeOptions): Promise<boolean> {
  const table = await tableName(ports, options.table);
  const open = await openIncidentOf(ports.store(table), service);
  return open !== null && (await ports.controls(table).read(open.id)).state === "paused";
}
