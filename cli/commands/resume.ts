import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { nonEmpty } from "./option-values.ts";
import { type RequestOptions, requestAndFollow } from "./request-and-follow.ts";

/** `rollguard resume`: a person gives a workload that a rollback has held back to its GitOps controller. Rollguard never does so by itself. */
export function resumeCommand(parent: Command, context: CommandContext): void {
  parent
    .command("resume")
    .description("give a rolled-back service back to Argo CD or Flux, with exactly the settings from before the hold")
    .argument("<service>", "service, as its blueprint is named")
    .requiredOption("-r, --reason <text>", "why; goes into the record", nonEmpty("a reason that others will understand"))
    .option("-y, --yes", "do not ask (ROLLBACK_CONFIRM=yes does the same)")
    .option("--no-wait", "do not wait for the end")
    .option("--json", "one JSON object on stdout: the start or the finished incident")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .option("--function <name>", "function start-rollback (default: ROLLGUARD_START_FUNCTION, else the deployed stack's)")
    .addHelpText(
      "after",
      `
Refused while the source is known to want a release that is bad: commit first, let the controller see the commit, then resume.
What it wants cannot always be known (see docs/gitops.md), so look at the next sync.

Examples:
  $ rollguard resume checkout --reason "the revert is merged"
  $ rollguard resume checkout --reason "fixed in v3" --yes --json`,
    )
    .action(async (service: string, { reason, ...options }: RequestOptions & { readonly reason: string }) => {
      const { ports } = context;
      const request = { action: "resume", service, reason, requestedBy: ports.person, at: ports.clock.now().toISOString() } as const;
      const question = `Give ${service} back to its GitOps controller, which will apply what its source wants?`;
      await requestAndFollow(context, request, { ...options, what: "resume", question });
    });
}
