import type { Command } from "commander";
import type { Breaker } from "../../functions/domain/governance.ts";
import { badInput } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { dateTime } from "../report/format.ts";
import { coloursOf, plainText } from "../terminal/colours.ts";
import { nonEmpty } from "./option-values.ts";

interface BreakerOptions {
  readonly reason?: string;
  readonly json?: boolean;
  readonly table?: string;
}

/** `rollguard breaker`: too many failed rollbacks of the deployment open it, and then every rollback needs an approval. */
export function breakerCommand(parent: Command, context: CommandContext): void {
  parent
    .command("breaker")
    .description("show the breaker over the automation, or close it")
    .argument("[action]", "close; without it the breaker is only shown")
    .option("-r, --reason <text>", "why it may be closed; needed to close it", nonEmpty("a reason that others will understand"))
    .option("--json", "one JSON object on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .addHelpText(
      "after",
      `
Open means: rollbacks wait for an approval, those asked for by hand do not. It closes by itself after the time that each service's blueprint
says (1h by default); closing it by hand forgets the failures so far.

Examples:
  $ rollguard breaker
  $ rollguard breaker close --reason "the metrics backend is back"`,
    )
    .action(async (action: string | undefined, options: BreakerOptions) => {
      if (action !== undefined && action !== "close") throw badInput(`The breaker can be closed, not '${action}'.`);
      if (action === undefined && options.reason !== undefined)
        throw badInput("--reason closes nothing by itself. Say 'rollguard breaker close'.");
      if (action === "close" && options.reason === undefined)
        throw badInput(`Closing the breaker needs a reason, for those who find it so. Add --reason "...".`);
      const { console, ports } = context;
      const asking = async () => {
        const governance = ports.governance(await tableName(ports, options.table));
        if (action === undefined) return await governance.breaker();
        return await governance.closeBreaker(ports.person, options.reason ?? "", ports.clock.now());
      };
      const breaker = await withProgress(console, action === undefined ? "reading the breaker" : "closing the breaker", asking());
      if (options.json) console.write(`${JSON.stringify(breaker, null, 2)}\n`);
      else console.write(inWords(breaker, coloursOf(console.colours)));
    });
}

function inWords(breaker: Breaker, colours: ReturnType<typeof coloursOf>): string {
  const { openedAt, closedAt, closedBy = "", closedReason = "", failures } = breaker;
  const counted = failures.filter(({ at }) => closedAt === null || Date.parse(at) > Date.parse(closedAt));
  const isClosed = openedAt === null || (closedAt !== null && Date.parse(closedAt) >= Date.parse(openedAt));
  const state = isClosed
    ? colours.green("closed")
    : colours.yellow(`opened at ${dateTime(openedAt)}; it closes by itself after each blueprint's time, 1h by default`);
  const by = closedAt === null ? [] : [`  closed by ${plainText(closedBy)} at ${dateTime(closedAt)}: ${plainText(closedReason)}`];
  const failed = counted.map(({ incidentId, at }) => `  failed: ${plainText(incidentId)} at ${dateTime(at)}`);
  return `${[state, ...by, ...(failed.length === 0 ? ["  no failed rollback counts"] : failed)].join("\n")}\n`;
}
