import type { Command } from "commander";
import { formatQuantity } from "../../functions/domain/quantity.ts";
import { secondsBetween } from "../../functions/domain/time.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { clockTime, dateTime, formatSeconds } from "../report/format.ts";
import { type Colours, coloursOf, plainText } from "../terminal/colours.ts";
import { table } from "../terminal/layout.ts";
import { type OpenIncident, readStatus, type ServiceStatus, type Status } from "./status-facts.ts";

interface StatusOptions {
  readonly watch?: boolean;
  readonly json?: boolean;
  readonly table?: string;
  readonly function?: string;
}

const LOOK_EVERY_MS = 5_000;

/** `rollguard status`: every service in one line. */
export function statusCommand(parent: Command, context: CommandContext): void {
  parent
    .command("status")
    .description("one line for each service: armed or off, releases, open incident, freeze, breaker, approval")
    .argument("[service]", "only this one")
    .option("-w, --watch", "look again every 5 s until Ctrl-C; where stdout is no terminal, print what has changed")
    .option("--json", "one JSON object on stdout; with --watch one a line for each service that has changed")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .option("--function <name>", "function start-rollback (default: ROLLGUARD_START_FUNCTION, else the deployed stack's)")
    .addHelpText(
      "after",
      `
'last good' is where a rollback would lead now. While the breaker is open, rollbacks by alarm wait for an approval.

Examples:
  $ rollguard status
  $ rollguard status checkout --watch
  $ rollguard status --json | jq '.services[] | select(.incident != null) | .service'`,
    )
    .action(async (service: string | undefined, options: StatusOptions) => {
      const { console, ports } = context;
      const look = () => readStatus(ports, service, options);
      const first = await withProgress(console, "reading the services", look());
      if (options.watch) return await watch(context, first, look, options.json === true);
      console.write(options.json ? `${JSON.stringify(first, null, 2)}\n` : `${renderStatus(first, coloursOf(console.colours))}\n`);
    });
}

/** Ends with the process, or with the first look that fails. */
async function watch({ console, ports }: CommandContext, first: Status, look: () => Promise<Status>, json: boolean): Promise<void> {
  const colours = coloursOf(console.colours);
  const redraws = console.redraws === true && !json;
  let drawn = 0;
  const shown = new Map<string, string>();
  for (let status = first; ; status = await look()) {
    if (redraws) {
      const text = renderStatus(status, colours);
      // back to the first line of the last picture, and everything below it away
      console.write(`${drawn === 0 ? "" : `\u001b[${drawn}A\u001b[J`}${text}\n`);
      drawn = text.split("\n").length;
    } else for (const line of changed(status, shown, json)) console.write(`${line}\n`);
    await ports.pause(LOOK_EVERY_MS);
  }
}

/** Lines of services that are not as they were shown last. The age of an incident is no change. */
function changed({ at, switch: switchState, services }: Status, shown: Map<string, string>, json: boolean): string[] {
  return services.flatMap((service) => {
    const state = JSON.stringify([switchState.state, service]);
    if (shown.get(service.service) === state) return [];
    shown.set(service.service, state);
    const words = cells(service, at, coloursOf(false)).filter((cell) => cell !== "-");
    return [json ? JSON.stringify({ at, ...service }) : `${clockTime(at)} ${words.join("  ")}`];
  });
}

function renderStatus({ at, switch: switchState, services }: Status, colours: Colours): string {
  const since = Date.parse(switchState.at) === 0 ? "" : ` since ${dateTime(switchState.at)}, by ${plainText(switchState.by)}`;
  const state = switchState.state === "armed" ? colours.green("armed") : colours.yellow("off: nothing is acted on");
  const head = ["SERVICE", "ACTING", "MODE", "LIVE", "LAST GOOD", "INCIDENT", "FREEZE", "BREAKER", "APPROVAL"].map(colours.dim);
  const rows = services.map((service) => cells(service, at, colours));
  const none = services.length === 0 ? ["no service is deployed"] : [table([head, ...rows])];
  return [`switch ${state}${since}`, ...none, ...tunedLines(services, at, colours)].join("\n");
}

/** One line for each alarm that is tuned, or waits for it; nothing where there is none. */
function tunedLines(services: readonly ServiceStatus[], now: string, colours: Colours): string[] {
  const head = ["TUNED ALARM", "THRESHOLD", "BASELINE", "TUNED"].map(colours.dim);
  const rows = services.flatMap(({ tuned, waiting }) => [
    ...tuned.map(({ alarmName, threshold, unit, baseline, tunedAt, appliedAt }) => [
      plainText(alarmName),
      formatQuantity(threshold, unit),
      `${formatQuantity(Number(baseline.value.toPrecision(4)), unit)} of ${baseline.points} points until ${dateTime(baseline.to)}`,
      `${formatSeconds(Math.max(0, Math.round(secondsBetween(tunedAt, now))))} ago${appliedAt === null ? colours.yellow(", not yet in CloudWatch") : ""}`,
    ]),
    ...waiting.map(({ alarmName, why }) => [plainText(alarmName), colours.yellow("waiting: no alarm"), plainText(why), "-"]),
  ]);
  return rows.length === 0 ? [] : ["", table([head, ...rows])];
}

function cells(status: ServiceStatus, now: string, colours: Colours): string[] {
  const { service, acting, mode, live, lastGood, incident, frozenUntil, breakerUntil } = status;
  return [
    colours.bold(plainText(service)),
    acting === "armed" ? colours.green("armed") : colours.yellow("off"),
    mode,
    live === null ? "-" : `${live.hash.slice(0, 6)} ${plainText(live.image)}`,
    lastGood === null ? "-" : `${lastGood.hash.slice(0, 6)} ${plainText(lastGood.image)}`,
    incident === null ? "-" : colours.red(incidentWords(incident, now)),
    frozenUntil === null ? "-" : colours.yellow(`until ${dateTime(frozenUntil)}`),
    breakerUntil === null ? "-" : colours.yellow(`open until ${dateTime(breakerUntil)}`),
    incident?.approvalUntil ? colours.yellow(`wanted until ${dateTime(incident.approvalUntil)}`) : "-",
  ];
}

function incidentWords({ id, openedAt, step, control }: OpenIncident, now: string): string {
  const state = control === "run" ? [] : [control];
  const age = formatSeconds(Math.max(0, Math.round(secondsBetween(openedAt, now))));
  return [plainText(id), `at ${plainText(step ?? "its assessment")}`, ...state, `for ${age}`].join(", ");
}
