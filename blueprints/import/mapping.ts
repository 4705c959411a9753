import type { ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import { shownPath } from "../../functions/domain/shown-text.ts";
import type { SourceDocument } from "./source-document.ts";
import { withoutAddresses } from "./without-addresses.ts";

/** What became of one part of the source. */
export interface MappingEntry {
  readonly line: number;
  readonly column: number;
  /** As in messages: `rollback_triggers.memory.window`. */
  readonly source: string;
  /** `outside`: a person configures it elsewhere. */
  readonly status: "mapped" | "not-mapped" | "outside";
  /** Where it is in the blueprint, or what to create or call; null when nothing takes its place. */
  readonly to: string | null;
  readonly note: string | null;
}

/** Collects what became of the parts of one document. What nobody spoke of is listed as not mapped: nothing is dropped silently. */
export class Mapping {
  private readonly source: SourceDocument;
  private readonly found: { readonly path: ProblemPath; readonly entry: MappingEntry }[] = [];

  constructor(source: SourceDocument) {
    this.source = source;
  }

  mapped(path: ProblemPath, to: string, note: string | null = null): void {
    this.add(path, "mapped", to, note);
  }

  notMapped(path: ProblemPath, note: string): void {
    this.add(path, "not-mapped", null, note);
  }

  outside(path: ProblemPath, to: string, note: string): void {
    this.add(path, "outside", to, note);
  }

  /** Every part of the document, in its order. */
  entries(): readonly MappingEntry[] {
    const spoken = this.found.map(({ path }) => path);
    const silent = this.source
      .leaves()
      .filter((leaf) => !spoken.some((path) => path.length <= leaf.length && path.every((part, index) => part === leaf[index])));
    for (const leaf of silent) this.notMapped(leaf, "unknown key: nothing in a blueprint means this");
    const once = new Map(this.found.map(({ entry }) => [JSON.stringify(entry), entry]));
    return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  }

  private add(path: ProblemPath, status: MappingEntry["status"], to: string | null, note: string | null): void {
    // Nothing is said of what is not there.
    if (this.source.at(path) === undefined) return;
    const entry = { source: pathText(path), status, to: to && withoutAddresses(to), note: note && withoutAddresses(note) };
    this.found.push({ path, entry: { ...this.source.locate(path, "key"), ...entry } });
  }
}

/** `triggers[0].when`. A key that is an address is not shown. */
export function pathText(path: ProblemPath): string {
  const text = path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
  return shownPath(withoutAddresses(text));
}
