import type { Command } from "commander";
import { type ParsedBlueprintFile, parseBlueprintFiles } from "../../blueprints/load-blueprints.ts";
import { type BlueprintWarning, blueprintWarnings, warningText } from "../alarm-plan/blueprint-warnings.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { plural } from "../report/format.ts";
import { type Colours, coloursOf, plainText } from "../terminal/colours.ts";
import { table } from "../terminal/layout.ts";
import { blueprintFiles } from "./blueprint-files.ts";
import { problemLines } from "./problem-lines.ts";
import { type StackOptions, stackOf, withStackOptions } from "./stack-options.ts";

interface ValidateOptions extends StackOptions {
  readonly json?: boolean;
}

/** `rollguard validate`: are the blueprints right, and what was bound to what. Needs no AWS. */
export function validateCommand(parent: Command, { console, ports, exit }: CommandContext): void {
  const command = parent
    .command("validate")
    .description("check blueprints and print what was bound to what; needs no AWS")
    .argument("[paths...]", "folders (their *.yaml) or files", ["blueprints"]);
  withStackOptions(command)
    .option("--json", "one JSON array on stdout, one element a file")
    .addHelpText(
      "after",
      `
Ends with 2 when there is a problem; each is printed as file:line:column path: what is wrong (how to fix it),
with the line and carets under the token. Warnings are printed too and change nothing. In --json each problem has file, line, column, length
(of the token), path, message and fix.

Examples:
  $ rollguard validate
  $ rollguard validate services/blueprints --target-cluster prod --target-namespace shop
  $ rollguard validate blueprints/examples/checkout.yaml --preset demo`,
    )
    .action((paths: readonly string[], options: ValidateOptions) => {
      const stack = stackOf(options);
      const files = parseBlueprintFiles([...new Set(paths.flatMap(blueprintFiles))], stack);
      const problems = files.flatMap((file) => file.problems);
      const today = ports.clock.now().toISOString().slice(0, 10);
      if (options.json)
        console.write(
          `${JSON.stringify(
            files.map((file) => asJson(file, today)),
            null,
            2,
          )}\n`,
        );
      else console.write(`${files.map((file) => render(file, today, console.columns, coloursOf(console.colours))).join("\n\n")}\n`);
      if (problems.length > 0) {
        console.note(`${plural(problems.length, "problem")} in ${plural(files.length, "blueprint")}`);
        exit(EXIT.badInput);
      }
    });
}

function render(parsed: ParsedBlueprintFile, today: string, columns: number, colours: Colours): string {
  const { file, authored, bindings, problems } = parsed;
  const name = authored?.metadata.name;
  const title = `${problems.length === 0 ? colours.green("✓") : colours.red("✕")} ${colours.bold(plainText(file))}${name === undefined ? "" : ` (${plainText(name)})`}`;
  const bound = bindings.map(({ subject, value, from }) => [`  ${subject}`, colours.dim(from), plainText(value)]);
  const warnings = warningsOf(parsed, today).map((warning) => colours.yellow(plainText(`  warning: ${warningText(warning, true)}`)));
  return [title, ...(bound.length === 0 ? [] : [table(bound)]), ...warnings, ...problemLines(parsed, columns, colours)].join("\n");
}

function asJson(parsed: ParsedBlueprintFile, today: string) {
  const { file, authored, blueprint, bindings, problems } = parsed;
  const hash = blueprint?.hash ?? null;
  const warnings = warningsOf(parsed, today);
  return { file, service: authored?.metadata.name ?? null, armed: blueprint !== null, hash, bindings, warnings, problems };
}

/** Only what can be armed is worth a warning. */
function warningsOf({ blueprint }: ParsedBlueprintFile, today: string): readonly BlueprintWarning[] {
  return blueprint === null ? [] : blueprintWarnings(blueprint, today);
}
