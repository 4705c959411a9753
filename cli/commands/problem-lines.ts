import { formatProblem } from "../../blueprints/blueprint-error.ts";
import type { ParsedBlueprintFile } from "../../blueprints/load-blueprints.ts";
import { type Colours, plainText } from "../terminal/colours.ts";
import { sourceExcerpt } from "../terminal/source-excerpt.ts";

/** Every problem of a file as `file:line:column path: what (how to fix it)`, each with its line and carets under the token. */
export function problemLines({ text, problems }: ParsedBlueprintFile, columns: number, colours: Colours): readonly string[] {
  return problems.flatMap((problem) => [colours.red(plainText(formatProblem(problem))), ...sourceExcerpt(text, problem, columns, colours)]);
}
