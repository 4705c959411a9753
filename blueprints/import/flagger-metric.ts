import type { ProblemPath } from "../../functions/domain/blueprint-problem.ts";
import { formatDuration } from "../../functions/domain/duration.ts";
import { formatQuantity } from "../../functions/domain/quantity.ts";
import { type WellKnownSignal, wellKnownSignal } from "../../functions/domain/well-known-signals.ts";
import { freeName, type ImportedTrigger, kebabName } from "./imported.ts";
import type { Mapping } from "./mapping.ts";
import { canBeWritten } from "./seed-condition.ts";
import type { SourceDocument } from "./source-document.ts";
import { triggerRefusal } from "./trigger-refusal.ts";

/** What is shared while the metrics of a Canary are read. */
export interface FlaggerReading {
  readonly source: SourceDocument;
  readonly mapping: Mapping;
  /** Failed checks after which Flagger rolls back; null = not said. */
  readonly failures: number | null;
  readonly triggers: ImportedTrigger[];
}

type Bound = "min" | "max";
interface Limit {
  readonly bound: Bound;
  readonly at: ProblemPath;
  readonly value: number;
}

/** Flagger's built-in metrics: what they are here, and how a bound reads. Its duration is the 99th percentile in ms. */
const BUILT_IN: Readonly<Record<string, { readonly signal: string; when(bound: Bound, value: number): string | null }>> = {
  "request-success-rate": {
    signal: "error_rate",
    when: (bound, value) => (bound === "min" ? `> ${formatQuantity(withoutDust(100 - value), "%")}` : null),
  },
  "request-duration": { signal: "latency_p99", when: (bound, value) => (bound === "max" ? `> ${formatQuantity(value, "ms")}` : null) },
};
/** CloudWatch's longest evaluation window for periods below an hour; blueprints keep to it. */
const DAY_SECONDS = 86_400;

/** One metric of the analysis: a trigger for each of its bounds, where its signal is known here. */
export function readMetric(reading: FlaggerReading, path: ProblemPath): void {
  const { source, mapping } = reading;
  source.section(path);
  const name = source.text([...path, "name"]);
  if (name === undefined) throw source.broken(path, "a metric has no name", "add its name");
  const own = name.replaceAll("-", "_");
  const builtIn = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  const signal = builtIn?.signal ?? own;
  const known = wellKnownSignal(signal);
  const seconds = secondsOf(source, path);
  const limits = limitsOf(source, path, name);
  if (known === null) {
    mapping.notMapped(path, `its query is not CloudWatch's: describe the metric in spec.signals.${own} and write the trigger by hand`);
  } else if (4 * seconds > DAY_SECONDS) {
    mapping.notMapped(path, `periods of ${formatDuration(seconds)} are too long: CloudWatch judges a day at most`);
  } else if (limits.length === 0) {
    mapping.notMapped(path, "it has no thresholdRange");
  } else {
    const kept = `the stack's metric preset binds ${signal}, not the source's query`;
    for (const key of ["templateRef", "templateVariables", "query"]) mapping.notMapped([...path, key], kept);
    mapping.mapped([...path, "name"], "signal", signal);
    const rounded = seconds % 60 === 0 ? null : "rounded up: periods below a minute need a signal with such data";
    mapping.mapped([...path, "interval"], "period", rounded);
    const whenOf = builtIn?.when ?? ((bound: Bound, value: number) => plainWhen(known, bound, value));
    for (const limit of limits)
      addTrigger(
        reading,
        { name, signal, known, seconds, isOnly: limits.length === 1, isOwnQuery: builtIn === undefined },
        limit,
        whenOf(limit.bound, limit.value),
      );
  }
}

interface MetricFacts {
  readonly name: string;
  readonly signal: string;
  readonly known: WellKnownSignal;
  readonly seconds: number;
  readonly isOnly: boolean;
  /** Not one of Flagger's own: its query gives what it gives, in no unit that Flagger knows (a template on Prometheus often in seconds, or as a share of 1). */
  readonly isOwnQuery: boolean;
}

function addTrigger(
  { mapping, failures, triggers }: FlaggerReading,
  metric: MetricFacts,
  { bound, at, value }: Limit,
  when: string | null,
): void {
  const { name, signal, known, isOnly } = metric;
  if (when === null || !canBeWritten(when)) {
    const why = when === null ? `a ${bound} of ${name} is no trouble that a rollback would mend` : `a trigger cannot say "${when}"`;
    mapping.notMapped(at, `${why} (${value})`);
    return;
  }
  const base = kebabName(name) ?? "metric";
  const trigger = freeName(isOnly ? base : `${base}-${bound}`, triggers);
  const seconds = Math.ceil(metric.seconds / 60) * 60;
  const fits = failures !== null && (failures + 1) * seconds <= DAY_SECONDS;
  const written = {
    name: trigger,
    signal,
    class: known.class,
    severity: known.severity,
    when,
    period: formatDuration(seconds),
    ...(fits ? { datapoints_to_alarm: failures } : {}),
  };
  const refused = triggerRefusal(written);
  if (refused !== null) {
    mapping.notMapped(at, refused);
    return;
  }
  mapping.mapped(at, `spec.triggers (${trigger}).when`, `${signal} ${when}`);
  triggers.push({
    trigger: written,
    decide: [
      `${signal} is bound by the stack's metric preset, or by spec.signals: is it what Flagger measured?`,
      ...(metric.isOwnQuery && known.unit !== "count" ? [`is ${value} in ${known.unit}? The source's query says no unit.`] : []),
      ...(failures === null || fits ? [] : [`${failures} periods are longer than a day, so the default (2 of 3) holds: is it right?`]),
    ],
  });
}

function plainWhen(known: WellKnownSignal, bound: Bound, value: number): string {
  return `${bound === "min" ? "<" : ">"} ${formatQuantity(value, known.unit)}`;
}

function limitsOf(source: SourceDocument, path: ProblemPath, name: string): readonly Limit[] {
  const deprecated: Bound = name === "request-success-rate" ? "min" : "max";
  const places: readonly (readonly [Bound, ProblemPath])[] = [
    ["min", [...path, "thresholdRange", "min"]],
    ["max", [...path, "thresholdRange", "max"]],
    [deprecated, [...path, "threshold"]],
  ];
  return places.flatMap(([bound, at]) => {
    const value = source.number(at);
    return value === undefined ? [] : [{ bound, at, value }];
  });
}

/** How far the metric's query looks back, in seconds: a Go duration such as `30s` or `1m30s`; a minute where nothing is said. */
function secondsOf(source: SourceDocument, path: ProblemPath): number {
  const text = source.text([...path, "interval"]) ?? "1m";
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|m|s)/g)];
  const seconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unit === "h" ? 3600 : unit === "m" ? 60 : 1), 0);
  if (parts.map(([part]) => part).join("") === text && seconds > 0) return seconds;
  throw source.broken([...path, "interval"], `"${text}" is no interval`, "write one such as 30s or 1m");
}

/** `100 - 99.9` without its binary dust. */
function withoutDust(value: number): number {
  return Number(value.toPrecision(12));
}
