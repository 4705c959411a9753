import type { Problem } from "../functions/domain/blueprint-problem.ts";
import { shownPath } from "../functions/domain/shown-text.ts";

/** A problem with the place in the file, 1-based, in UTF-16 units as editors count; line, column and length are 1 where the whole file is meant. */
export interface LocatedProblem extends Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Of the token at fault, on its first line; at least 1. */
  readonly length: number;
}

/** `file:line:column path: message (how to fix)`, which editors and terminals turn into a link. */
export function formatProblem(problem: LocatedProblem): string {
  const path = problem.path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
  return `${problem.file}:${problem.line}:${problem.column}${path === "" ? "" : ` ${shownPath(path)}`}: ${problem.message} (${problem.fix})`;
}

/** Blueprints that cannot be armed. The message lists every problem of every file, one a line. */
export class BlueprintError extends Error {
  override readonly name = "BlueprintError";
  readonly problems: readonly LocatedProblem[];

  constructor(problems: readonly LocatedProblem[]) {
    super(
      `${problems.length} ${problems.length === 1 ? "problem" : "problems"} in the blueprints\n${problems.map(formatProblem).join("\n")}`,
    );
    this.problems = problems;
  }
}
