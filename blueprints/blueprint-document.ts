import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import type { Problem, ProblemPath } from "../functions/domain/blueprint-problem.ts";
import type { LocatedProblem } from "./blueprint-error.ts";

/** A blueprint file as plain data, and where each part of it stands. */
export interface BlueprintDocument {
  /** Undefined when the YAML itself is broken. */
  readonly raw: unknown;
  readonly problems: readonly LocatedProblem[];
  locate(problem: Problem): LocatedProblem;
}

/** Reads exactly one YAML document. Broken YAML, duplicate keys, unknown tags, an empty file and several documents are problems. */
export function readBlueprintDocument(text: string, file: string): BlueprintDocument {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const broken = (offset: number, message: string, fix: string): LocatedProblem => ({
    ...at(offset),
    path: [],
    at: "value",
    stage: "authored",
    message,
    fix,
  });

  const parsed = Array.isArray(documents) ? documents : [];
  const [first, second] = parsed;
  const problems = parsed.flatMap((document) =>
    [...document.errors, ...document.warnings].map((error) =>
      broken(error.pos[0], yamlMessage(error.code, error.message), yamlFix(error.code)),
    ),
  );
  if (first === undefined || (first.contents === null && problems.length === 0) || isEmptyScalar(first)) {
    problems.push(broken(0, "the file is empty", "write a blueprint, starting with metadata, or delete the file"));
  }
  if (second !== undefined) {
    problems.push(broken(second.range[0], "the file holds several YAML documents", "write one blueprint per file, without ---"));
  }
  return {
    raw: problems.length > 0 ? undefined : first?.toJS(),
    problems,
    locate: (problem) => ({ ...problem, ...at(first === undefined ? 0 : offsetOf(first, problem.path, problem.at)) }),
  };
}

function isEmptyScalar(document: Document.Parsed): boolean {
  return isScalar(document.contents) && document.contents.value === null && document.errors.length === 0;
}

/** Where the path leads; where it leads nowhere (a missing key), the key of the nearest thing that exists. */
function offsetOf(document: Document, path: ProblemPath, at: "key" | "value"): number {
  let node: Node | null | undefined = document.contents as Node | null;
  let keyOffset = node?.range?.[0] ?? 0;
  for (const [depth, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) return keyOffset;
      keyOffset = (pair.key as Node).range?.[0] ?? keyOffset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)] as Node | undefined;
      if (item === undefined) return keyOffset;
      keyOffset = item.range?.[0] ?? keyOffset;
      node = item;
    } else return keyOffset;
    if (depth === path.length - 1 && at === "key") return keyOffset;
  }
  // An empty value has no place of its own, and a section starts on the line after its key.
  if (isAlias(node) || (isScalar(node) && node.value !== null)) return node.range?.[0] ?? keyOffset;
  return keyOffset;
}

function yamlMessage(code: string, message: string): string {
  const first = message.split("\n")[0] ?? message;
  return code === "DUPLICATE_KEY" ? "the key is written twice in the same section" : `not valid YAML: ${first}`;
}

function yamlFix(code: string): string {
  if (code === "DUPLICATE_KEY") return "keep one of them";
  if (code === "TAB_AS_INDENT") return "indent with spaces";
  return code === "TAG_RESOLVE_FAILED" ? "remove the tag" : "check indentation, quotes and colons here";
}
