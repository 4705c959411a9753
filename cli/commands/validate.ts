import type { Command } from "commander";
import { Option } from "commander";
import { formatProblem } from "../../blueprints/blueprint-error.ts";
import { type ParsedBlueprintFile, parseBlueprintFiles } from "../../blueprints/load-blueprints.ts";
import type { StackBinding } from "../../functions/domain/blueprint-compile.ts";
import { METRIC_PRESETS, type MetricPresetName } from "../../functions/domain/metric-presets.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { plural } from "../report/format.ts";
import { type Colours, coloursOf, plainText } from "../terminal/colours.ts";
import { table } from "../terminal/layout.ts";
import { sourceExcerpt } from "../terminal/source-excerpt.ts";
import { blueprintFiles } from "./blueprint-files.ts";

interface ValidateOptions {
  readonly targetCluster?: string;
  readonly targetNamespace?: string;
  readonly preset: MetricPresetName;
  readonly json?: boolean;
}

/** `rollguard validate`: are the blueprints right, and what was bound to what. Needs no AWS. */
export function validateCommand(parent: Command, { console, exit }: CommandContext): void {
  parent
    .command("validate")
    .description("check blueprints and print what was bound to what; needs no AWS")
    .argument("[paths...]", "folders (their *.yaml) or files", ["blueprints"])
    .option("--target-cluster <name>", "EKS cluster for blueprints that name none (rollguard:cluster of the stack)")
    .option("--target-namespace <name>", "namespace for blueprints that name none (rollguard:namespace of the stack)")
    .addOption(
      new Option("--preset <preset>", "where well-known signals come from (rollguard:metricPreset)").choices(METRIC_PRESETS).default("eks"),
    )
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
      if (options.json) console.write(`${JSON.stringify(files.map(asJson), null, 2)}\n`);
      else console.write(`${files.map((file) => render(file, console.columns, coloursOf(console.colours))).join("\n\n")}\n`);
      if (problems.length > 0) {
        console.note(`${plural(problems.length, "problem")} in ${plural(files.length, "blueprint")}`);
        exit(EXIT.badInput);
      }
    });
}

function stackOf({ targetCluster, targetNamespace, preset }: ValidateOptions): StackBinding {
  return {
    metricPreset: preset,
    target: {
      ...(targetCluster === undefined ? {} : { cluster: targetCluster }),
      ...(targetNamespace === undefined ? {} : { namespace: targetNamespace }),
    },
  };
}

function render({ file, text, authored, bindings, problems }: ParsedBlueprintFile, columns: number, colours: Colours): string {
  const name = authored?.metadata.name;
  const title = `${problems.length === 0 ? colours.green("✓") : colours.red("✕")} ${colours.bold(plainText(file))}${name === undefined ? "" : ` (${plainText(name)})`}`;
  const bound = bindings.map(({ subject, value, from }) => [`  ${subject}`, colours.dim(from), plainText(value)]);
  const wrong = problems.flatMap((problem) => [
    colours.red(plainText(formatProblem(problem))),
    ...sourceExcerpt(text, problem, columns, colours),
  ]);
  return [title, ...(bound.length === 0 ? [] : [table(bound)]), ...wrong].join("\n");
}

function asJson({ file, authored, blueprint, bindings, problems }: ParsedBlueprintFile) {
  return { file, service: authored?.metadata.name ?? null, armed: blueprint !== null, hash: blueprint?.hash ?? null, bindings, problems };
}
