import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import type { ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import { formatDuration } from "../../functions/domain/duration.ts";
import { formatQuantity } from "../../functions/domain/quantity.ts";
import { type WellKnownSignal, wellKnownSignal } from "../../functions/domain/well-known-signals.ts";
import { type Conversion, type ImportContext, type ImportedTrigger, kebabName, STARTS_IN_OBSERVE } from "./imported.ts";
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
/** Flagger's built-in metrics: what they are here, and how a bound reads. Its duration is the 99th percentile in ms. */
const BUILT_IN: Readonly<Record<string, { readonly signal: string; when(bound: Bound, value: number): string | null }>> = {
  "request-success-rate": {
    signal: "error_rate",
    when: (bound, value) => (bound === "min" ? `> ${formatQuantity(round(100 - value), "%")}` : null),
  },
  "request-duration": { signal: "latency_p99", when: (bound, value) => (bound === "max" ? `> ${formatQuantity(value, "ms")}` : null) },
};

type Bound = "min" | "max";

/** Converts `spec.analysis.metrics` of a Canary. The weights and steps stay Flagger's. */
export function fromFlagger(source: SourceDocument, _context: ImportContext): Conversion {
  const mapping = new Mapping(source);
  mapping.mapped(["apiVersion"], "the format");
  mapping.mapped(["kind"], "the format");
  const service = source.text(["metadata", "name"]) ?? null;
  const namespace = source.text(["metadata", "namespace"]);
  mapping.mapped(["metadata", "name"], "metadata.name");
  mapping.mapped(["metadata", "namespace"], "spec.target.namespace");
  const target = { ...(namespace === undefined ? {} : { namespace }), ...targetOf(source, mapping) };
  const failures = source.number([...ANALYSIS, "threshold"]) ?? null;
  mapping.mapped(
    [...ANALYSIS, "threshold"],
    "datapoints_to_alarm",
    "so many bad periods; Flagger counts failed checks of all metrics together",
  );
  const metrics = source.list([...ANALYSIS, "metrics"]) ?? [];
  const triggers = metrics.flatMap((_, index) => metricTriggers(source, mapping, [...ANALYSIS, "metrics", index], failures));
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
  const name = source.text(["spec", "targetRef", "name"]);
  const key = kind === undefined ? undefined : TARGET_KINDS[kind];
  mapping.mapped(["spec", "targetRef", "apiVersion"], "spec.target");
  if (name === undefined || key === undefined) {
    mapping.notMapped(["spec", "targetRef"], `a ${kind ?? "target without a kind"} is not rolled back: name a workload in spec.target`);
    return {};
  }
  mapping.mapped(["spec", "targetRef", "kind"], `spec.target.${key}`);
  mapping.mapped(["spec", "targetRef", "name"], `spec.target.${key}`);
  return { [key]: name };
}

function metricTriggers(source: SourceDocument, mapping: Mapping, path: ProblemPath, failures: number | null): readonly ImportedTrigger[] {
  source.section(path);
  const name = source.text([...path, "name"]);
  if (name === undefined) throw source.broken(path, "a metric has no name", "add its name");
  const own = name.replaceAll("-", "_");
  const custom = wellKnownSignal(own);
  const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  const signal = builtIn?.signal ?? (custom === null ? null : own);
  if (signal === null) {
    const how = `its query is not CloudWatch's: describe the metric in spec.signals.${own} and write the trigger by hand`;
    mapping.notMapped(path, how);
    return [];
  }
  if (builtIn === undefined)
    mapping.notMapped([...path, "templateRef"], `the stack's metric preset binds ${signal}, not the template's query`);
  if (source.at([...path, "query"]) !== undefined)
    mapping.notMapped([...path, "query"], `the stack's metric preset binds ${signal}, not this query`);
  mapping.mapped([...path, "name"], "signal", signal);
  const period = periodOf(source, mapping, path);
  const bounds = (["min", "max"] as const).flatMap((bound) => {
    const at = [...path, "thresholdRange", bound];
    const value = source.number(at);
    return value === undefined ? [] : [{ bound, at, value }];
  });
  const old = source.number([...path, "threshold"]);
  if (old !== undefined) bounds.push({ bound: name === "request-success-rate" ? "min" : "max", at: [...path, "threshold"], value: old });
  if (bounds.length === 0) mapping.notMapped(path, "it has no thresholdRange");
  return bounds.flatMap(({ bound, at, value }): ImportedTrigger[] => {
    const when = builtIn?.when(bound, value) ?? (builtIn === undefined && custom !== null ? customWhen(custom, bound, value) : null);
    if (when === null) {
      mapping.notMapped(at, `a ${bound} of ${name} is no trouble that a rollback would mend`);
      return [];
    }
    const base = kebabName(name) ?? signal;
    const trigger = bounds.length === 1 ? base : `${base}-${bound}`;
    mapping.mapped(at, `spec.triggers (${trigger}).when`, `${signal} ${when}`);
    return [triggerOf(trigger, signal, when, period, failures)];
  });
}

function triggerOf(name: string, signal: string, when: string, period: string, failures: number | null): ImportedTrigger {
  const known = wellKnownSignal(signal);
  const trigger: AuthoredTrigger = {
    name,
    signal,
    class: known?.class ?? "performance",
    severity: known?.severity ?? "medium",
    when,
    period,
    ...(failures === null ? {} : { datapoints_to_alarm: failures }),
  };
  return { trigger, decide: [`${signal} is bound by the stack's metric preset, or by spec.signals: is it what Flagger measured?`] };
}

function customWhen(known: WellKnownSignal, bound: Bound, value: number): string {
  return `${bound === "min" ? "<" : ">"} ${formatQuantity(value, known.unit)}`;
}

/** Flagger's interval is how far the query looks back. Below a minute only signals with such data can be judged, and nobody knows that here. */
function periodOf(source: SourceDocument, mapping: Mapping, path: ProblemPath): string {
  const text = source.text([...path, "interval"]);
  if (text === undefined) return "1m";
  const [, amount = "", unit = ""] = /^(\d+)(s|m|h)$/.exec(text) ?? [];
  const seconds = Number(amount) * ({ s: 1, m: 60, h: 3600 }[unit] ?? Number.NaN);
  if (!(seconds > 0)) throw source.broken([...path, "interval"], `"${text}" is no interval`, "write one such as 30s or 1m");
  const period = formatDuration(Math.ceil(seconds / 60) * 60);
  mapping.mapped(
    [...path, "interval"],
    "period",
    seconds % 60 === 0 ? null : `${period}: periods below a minute need a signal with such data`,
  );
  return period;
}

/** `100 - 99.9` without its binary dust. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
