import type { Command } from "commander";
import type { SwitchState } from "../../functions/ports/incident-store.ts";
import { badInput } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { dateTime } from "../report/format.ts";
import { coloursOf, plainText } from "../terminal/colours.ts";
import { nonEmpty } from "./option-values.ts";

interface SwitchOptions {
  readonly reason?: string;
  readonly json?: boolean;
  readonly table?: string;
}

/** `rollguard switch`: the one switch that stops every service's rollbacks. */
export function switchCommand(parent: Command, context: CommandContext): void {
  parent
    .command("switch")
    .description("show the global switch, or turn all acting on or off")
    .argument("[position]", "on or off; without it the switch is only shown")
    .option("-r, --reason <text>", "why; needed to turn it", nonEmpty("a reason that others will understand"))
    .option("--json", "one JSON object on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .addHelpText(
      "after",
      `
Off means: no incident is acted on, whatever its blueprint says; running rollbacks stop before their next write.

Examples:
  $ rollguard switch
  $ rollguard switch off --reason "load test until 16:00"
  $ rollguard switch on --reason "load test is over"`,
    )
    .action(async (position: string | undefined, options: SwitchOptions) => {
      if (position === undefined) {
        if (options.reason !== undefined)
          throw badInput("--reason turns nothing by itself. Say 'rollguard switch on' or 'rollguard switch off'.");
        return await showSwitch(context, options);
      }
      if (position !== "on" && position !== "off") throw badInput(`The switch has no position '${position}'. Use on or off.`);
      if (options.reason === undefined) throw badInput(`Turning the switch needs a reason, for those who find it so. Add --reason "...".`);
      await turnSwitch(context, position, options.reason, options);
    });
}

async function showSwitch({ console, ports }: CommandContext, { json, table }: SwitchOptions): Promise<void> {
  const reading = async () => await ports.store(await tableName(ports, table)).readSwitch();
  print(console, await withProgress(console, "reading the switch", reading()), json === true);
}

async function turnSwitch(
  { console, ports }: CommandContext,
  position: "on" | "off",
  reason: string,
  options: SwitchOptions,
): Promise<void> {
  const state: SwitchState = {
    state: position === "on" ? "armed" : "off",
    by: ports.person,
    reason,
    at: ports.clock.now().toISOString(),
  };
  const writing = async () => await ports.store(await tableName(ports, options.table)).writeSwitch(state);
  await withProgress(console, "turning the switch", writing());
  print(console, state, options.json === true);
}

function print(console: CommandContext["console"], state: SwitchState, json: boolean): void {
  if (json) {
    console.write(`${JSON.stringify(state, null, 2)}\n`);
    return;
  }
  const colours = coloursOf(console.colours);
  const words =
    state.state === "armed" ? colours.green("armed: Rollguard acts as the blueprints say") : colours.yellow("off: nothing is acted on");
  const since =
    Date.parse(state.at) === 0 ? "never switched" : `since ${dateTime(state.at)}, by ${plainText(state.by)}: ${plainText(state.reason)}`;
  console.write(`${words}\n  ${since}\n`);
}
