import type { ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import { Mapping } from "./mapping.ts";
import type { SourceDocument } from "./source-document.ts";

export const OPEN_SLO_KINDS = ["Service", "SLO", "SLI", "AlertPolicy", "AlertCondition", "AlertNotificationTarget", "DataSource"] as const;
type OpenSloKind = (typeof OPEN_SLO_KINDS)[number];

/** An object of OpenSLO, at its document's root or written into another one. */
export interface OpenSloObject {
  readonly source: SourceDocument;
  readonly path: ProblemPath;
  readonly mapping: Mapping;
}

/** Every object of the documents, found by kind and name. Throws ImportError for another version or kind. */
export class OpenSloObjects {
  private readonly objects: readonly (OpenSloObject & { readonly kind: string; readonly name: string })[];

  constructor(sources: readonly SourceDocument[]) {
    this.objects = sources.map((source) => {
      const version = source.text(["apiVersion"]);
      if (version !== "openslo/v1")
        throw source.broken(["apiVersion"], `expected openslo/v1, got ${version ?? "nothing"}`, "import a document of OpenSLO v1");
      const kind = source.text(["kind"]) ?? "";
      if (!OPEN_SLO_KINDS.some((known) => known === kind))
        throw source.broken(["kind"], `unknown kind "${kind}"`, `one of ${OPEN_SLO_KINDS.join(", ")}`);
      const name = source.text(["metadata", "name"]);
      if (name === undefined) throw source.broken(["metadata"], "the object has no name", "add metadata.name");
      const mapping = new Mapping(source);
      for (const key of ["apiVersion", "kind"]) mapping.mapped([key], "the format");
      return { source, path: [], mapping, kind, name };
    });
  }

  all(kind: OpenSloKind): readonly OpenSloObject[] {
    return this.objects.filter((object) => object.kind === kind);
  }

  /**
   * What stands at `path` of an object: the object written there, or the one of another document that it names (`conditionRef: x`, or just `x`).
   * Null when a name leads nowhere, which is then listed.
   */
  resolve({ source, mapping }: OpenSloObject, path: ProblemPath, refKey: string, kind: OpenSloKind): OpenSloObject | null {
    const value = source.at(path);
    const nameAt = typeof value === "string" ? path : [...path, refKey];
    const name = source.text(nameAt);
    if (name === undefined) {
      mapping.mapped([...path, "kind"], "the format");
      mapping.mapped([...path, "metadata", "name"], `${kind}, written where it is used`);
      return { source, path, mapping };
    }
    const found = this.objects.find((object) => object.kind === kind && object.name === name);
    if (found === undefined) mapping.notMapped(nameAt, `no ${kind} in this file is named ${name}`);
    else mapping.mapped(nameAt, `${kind} ${name}`);
    return found ?? null;
  }

  /** What became of every part of every document, in their order. */
  entries(): ReturnType<Mapping["entries"]> {
    return this.objects.flatMap(({ mapping }) => mapping.entries());
  }
}
