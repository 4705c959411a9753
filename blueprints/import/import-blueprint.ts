import { authoredProblem } from "../../functions/domain/blueprint-problem.ts";
import { parseBlueprintText } from "../load-blueprints.ts";
import { fromFlagger, isFlagger } from "./from-flagger.ts";
import { fromKayenta, isKayenta } from "./from-kayenta.ts";
import { fromOpenSlo, isOpenSlo } from "./from-open-slo.ts";
import { fromSeed, isSeed } from "./from-seed.ts";
import { type Conversion, type ImportContext, kebabName } from "./imported.ts";
import { type MappingEntry, pathText } from "./mapping.ts";
import { decideOwn, ownSignals } from "./own-signals.ts";
import { ImportError, readSourceDocuments, type SourceDocument } from "./source-document.ts";
import { writeBlueprint } from "./write-blueprint.ts";

export const IMPORT_FORMATS = ["seed", "openslo", "flagger", "kayenta"] as const;
/** `seed`: `rollback_triggers` and `rollback_policy`. `openslo`: OpenSLO v1. `flagger`: a Flagger Canary. `kayenta`: a canary configuration. */
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export interface ImportedBlueprint {
  readonly format: ImportFormat;
  readonly service: string;
  /** The blueprint, with comments where a person must decide. */
  readonly yaml: string;
  /** What became of every part of the source, in its order. */
  readonly mapping: readonly MappingEntry[];
}

export interface ImportOptions extends ImportContext {
  /** Null: by what the file holds. */
  readonly format: ImportFormat | null;
}

/** Converts a file of somebody else's format into a blueprint. Pure; throws ImportError, which names file, line and column. */
export function importBlueprint(text: string, file: string, options: ImportOptions): ImportedBlueprint {
  const sources = readSourceDocuments(text, file);
  const format = options.format ?? formatOf(sources);
  const { service: asked, today } = options;
  const conversion = convert(format, sources, { service: asked, today });
  const service = asked ?? conversion.service;
  const [first] = sources;
  if (service === null || first === undefined) throw problem(file, "the source does not name a service", "say it with --service");
  const name = kebabName(service)?.slice(0, 30).replace(/-$/, "");
  if (name === undefined) throw problem(file, `"${service}" cannot be made a service's name`, "say one in kebab-case with --service");
  const { triggers, verification } = conversion;
  if (triggers.length === 0) throw problem(file, nothingMapped(conversion), "write the triggers by hand (docs/triggers.md)");
  const own = ownSignals(name, conversion);
  const spec = Object.keys(own).length === 0 ? conversion.spec : { signals: { ...conversion.spec.signals, ...own }, ...conversion.spec };
  const decide = [
    ...conversion.decide,
    ...Object.keys(own).map(decideOwn),
    ...(name === service ? [] : [`The source calls the service ${service}.`]),
  ];
  const metadata = { name, version: "1.0.0", description: `Imported from ${file}.` };
  const yaml = writeBlueprint({ metadata, spec, triggers, verification, decide });
  refuseInvalid(yaml, file);
  return { format, service: name, yaml, mapping: conversion.mapping };
}

/** What is handed out holds whatever the stack: values of the source that a blueprint cannot have are the source's mistake. */
function refuseInvalid(yaml: string, file: string): void {
  const stack = { metricPreset: "eks", target: { cluster: "cluster", namespace: "namespace" } } as const;
  const [wrong] = parseBlueprintText(yaml, file, stack).problems.filter(({ stage }) => stage === "authored");
  if (wrong === undefined) return;
  throw problem(file, `its values make no blueprint: ${pathText(wrong.path)}: ${wrong.message}`, wrong.fix);
}

function convert(format: ImportFormat, sources: readonly SourceDocument[], context: ImportContext): Conversion {
  if (format === "openslo") return fromOpenSlo(sources, context);
  const [source, second] = sources;
  if (source === undefined) throw new ImportError([]);
  if (second !== undefined) throw second.broken([], `a second document, where ${format} has one`, "import one document at a time");
  if (format === "kayenta") return fromKayenta(source, context);
  return format === "seed" ? fromSeed(source, context) : fromFlagger(source, context);
}

function formatOf(sources: readonly SourceDocument[]): ImportFormat {
  const [first] = sources;
  if (sources.some(isOpenSlo)) return "openslo";
  if (first !== undefined && isFlagger(first)) return "flagger";
  if (first !== undefined && isSeed(first)) return "seed";
  if (first !== undefined && isKayenta(first)) return "kayenta";
  throw (
    first?.broken(
      [],
      "not a format that is known: neither rollback_triggers or rollback_policy, nor apiVersion openslo/v1, nor a Flagger Canary, nor a Kayenta canary configuration",
      "name another file, or say --format",
    ) ?? new ImportError([])
  );
}

function nothingMapped({ mapping }: Conversion): string {
  const why = mapping.filter(({ status }) => status === "not-mapped").map(({ source, note }) => `${source}: ${note}`);
  return `nothing in it became a trigger${why.length === 0 ? "" : ` (${why.join("; ")})`}`;
}

function problem(file: string, message: string, fix: string): ImportError {
  return new ImportError([{ ...authoredProblem([], message, fix), file, line: 1, column: 1, length: 1 }]);
}
