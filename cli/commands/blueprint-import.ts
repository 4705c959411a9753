import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { Option } from "commander";
import { IMPORT_FORMATS, type ImportedBlueprint, type ImportFormat, importBlueprint } from "../../blueprints/import/import-blueprint.ts";
import type { MappingEntry } from "../../blueprints/import/mapping.ts";
import { ImportError } from "../../blueprints/import/source-document.ts";
import { badInput } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { plural } from "../report/format.ts";
import { plainText } from "../terminal/colours.ts";
import { wrap } from "../terminal/layout.ts";

interface ImportCommandOptions {
  readonly format?: ImportFormat;
  readonly service?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly today?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ rollguard blueprint import rollback-config.yml --service checkout --out blueprints/checkout.yaml
  $ rollguard blueprint import slo.yaml --format openslo > blueprints/checkout.yaml
  $ rollguard blueprint import canary.yaml --service checkout --json`;

/** `rollguard blueprint import`: somebody else's rules as a blueprint. Needs no AWS. */
export function blueprintCommand(parent: Command, context: CommandContext): void {
  const blueprint = parent
    .command("blueprint")
    .description("make blueprints out of other formats; needs no AWS")
    .addHelpText("after", EXAMPLES);
  importCommand(blueprint, context);
}

function importCommand(parent: Command, { console, ports }: CommandContext): void {
  parent
    .command("import")
    .description("convert trigger YAML, OpenSLO or a Flagger Canary into a blueprint")
    .argument("<file>", "YAML to convert")
    .addOption(new Option("--format <format>", "what the file holds; default: by its contents").choices(IMPORT_FORMATS))
    .option("--service <name>", "name of the service; default: as the file names it")
    .option("--out <file>", "write the blueprint there; default: stdout")
    .option("--force", "with --out: replace the file if there is one")
    .option("--today <day>", "day from which an expiry is counted, such as 2027-01-31; default: today (UTC)")
    .option("--json", "the blueprint and what became of every part of the source as one JSON object on stdout")
    .addHelpText(
      "after",
      `
What mapped to what, what did not and why, and what is configured outside the blueprint goes to stderr. Comments DECIDE: in the YAML are for
a person. An imported service starts in observe. What was switched off observes with a reason and an expiry 14 days from today.
${EXAMPLES}`,
    )
    .action(async (file: string, options: ImportCommandOptions) => {
      const imported = importFile(file, options, ports.clock.now());
      if (options.out !== undefined && !(await ports.writeWhole(options.out, imported.yaml, options.force ?? false)))
        throw badInput(`${options.out} exists and was left as it is. Add --force to replace it, or name another file.`);
      const written = options.out ?? null;
      if (options.json) {
        console.write(`${JSON.stringify({ file, out: written, ...imported }, null, 2)}\n`);
        return;
      }
      if (written === null) console.write(imported.yaml);
      console.note(report(file, imported, Math.min(console.columns, 100)));
      console.note(written === null ? "Next: rollguard validate <file>" : `Wrote ${written}. Next: rollguard validate ${written}`);
    });
}

function importFile(file: string, { format, service, today }: ImportCommandOptions, now: Date): ImportedBlueprint {
  if (service !== undefined && !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(service))
    throw badInput(`--service ${service}: expected a name in kebab-case, such as checkout.`);
  const day = today ?? now.toISOString().slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(Date.parse(`${day}T00:00:00Z`)))
    throw badInput(`--today ${day}: expected a day such as 2027-01-31.`);
  try {
    return importBlueprint(read(file), file, { format: format ?? null, service: service ?? null, today: day });
  } catch (error) {
    if (error instanceof ImportError) throw badInput(plainLines(error.message));
    throw error;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw badInput(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}. Check the path.`);
  }
}

const TITLES: Readonly<Record<MappingEntry["status"], string>> = {
  mapped: "mapped",
  outside: "configure outside the blueprint",
  "not-mapped": "not mapped",
};

function report(file: string, { format, service, mapping }: ImportedBlueprint, columns: number): string {
  const groups = (Object.keys(TITLES) as MappingEntry["status"][]).map((status) => mapping.filter((entry) => entry.status === status));
  const counts = groups.flatMap((group) => (group[0] === undefined ? [] : [`${group.length} ${TITLES[group[0].status]}`]));
  const lines = groups.flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [`${TITLES[first.status]}:`, ...group.map((entry) => wrap(`  ${line(entry)}`, columns, 6))];
  });
  const title = `${format} ${plainText(file)} -> ${service}: ${plural(mapping.length, "part")}, ${counts.join(", ")}`;
  return [wrap(title, columns, 2), ...lines].join("\n");
}

function line({ line: at, column, source, to, note }: MappingEntry): string {
  const target = to === null ? "" : ` -> ${to}`;
  return plainText(`${at}:${column} ${source}${target}${note === null ? "" : ` (${note})`}`);
}

function plainLines(text: string): string {
  return text.split("\n").map(plainText).join("\n");
}
