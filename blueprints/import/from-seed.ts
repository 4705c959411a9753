import { type Conversion, type ImportContext, STARTS_IN_OBSERVE } from "./imported.ts";
import { Mapping } from "./mapping.ts";
import { readPolicy } from "./seed-policy.ts";
import { readTriggers, type SeedReading } from "./seed-triggers.ts";
import type { SourceDocument } from "./source-document.ts";

/** Whether the document holds one of the seeds' blocks (seed 002). */
export function isSeed(source: SourceDocument): boolean {
  return source.at(["rollback_triggers"]) !== undefined || source.at(["rollback_policy"]) !== undefined;
}

const PRESETS_OBSERVE =
  "A preset observes too, and starts nothing: write mode: auto at its trigger once `rollguard incidents --observed` has shown that it is right.";

/** Converts `rollback_triggers` and `rollback_policy`; a document may hold both. */
export function fromSeed(source: SourceDocument, context: ImportContext): Conversion {
  const reading: SeedReading = { source, mapping: new Mapping(source), context, triggers: [] };
  readTriggers(reading);
  const { enabled, verification } = readPolicy(reading);
  const reason = enabled ? "imported: arm it when the alarms have proven right" : `imported with enabled: false (${source.file})`;
  return {
    service: null,
    spec: { mode: "observe", mode_reason: reason },
    verification,
    triggers: reading.triggers,
    decide: [STARTS_IN_OBSERVE, PRESETS_OBSERVE],
    mapping: reading.mapping.entries(),
  };
}
