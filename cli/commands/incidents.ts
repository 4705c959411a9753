import type { Command } from "commander";
import type { IncidentMeta } from "../../functions/domain/incident.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { dateTime } from "../report/format.ts";
import { outcomeWords } from "../report/outcome.ts";
import { type Colours, coloursOf, plainText, toned } from "../terminal/colours.ts";
import { table } from "../terminal/layout.ts";
import { wouldHaveLines } from "../terminal/would-have-lines.ts";
import { wholeNumber } from "./option-values.ts";

interface IncidentsOptions {
  readonly service?: string;
  readonly limit: number;
  readonly observed?: boolean;
  readonly json?: boolean;
  readonly table?: string;
}

/** `rollguard incidents`: what happened lately, newest first; with `--observed` what triggers that may not act would have done. */
export function incidentsCommand(parent: Command, { console, ports }: CommandContext): void {
  parent
    .command("incidents")
    .description("list incidents, newest first")
    .option("-s, --service <service>", "only those of one service")
    .option("-n, --limit <number>", "at most so many", wholeNumber(1, 1000), 20)
    .option("--observed", "no incidents, but what triggers in observe, or not armed at the time, would have done")
    .option("--json", "one JSON array on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .addHelpText(
      "after",
      `
--observed shows, for each time that such a trigger fired, its value and limit, the strategy, the release (by template hash)
that was live and the good one that would have come back, and why nothing was started. Where no earlier release was good,
people would have been called.

Examples:
  $ rollguard incidents
  $ rollguard incidents --service checkout --limit 5
  $ rollguard incidents --observed --service checkout
  $ rollguard incidents --json | jq '.[] | select(.outcome == "escalated") | .id'`,
    )
    .action(async ({ service, limit, observed, json, table: option }: IncidentsOptions) => {
      if (observed === true) {
        const reading = async () => await ports.wouldHaves(await tableName(ports, option)).list(service ?? null, limit);
        const records = await withProgress(console, "reading what was observed", reading());
        if (json) console.write(`${JSON.stringify(records, null, 2)}\n`);
        else if (records.length === 0)
          console.note(`No trigger${service === undefined ? "" : ` of ${service}`} has fired that was in observe or not armed.`);
        else console.write(`${wouldHaveLines(records, console.columns, coloursOf(console.colours))}\n`);
        return;
      }
      const listing = async () => {
        const store = ports.store(await tableName(ports, option));
        return await store.list({ limit, ...(service === undefined ? {} : { service }) });
      };
      const incidents = await withProgress(console, "reading incidents", listing());
      if (json) {
        console.write(`${JSON.stringify(incidents, null, 2)}\n`);
        return;
      }
      if (incidents.length === 0) console.note(service === undefined ? "No incident yet." : `No incident of ${service} yet.`);
      else console.write(`${renderList(incidents, coloursOf(console.colours))}\n`);
    });
}

function renderList(incidents: readonly IncidentMeta[], colours: Colours): string {
  const head = ["OPENED", "SERVICE", "OUTCOME", "SEVERITY", "INCIDENT"].map(colours.dim);
  const rows = incidents.map(({ id, service, outcome, severity, openedAt }) => {
    const { label, mark, tone } = outcomeWords(outcome);
    return [dateTime(openedAt), plainText(service), toned(colours, tone, `${mark} ${label}`), severity ?? "-", plainText(id)];
  });
  return table([head, ...rows]);
}
