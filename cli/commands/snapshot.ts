import type { Command } from "commander";
import { notFound } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { observeFunctionName } from "../deployment.ts";
import { coloursOf, plainText } from "../terminal/colours.ts";

interface SnapshotOptions {
  readonly json?: boolean;
  readonly function?: string;
}

/** `rollguard snapshot`: what a pipeline calls before and after a deploy, instead of waiting for the next look. */
export function snapshotCommand(parent: Command, { console, ports }: CommandContext): void {
  parent
    .command("snapshot")
    .description("take a snapshot of what is live of a service now, as observe-releases does every minute")
    .argument("<service>", "service, as its blueprint is named")
    .option("--json", "one JSON object on stdout")
    .option("--function <name>", "function observe-releases (default: ROLLGUARD_OBSERVE_FUNCTION, else the deployed stack's)")
    .addHelpText(
      "after",
      `
Nothing is written to the cluster. A release has no name while an incident of the service is being handled, or while not every container runs.

Examples:
  $ rollguard snapshot checkout
  $ rollguard snapshot checkout --json | jq -r .hash`,
    )
    .action(async (service: string, { json, function: option }: SnapshotOptions) => {
      const taking = async () => await ports.takeSnapshot(await observeFunctionName(ports, option), service);
      const taken = await withProgress(console, "taking a snapshot", taking());
      if (taken === null) throw notFound(`The workload of ${service} does not exist in its cluster, or runs nothing yet.`);
      for (const note of taken.notes) console.note(plainText(note));
      if (json) console.write(`${JSON.stringify(taken, null, 2)}\n`);
      else if (taken.hash === null) console.note(`No release of ${service} can be named now.`);
      else console.write(`${coloursOf(console.colours).bold(taken.hash)} ${taken.isNew ? "is a new release" : "is known"}\n`);
    });
}
