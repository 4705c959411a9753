import type { ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import { readMetric } from "./flagger-metric.ts";
import { type Conversion, type ImportContext, type ImportedTrigger, STARTS_IN_OBSERVE } from "./imported.ts";
import { Mapping } from "./mapping.ts";
import type { SourceDocument } from "./source-document.ts";

/** Whether the document is a Flagger Canary (flagger.app/v1beta1). */
export function isFlagger(source: SourceDocument): boolean {
  return String(source.at(["apiVersion"])).startsWith("flagger.app/") && source.at(["kind"]) === "Canary";
}

const ANALYSIS = ["spec", "analysis"];
/** Why a part of a Canary has no place in a trigger. */
const ELSEWHERE: readonly (readonly [path: ProblemPath, note: string])[] = [
  [["metadata", "labels"], "labels are Kubernetes' own"],
  [["metadata", "annotations"], "annotations are Kubernetes' own"],
  [["spec", "service"], "whose traffic is split is written in spec.traffic (docs/traffic.md)"],
  [["spec", "autoscalerRef"], "the autoscaler of the workload is found by itself"],
  [["spec", "progressDeadlineSeconds"], "the deadline of a restored release is planned from its own pods and probes"],
  [[...ANALYSIS, "interval"], "CloudWatch evaluates alarms every 60 s"],
  [[...ANALYSIS, "maxWeight"], "Flagger goes on to shift the traffic"],
  [[...ANALYSIS, "stepWeight"], "Flagger goes on to shift the traffic"],
  [[...ANALYSIS, "stepWeights"], "Flagger goes on to shift the traffic"],
  [[...ANALYSIS, "iterations"], "Flagger goes on to shift the traffic"],
  [[...ANALYSIS, "match"], "Flagger goes on to shift the traffic"],
  [[...ANALYSIS, "webhooks"], "hooks of a rollback are written in spec.rollback.hooks (docs/hooks.md)"],
  [[...ANALYSIS, "alerts"], "whom to tell is a topic: spec.rollback.escalation, spec.notifications.topic"],
];

const TARGET_KINDS: Readonly<Record<string, "deployment" | "daemon_set">> = { Deployment: "deployment", DaemonSet: "daemon_set" };
/** Converts `spec.analysis.metrics` of a Canary. The weights and steps stay Flagger's. */
export function fromFlagger(source: SourceDocument, _context: ImportContext): Conversion {
  const mapping = new Mapping(source);
  mapping.mapped(["apiVersion"], "the format");
  mapping.mapped(["kind"], "the format");
  const service = objectName(source, ["metadata", "name"]) ?? null;
  const namespace = objectName(source, ["metadata", "namespace"]);
  mapping.mapped(["metadata", "name"], "metadata.name");
  mapping.mapped(["metadata", "namespace"], "spec.target.namespace");
  const target = { ...(namespace === undefined ? {} : { namespace }), ...targetOf(source, mapping) };
  const failures = failuresOf(source, mapping);
  const metrics = source.list([...ANALYSIS, "metrics"]) ?? [];
  const triggers: ImportedTrigger[] = [];
  for (const index of metrics.keys()) readMetric({ source, mapping, failures, triggers }, [...ANALYSIS, "metrics", index]);
  for (const [path, note] of ELSEWHERE) mapping.notMapped(path, note);
  return {
    service,
    spec: {
      ...(Object.keys(target).length === 0 ? {} : { target }),
      mode: "observe",
      mode_reason: "imported from Flagger: arm it when the alarms have proven right",
    },
    verification: null,
    triggers,
    decide: [
      "Flagger judges the canary alone; these triggers judge the whole service. Where the traffic is split, see docs/traffic.md.",
      STARTS_IN_OBSERVE,
    ],
    mapping: mapping.entries(),
  };
}

function targetOf(source: SourceDocument, mapping: Mapping): { deployment?: string; daemon_set?: string } {
  const kind = source.text(["spec", "targetRef", "kind"]);
  const name = objectName(source, ["spec", "targetRef", "name"]);
  const key = kind !== undefined && Object.hasOwn(TARGET_KINDS, kind) ? TARGET_KINDS[kind] : undefined;
  mapping.mapped(["spec", "targetRef", "apiVersion"], "spec.target");
  if (name === undefined || key === undefined) {
    mapping.notMapped(["spec", "targetRef"], `a ${kind ?? "target without a kind"} is not rolled back: name a workload in spec.target`);
    return {};
  }
  mapping.mapped(["spec", "targetRef", "kind"], `spec.target.${key}`);
  mapping.mapped(["spec", "targetRef", "name"], `spec.target.${key}`);
  return { [key]: name };
}

/** Failed checks after which Flagger rolls back. */
function failuresOf(source: SourceDocument, mapping: Mapping): number | null {
  const path = [...ANALYSIS, "threshold"];
  const failures = source.number(path);
  if (failures === undefined) return null;
  if (!Number.isInteger(failures) || failures < 1) {
    mapping.notMapped(path, `${failures} failed checks are no number of bad periods; the default is 2 of 3`);
    return null;
  }
  mapping.mapped(path, "datapoints_to_alarm", "so many bad periods; Flagger counts failed checks of all metrics together");
  return failures;
}

/** Names of Kubernetes (RFC 1123). */
function objectName(source: SourceDocument, path: ProblemPath): string | undefined {
  const name = source.text(path);
  if (name === undefined || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(name)) return name;
  throw source.broken(path, `expected the name of an object, got "${name}"`, "write the name as kubectl shows it");
}
