import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import type { Problem, ProblemPath } from "../functions/domain/blueprint-problem.ts";
import { shownPath } from "../functions/domain/shown-text.ts";
import type { LocatedProblem } from "./blueprint-error.ts";
import { tooDeepAt } from "./nesting.ts";

/** A blueprint file as plain data, and where each part of it stands. */
export interface BlueprintDocument {
  /** Undefined when the YAML itself is broken. */
  readonly raw: unknown;
  readonly problems: readonly LocatedProblem[];
  locate(problem: Problem): LocatedProblem;
}

/** From the first character to behind the last, as offsets in the text. */
export type Span = readonly [start: number, end: number];

const DOCUMENT_START = "---";

/** Reads exactly one YAML document. Broken YAML, duplicate keys, unknown tags, an empty file and several documents are problems. */
export function readBlueprintDocument(text: string, file: string): BlueprintDocument {
  const lines = new LineCounter();
  const deep = tooDeepAt(text);
  // Only for the places of its lines, where it is nested too deep.
  const documents = parseAllDocuments(deep === null ? text : text.replace(/[^\n]/g, "#"), { lineCounter: lines, prettyErrors: false });
  const at = ([start, end]: Span) => {
    const { line, col } = lines.linePos(start);
    // What a person sees marked: the token, on the line where it starts.
    const [token = ""] = text.slice(start, end).split(/\r?\n/);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), length: Math.max(token.trimEnd().length, 1) };
  };
  const broken = (span: Span, message: string, fix: string): LocatedProblem => ({
    ...at(span),
    path: [],
    at: "value",
    stage: "authored",
    message,
    fix,
  });

  if (deep !== null) {
    const problem = broken([deep, deep + 1], "nested too deep", "a blueprint needs ten levels: look for a bracket that is never closed");
    return { raw: undefined, problems: [problem], locate: (other) => ({ ...other, ...at([deep, deep + 1]) }) };
  }
  const parsed = Array.isArray(documents) ? documents : [];
  const [first, second] = parsed;
  const problems = parsed.flatMap((document) =>
    [...document.errors, ...document.warnings].map((error) =>
      broken(
        error.code === "DUPLICATE_KEY" ? keyAt(text, error.pos[0]) : error.pos,
        yamlMessage(error.code, error.message),
        yamlFix(error.code),
      ),
    ),
  );
  if (first === undefined || (first.contents === null && problems.length === 0) || isEmptyScalar(first)) {
    problems.push(broken([0, 0], "the file is empty", "write a blueprint, starting with metadata, or delete the file"));
  }
  if (second !== undefined) {
    problems.push(
      broken(
        [second.range[0], second.range[0] + DOCUMENT_START.length],
        "the file holds several YAML documents",
        "write one blueprint per file, without ---",
      ),
    );
  }
  const raw = problems.length > 0 ? undefined : plainData(first);
  if (raw === TOO_MANY_ALIASES)
    problems.push(broken([0, 0], "the aliases stand for too much", "write the sections out instead of *aliases"));
  return {
    raw: raw === TOO_MANY_ALIASES ? undefined : raw,
    problems,
    locate: (problem) => ({ ...problem, ...at(first === undefined ? [0, 0] : spanOf(first, problem.path, problem.at)) }),
  };
}

/** What `plainData` gives where a few lines of aliases would become gigabytes. */
export const TOO_MANY_ALIASES = Symbol("too many aliases");

/** The document as plain data, without following aliases further than the parser thinks safe. */
export function plainData(document: Document | undefined): unknown {
  try {
    return document?.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) return TOO_MANY_ALIASES;
    throw error;
  }
}

function isEmptyScalar(document: Document.Parsed): boolean {
  return isScalar(document.contents) && document.contents.value === null && document.errors.length === 0;
}

/** Where the path leads; where it leads nowhere (a missing key), the key of the nearest thing that exists. */
export function spanOf(document: Document, path: ProblemPath, at: "key" | "value"): Span {
  let node: Node | null | undefined = document.contents as Node | null;
  let key = startOf(node) ?? [0, 0];
  for (const [depth, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key: name }) => isScalar(name) && String(name.value) === String(part));
      if (pair === undefined) return key;
      key = tokenOf(pair.key as Node) ?? key;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)] as Node | undefined;
      if (item === undefined) return key;
      key = startOf(item) ?? key;
      node = item;
    } else return key;
    if (depth === path.length - 1 && at === "key") return key;
  }
  // An empty value has no place of its own, and a section starts on the line after its key.
  if (isAlias(node) || (isScalar(node) && node.value !== null)) return tokenOf(node) ?? key;
  return key;
}

/** The parser marks a repeated key by its first character. */
function keyAt(text: string, start: number): Span {
  const [key = ""] = /^(?:"[^"\n]*"|'[^'\n]*'|[^\s:]+)/.exec(text.slice(start)) ?? [];
  return [start, start + Math.max(key.length, 1)];
}

/** Without the comments and spaces behind it. */
function tokenOf(node: Node | null | undefined): Span | null {
  return node?.range ? [node.range[0], node.range[1]] : null;
}

/** Of a section its first key alone: a whole section is no token. */
function startOf(node: Node | null | undefined): Span | null {
  const [first] = isMap(node) ? node.items : [];
  return tokenOf(first === undefined ? node : (first.key as Node));
}

function yamlMessage(code: string, message: string): string {
  const first = shownPath(message.split("\n")[0] ?? message);
  return code === "DUPLICATE_KEY" ? "the key is written twice in the same section" : `not valid YAML: ${first}`;
}

function yamlFix(code: string): string {
  if (code === "DUPLICATE_KEY") return "keep one of them";
  if (code === "TAB_AS_INDENT") return "indent with spaces";
  return code === "TAG_RESOLVE_FAILED" ? "remove the tag" : "check indentation, quotes and colons here";
}
