import type { Command } from "commander";
import { badInput } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { coloursOf, plainText } from "../terminal/colours.ts";
import { nonEmpty } from "./option-values.ts";
import { noReleases, releaseNamed } from "./releases.ts";

interface MarkOptions {
  readonly reason: string;
  readonly json?: boolean;
  readonly table?: string;
}

/** `rollguard mark`: a person's word on a release. It counts against any verdict that was given before. */
export function markCommand(parent: Command, context: CommandContext): void {
  parent
    .command("mark")
    .description("say that a release is good or bad; good also ends its quarantine")
    .argument("<service>", "service, as its blueprint is named")
    .argument("<release>", "the release, by the beginning of its hash")
    .argument("<verdict>", "good or bad")
    .requiredOption("-r, --reason <text>", "why; stays with the verdict", nonEmpty("a reason that others will understand"))
    .option("--json", "one JSON object on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .addHelpText(
      "after",
      `
A good release may be what the next rollback leads to; a bad one never is.

Examples:
  $ rollguard mark checkout 9a02 bad --reason "loses orders, see INC-311"
  $ rollguard mark checkout 4b1f good --reason "the database was at fault, not the release"`,
    )
    .action(async (service: string, prefix: string, verdict: string, { reason, json, table }: MarkOptions) => {
      if (verdict !== "good" && verdict !== "bad") throw badInput(`A release can be marked good or bad, not '${verdict}'.`);
      const { console, ports } = context;
      const marking = async () => {
        const ledger = ports.ledger(await tableName(ports, table));
        const releases = await ledger.releases(service);
        if (releases.length === 0) throw noReleases(service);
        const { hash } = releaseNamed(releases, prefix);
        const mark = { service, hash, verdict, by: ports.person, reason, at: ports.clock.now().toISOString() } as const;
        if (!(await ledger.mark(mark))) throw badInput(`Release ${hash} was forgotten meanwhile: nothing was marked.`);
        return mark;
      };
      const mark = await withProgress(console, "marking", marking());
      if (json) console.write(`${JSON.stringify(mark, null, 2)}\n`);
      else {
        const colours = coloursOf(console.colours);
        console.write(`${mark.hash} of ${plainText(service)} is ${verdict === "good" ? colours.green("good") : colours.red("bad")} now\n`);
      }
    });
}
