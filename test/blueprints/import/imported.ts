import { readFileSync } from "node:fs";
import { type ImportedBlueprint, type ImportOptions, importBlueprint } from "../../../blueprints/import/import-blueprint.ts";
import type { MappingEntry } from "../../../blueprints/import/mapping.ts";
import { parseBlueprintText } from "../../../blueprints/load-blueprints.ts";
import type { Blueprint } from "../../../functions/domain/blueprint.ts";

export const TODAY = "2026-11-27";

/** Text of a source under `fixtures`. */
export function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
}

/** Imports a text as the service `checkout`. */
export function imported(text: string, options: Partial<ImportOptions> = {}): ImportedBlueprint {
  return importBlueprint(text, "source.yml", { format: null, service: "checkout", today: TODAY, ...options });
}

/** What the imported YAML compiles to on a stack with the metric preset `eks`; throws the problems if there are any. */
export function compiled({ yaml }: Pick<ImportedBlueprint, "yaml">): Blueprint {
  const stack = { metricPreset: "eks", target: { cluster: "prod", namespace: "shop" } } as const;
  const { blueprint, problems } = parseBlueprintText(yaml, "checkout.yaml", stack);
  if (blueprint === null) throw new Error(JSON.stringify(problems));
  return blueprint;
}

/** What became of a part of the source. */
export function entryOf({ mapping }: ImportedBlueprint, source: string): MappingEntry {
  const entry = mapping.find((candidate) => candidate.source === source);
  if (entry === undefined) throw new Error(`nothing is said of ${source}`);
  return entry;
}
