import { type Document, LineCounter, parseAllDocuments } from "yaml";
import { authoredProblem, type ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import { shownText } from "../../functions/domain/shown-text.ts";
import { plainData, type Span, spanOf, TOO_MANY_ALIASES } from "../blueprint-document.ts";
import { formatProblem, type LocatedProblem } from "../blueprint-error.ts";
import { withoutAddresses } from "./without-addresses.ts";

/** A source that cannot be imported; every problem has file, line and column. Addresses of the source are not shown. */
export class ImportError extends Error {
  override readonly name = "ImportError";
  readonly problems: readonly LocatedProblem[];

  constructor(problems: readonly LocatedProblem[]) {
    const shown = problems.map((problem) => ({
      ...problem,
      path: problem.path.map((part) => (typeof part === "string" ? withoutAddresses(part) : part)),
      message: withoutAddresses(problem.message),
      fix: withoutAddresses(problem.fix),
    }));
    super(shown.map(formatProblem).join("\n"));
    this.problems = shown;
  }
}

/** One YAML document of somebody else's format. The readers give undefined for what is not there and throw ImportError for the wrong kind. */
export class SourceDocument {
  readonly file: string;
  readonly raw: unknown;
  private readonly document: Document;
  private readonly lines: LineCounter;

  constructor(file: string, document: Document, lines: LineCounter, raw: unknown) {
    this.file = file;
    this.raw = raw;
    this.document = document;
    this.lines = lines;
  }

  section(path: ProblemPath): Readonly<Record<string, unknown>> | undefined {
    const value = this.at(path);
    if (isSection(value)) return value;
    return this.absentOr(path, value, "a section with keys");
  }

  list(path: ProblemPath): readonly unknown[] | undefined {
    const value = this.at(path);
    return Array.isArray(value) ? value : this.absentOr(path, value, "a list");
  }

  text(path: ProblemPath): string | undefined {
    const value = this.at(path);
    return typeof value === "string" ? value : this.absentOr(path, value, "text");
  }

  number(path: ProblemPath): number | undefined {
    const value = this.at(path);
    return typeof value === "number" && Number.isFinite(value) ? value : this.absentOr(path, value, "a number");
  }

  flag(path: ProblemPath): boolean | undefined {
    const value = this.at(path);
    return typeof value === "boolean" ? value : this.absentOr(path, value, "true or false");
  }

  /** Whatever stands there. */
  at(path: ProblemPath): unknown {
    return path.reduce<unknown>((value, part) => {
      if (Array.isArray(value)) return value[Number(part)];
      return isSection(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    }, this.raw);
  }

  /** Paths of every value that holds no other one; an empty section or list is one. */
  leaves(path: ProblemPath = []): readonly ProblemPath[] {
    const value = this.at(path);
    const keys = Array.isArray(value) ? [...value.keys()] : isSection(value) ? Object.keys(value) : [];
    return keys.length === 0 ? [path] : keys.flatMap((key) => this.leaves([...path, key]));
  }

  locate(path: ProblemPath, at: "key" | "value" = "value"): { readonly line: number; readonly column: number } {
    const { line, col } = this.lines.linePos(spanOf(this.document, path, at)[0]);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** For the caller to throw. */
  broken(path: ProblemPath, message: string, fix: string): ImportError {
    return new ImportError([{ ...authoredProblem(path, message, fix), file: this.file, ...this.locate(path), length: 1 }]);
  }

  private absentOr(path: ProblemPath, value: unknown, expected: string): undefined {
    if (value === undefined || value === null) return undefined;
    const got = path.includes("notifications") && typeof value === "string" ? "text" : kindOf(value);
    throw this.broken(path, `expected ${expected}, got ${got}`, "mend the source, or take this part out of it");
  }
}

/** Every document of a file, without the empty ones. Throws ImportError for YAML that is broken or holds nothing. */
export function readSourceDocuments(text: string, file: string): readonly SourceDocument[] {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const documents: readonly Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const place = ([start]: Span) => {
    const { line, col } = lines.linePos(start);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1), length: 1 };
  };
  const problems = documents.flatMap((document) =>
    [...document.errors, ...document.warnings].map((error) => ({
      ...authoredProblem([], `not valid YAML: ${error.message.split("\n")[0]}`, "check indentation, quotes and colons here"),
      ...place(error.pos),
    })),
  );
  if (problems.length > 0) throw new ImportError(problems);
  const sources = documents
    .map((document) => new SourceDocument(file, document, lines, plainData(document)))
    .filter(({ raw }) => raw !== null);
  const endless = sources.find(({ raw }) => raw === TOO_MANY_ALIASES || holdsItself(raw));
  if (endless !== undefined)
    throw endless.broken([], "the aliases stand for too much, or for themselves", "write the sections out instead of *aliases");
  if (sources.length > 0) return sources;
  throw new ImportError([
    { ...authoredProblem([], "the file is empty", "name the file that holds what is to be imported"), ...place([0, 0]) },
  ]);
}

function holdsItself(value: unknown, above: readonly unknown[] = []): boolean {
  if (typeof value !== "object" || value === null) return false;
  return above.includes(value) || Object.values(value).some((part) => holdsItself(part, [...above, value]));
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isSection(value)) return "a section with keys";
  return typeof value === "string" ? `"${shownText(withoutAddresses(value))}"` : `the ${typeof value} ${String(value)}`;
}
