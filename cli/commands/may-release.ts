import type { Command } from "commander";
import { mayRelease, type ReleaseAnswer } from "../../functions/domain/may-release.ts";
import type { DescribedService } from "../../functions/entry/start-rollback/describe-services.ts";
import { badInput, notFound } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { startFunctionName, tableName } from "../deployment.ts";
import { EXIT } from "../exit-codes.ts";
import type { CommandPorts } from "../ports.ts";
import { dateTime } from "../report/format.ts";
import { coloursOf, plainText } from "../terminal/colours.ts";

interface MayReleaseOptions {
  readonly digest?: string;
  readonly fixes?: string;
  readonly json?: boolean;
  readonly table?: string;
  readonly function?: string;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** `rollguard may-release`: what a pipeline asks before it deploys. The exit code is the answer. */
export function mayReleaseCommand(parent: Command, context: CommandContext): void {
  parent
    .command("may-release")
    .description("may a service be released now? for pipelines: exit code 0 = yes, 5 = no")
    .argument("<service>", "service, as its blueprint is named")
    .option("--digest <digest>", "image digest that is to be released, sha256:...")
    .option(
      "--fixes <incident>",
      "the incident that this release fixes: with a new digest it passes that incident's freeze and the calendar",
    )
    .option("--json", "one JSON object on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .option("--function <name>", "function start-rollback (default: ROLLGUARD_START_FUNCTION, else the deployed stack's)")
    .addHelpText(
      "after",
      `
No: while the service, its group or everything is frozen, in a weekly window of its blueprint, and for a quarantined digest at any time.

Examples:
  $ rollguard may-release checkout
  $ rollguard may-release checkout --digest "$DIGEST" && kubectl apply -f deploy.yaml
  $ rollguard may-release checkout --digest "$DIGEST" --fixes inc-checkout-20261120T031240Z-0123456789ab --json`,
    )
    .action(async (service: string, options: MayReleaseOptions) => {
      if (options.digest !== undefined && !DIGEST.test(options.digest))
        throw badInput(`--digest ${options.digest} is no image digest. Expected sha256: and 64 hex digits, as the registry names it.`);
      const { console, ports, exit } = context;
      const now = ports.clock.now();
      const answer = await withProgress(console, "asking", ask(ports, service, options, now));
      if (options.json) console.write(`${JSON.stringify({ service, at: now.toISOString(), ...answer }, null, 2)}\n`);
      else console.write(inWords(service, answer, coloursOf(console.colours)));
      if (!answer.allowed) exit(EXIT.notReleasable);
    });
}

async function ask(
  ports: CommandPorts,
  service: string,
  { digest, fixes, ...names }: MayReleaseOptions,
  now: Date,
): Promise<ReleaseAnswer> {
  const [table, functionName] = await Promise.all([tableName(ports, names.table), startFunctionName(ports, names.function)]);
  const services = await ports.describeServices(functionName);
  const described = services.find((one) => one.service === service);
  if (described === undefined) throw notFound(`No blueprint is deployed for service ${service}.`);
  if (fixes !== undefined) await checkIncident(ports, table, fixes, described, services);
  const ledger = ports.ledger(table);
  const [freezes, quarantine, releases] = await Promise.all([
    ports.governance(table).freezesOf(service, described.group, now),
    ledger.quarantine(),
    fixes === undefined ? [] : ledger.releases(service),
  ]);
  const known = releases.flatMap(({ parts }) => parts.images.flatMap((image) => image.digest ?? []));
  const { group, freezeWindows } = described;
  return mayRelease({ service, group, freezes, windows: freezeWindows, quarantine, digest, fixes, known, now: now.toISOString() });
}

/** A fix is of an incident of this service or its group: any other id would be a word that opens every door. */
async function checkIncident(
  ports: CommandPorts,
  table: string,
  fixes: string,
  { service, group }: DescribedService,
  services: readonly DescribedService[],
): Promise<void> {
  const incident = await ports.store(table).read(fixes);
  if (incident === null) throw notFound(`There is no incident ${fixes}. 'rollguard incidents --service ${service}' lists them.`);
  const of = incident.meta.service;
  const together = group !== null && services.some((one) => one.service === of && one.group === group);
  if (of !== service && !together) throw badInput(`Incident ${fixes} is of ${of}: a release of ${service} does not fix it.`);
}

function inWords(service: string, { allowed, until, reason }: ReleaseAnswer, colours: ReturnType<typeof coloursOf>): string {
  const name = plainText(service);
  if (allowed) return `${colours.green(`${name} may be released`)}\n  ${plainText(reason)}\n`;
  const when = until === null ? "" : ` before ${dateTime(until)}`;
  return `${colours.red(`${name} may not be released${when}`)}\n  ${plainText(reason)}\n`;
}
