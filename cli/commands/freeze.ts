import type { Command } from "commander";
import type { Freeze } from "../../functions/domain/governance.ts";
import { secondsAfter } from "../../functions/domain/time.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { freezeLine, type ScopeOptions, scopeInWords, scopeOf } from "./freeze-scope.ts";
import { durationSeconds, nonEmpty } from "./option-values.ts";

const MOST_SECONDS = 30 * 24 * 3600;
const TABLE = "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)";

interface FreezeOptions extends ScopeOptions {
  readonly for: number;
  readonly reason: string;
  readonly json?: boolean;
  readonly table?: string;
}

/** `rollguard freeze`: no releases to a scope until a time. It holds back whoever asks `may-release`; a rollback never. */
export function freezeCommand(parent: Command, context: CommandContext): void {
  parent
    .command("freeze")
    .description("no releases of a service, a group or all for some time")
    .argument("[service]", "service, as its blueprint is named")
    .option("--group <name>", "every service of this group")
    .option("--all", "every service")
    .requiredOption("--for <duration>", "how long, such as 1h; at most 30 days", durationSeconds(60, MOST_SECONDS))
    .requiredOption("-r, --reason <text>", "why; shown to whoever is held back", nonEmpty("a reason that others will understand"))
    .option("--json", "one JSON object on stdout")
    .option("--table <name>", TABLE)
    .addHelpText(
      "after",
      `
A freeze holds back pipelines that ask 'rollguard may-release'. It never stops a rollback.

Examples:
  $ rollguard freeze checkout --for 2h --reason "INC-311 is being looked into"
  $ rollguard freeze --group shop --for 1h --reason "database migration"
  $ rollguard freeze --all --for 12h --reason "season's peak"`,
    )
    .action(async (service: string | undefined, options: FreezeOptions) => {
      const { console, ports } = context;
      const since = ports.clock.now().toISOString();
      const freeze: Freeze = {
        ...scopeOf(service, options),
        since,
        until: secondsAfter(since, options.for),
        reason: options.reason,
        by: ports.person,
        incidentId: null,
        security: false,
      };
      const writing = async () => await ports.governance(await tableName(ports, options.table)).freeze(freeze);
      await withProgress(console, "freezing", writing());
      console.write(options.json ? `${JSON.stringify(freeze, null, 2)}\n` : freezeLine(freeze));
    });
}

/** `rollguard unfreeze`: ends the freezes of exactly this scope, whoever made them. */
export function unfreezeCommand(parent: Command, context: CommandContext): void {
  parent
    .command("unfreeze")
    .description("end the freezes of a service, a group or all")
    .argument("[service]", "service, as its blueprint is named")
    .option("--group <name>", "freezes of this group, not of its services")
    .option("--all", "freezes of every service at once, not those of single services")
    .option("--json", "a JSON list of what was ended on stdout")
    .option("--table <name>", TABLE)
    .addHelpText(
      "after",
      `
Automatic freezes end too: look at 'rollguard freezes' first.

Examples:
  $ rollguard unfreeze checkout
  $ rollguard unfreeze --all`,
    )
    .action(async (service: string | undefined, options: Omit<FreezeOptions, "for" | "reason">) => {
      const { console, ports } = context;
      const scope = scopeOf(service, options);
      const ending = async () =>
        await ports.governance(await tableName(ports, options.table)).unfreeze(scope, ports.person, ports.clock.now());
      const ended = await withProgress(console, "ending freezes", ending());
      if (options.json) console.write(`${JSON.stringify(ended, null, 2)}\n`);
      else console.write(`${scopeInWords(scope)}: ${ended.length === 0 ? "nothing was frozen" : `${ended.length} ended`}\n`);
    });
}

/** `rollguard freezes`: what holds now. */
export function freezesCommand(parent: Command, context: CommandContext): void {
  parent
    .command("freezes")
    .description("the freezes that hold now")
    .option("--json", "a JSON list on stdout")
    .option("--table <name>", TABLE)
    .addHelpText(
      "after",
      `
Weekly windows of blueprints are not listed: 'rollguard may-release <service>' counts them too.

Examples:
  $ rollguard freezes
  $ rollguard freezes --json`,
    )
    .action(async ({ json, table }: { readonly json?: boolean; readonly table?: string }) => {
      const { console, ports } = context;
      const reading = async () => await ports.governance(await tableName(ports, table)).freezes(ports.clock.now());
      const freezes = await withProgress(console, "reading freezes", reading());
      if (json) console.write(`${JSON.stringify(freezes, null, 2)}\n`);
      else console.write(freezes.length === 0 ? "nothing is frozen\n" : freezes.map(freezeLine).join(""));
    });
}
