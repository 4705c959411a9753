import type { ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import { type Conversion, type ImportContext, type ImportedTrigger, STARTS_IN_OBSERVE } from "./imported.ts";
import { readKayentaMetric } from "./kayenta-metric.ts";
import { Mapping } from "./mapping.ts";
import type { SourceDocument } from "./source-document.ts";

const NO_SCORE =
  "no score decides here: each trigger acts by itself, and each arm's signals are judged within one budget (docs/judging.md)";
const RECORD = "Kayenta's own record";
/** Why a part of the configuration has no place in a blueprint. */
const ELSEWHERE: readonly (readonly [path: ProblemPath, note: string])[] = [
  [["id"], RECORD],
  [["configVersion"], RECORD],
  [["createdTimestamp"], RECORD],
  [["createdTimestampIso"], RECORD],
  [["updatedTimestamp"], RECORD],
  [["updatedTimestampIso"], RECORD],
  [["description"], RECORD],
  [["templates"], "queries of another metric source: signals are described in spec.signals"],
  [["services"], "where metrics are read is CloudWatch"],
  [["classifier"], NO_SCORE],
];
const JUDGE = "NetflixACAJudge-v1.0";

/** Whether the document is a canary configuration of Kayenta (https://github.com/spinnaker/kayenta, docs/canary-config.md). */
export function isKayenta(source: SourceDocument): boolean {
  const metrics = source.at(["metrics"]);
  return (
    Array.isArray(metrics) && (source.at(["classifier"]) !== undefined || source.at(["metrics", 0, "analysisConfigurations"]) !== undefined)
  );
}

/** Converts the metrics of a canary configuration into baseline triggers. Groups, weights and scores stay Kayenta's. */
export function fromKayenta(source: SourceDocument, _context: ImportContext): Conversion {
  const mapping = new Mapping(source);
  const applications = source.list(["applications"]) ?? [];
  const [application] = applications;
  const isNamed = typeof application === "string" && application !== "" && application !== "ad-hoc";
  const service = isNamed ? application : (source.text(["name"]) ?? null);
  if (isNamed) mapping.mapped(["applications", 0], "metadata.name");
  for (const index of applications.keys()) {
    if (index > 0 || !isNamed) mapping.notMapped(["applications", index], "a blueprint is of one service");
  }
  if (isNamed) mapping.notMapped(["name"], "the blueprint has the name of its service");
  else mapping.mapped(["name"], "metadata.name");
  const judge = source.text(["judge", "name"]);
  if (judge === JUDGE) mapping.mapped(["judge"], "the judge of two arms", "the same ranks without an absolute tolerance (docs/judging.md)");
  else mapping.notMapped(["judge"], "another judge than NetflixACAJudge is not known");
  const triggers: ImportedTrigger[] = [];
  for (const index of (source.list(["metrics"]) ?? []).keys()) readKayentaMetric({ source, mapping, triggers }, ["metrics", index]);
  for (const [path, note] of ELSEWHERE) mapping.notMapped(path, note);
  return {
    service,
    spec: { mode: "observe", mode_reason: "imported from Kayenta: arm it when the alarms have proven right" },
    verification: null,
    triggers,
    decide: [
      "Kayenta compares the canary with a control at the same time; these triggers compare the service with itself before the change. Where both arms have " +
        "signals, name them in spec.traffic.arm_signals, or write against: control (docs/traffic.md, docs/triggers.md).",
      STARTS_IN_OBSERVE,
    ],
    mapping: mapping.entries(),
  };
}
