import type { Command } from "commander";
import { countedFailures, openBreaker } from "../../functions/domain/governance/breaker.ts";
import type { Breaker } from "../../functions/domain/governance.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../../functions/domain/rollback-policy.ts";
import { secondsBetween } from "../../functions/domain/time.ts";
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
        if (action === undefined) return await governance.breaker(ports.clock.now());
        return await governance.closeBreaker(ports.person, options.reason ?? "", ports.clock.now());
      };
      const breaker = await withProgress(console, action === undefined ? "reading the breaker" : "closing the breaker", asking());
      if (options.json) console.write(`${JSON.stringify(breaker, null, 2)}\n`);
      else console.write(inWords(breaker, ports.clock.now().toISOString(), coloursOf(console.colours)));
    });
}

/** Limits are each service's own; here those that a blueprint has unless it says otherwise. */
function inWords(breaker: Breaker, now: string, colours: ReturnType<typeof coloursOf>): string {
  const { closedAt, closedBy = "", closedReason = "" } = breaker;
  const { breaker: limits } = DEFAULT_ROLLBACK_POLICY.governance;
  const open = openBreaker(breaker, limits, now);
  const state =
    open === null ? colours.green("closed") : colours.yellow(`open since ${dateTime(open.since)}, until ${dateTime(open.until)}`);
  const by = closedAt === null ? [] : [`  closed by ${plainText(closedBy)} at ${dateTime(closedAt)}: ${plainText(closedReason)}`];
  const recent = countedFailures(breaker).filter(({ at }) => secondsBetween(at, now) < limits.windowSeconds);
  const counted = recent.map(({ incidentId, at }) => `  failed: ${plainText(incidentId)} at ${dateTime(at)}`);
  const failed = counted.length === 0 ? ["  no failed rollback counts"] : counted;
  return `${[`${state} (by the default limits; 'rollguard status' tells each service's)`, ...by, ...failed].join("\n")}\n`;
}
