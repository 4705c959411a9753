import type { Command } from "commander";
import type { Incident } from "../../functions/domain/incident.ts";
import { badInput, notFound } from "../command-error.ts";
import { withProgress } from "../console.ts";
import type { CommandContext } from "../context.ts";
import { tableName } from "../deployment.ts";
import { renderReport } from "../report/render-report.ts";
import { coloursOf } from "../terminal/colours.ts";
import { renderIncident } from "../terminal/render-incident.ts";

interface ShowOptions {
  readonly html?: string;
  readonly json?: boolean;
  readonly table?: string;
}

/** `rollguard show`: one incident in the terminal, as JSON or as an HTML report. */
export function showCommand(parent: Command, { console, ports }: CommandContext): void {
  parent
    .command("show")
    .description("show one incident, or write its report")
    .argument("<incident>", "incident id, or `latest`")
    .option("--html <file>", "write the incident report, one self-contained file")
    .option("--json", "the whole incident as one JSON object on stdout")
    .option("--table <name>", "DynamoDB table (default: ROLLGUARD_TABLE, else the deployed stack's)")
    .addHelpText(
      "after",
      `
Examples:
  $ rollguard show latest
  $ rollguard show inc-checkout-20261120T031240Z-5f0c9a7be214 --html incident.html
  $ rollguard show latest --json | jq .meta.outcome`,
    )
    .action(async (id: string, { html, json, table }: ShowOptions) => {
      if (html !== undefined && json) throw badInput("--html and --json exclude each other: the report holds the JSON already.");
      const reading = async () => {
        const store = ports.store(await tableName(ports, table));
        const wanted = id === "latest" ? (await store.list({ limit: 1 }))[0]?.id : id;
        return wanted === undefined ? null : await store.read(wanted);
      };
      const incident = await withProgress(console, "reading the incident", reading());
      if (incident === null) throw notFound(missing(id));
      if (json) {
        console.write(`${JSON.stringify(incident, null, 2)}\n`);
        return;
      }
      if (html !== undefined) return await writeReport(incident, html);
      console.write(renderIncident(incident, { colours: coloursOf(console.colours), columns: console.columns }));
    });

  async function writeReport(incident: Incident, file: string): Promise<void> {
    try {
      await ports.writeFile(file, renderReport(incident));
    } catch (error) {
      throw badInput(`The report cannot be written to ${file}: ${(error as Error).message}. Choose a folder that exists and is writable.`);
    }
    console.note(`Report of ${incident.meta.id} written to ${file}`);
  }
}

function missing(id: string): string {
  return id === "latest" ? "There is no incident yet." : `There is no incident ${id}. 'rollguard incidents' lists those that there are.`;
}
