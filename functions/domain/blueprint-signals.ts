import type { Severity, Target, TriggerClass } from "./blueprint.ts";
import type { AuthoredBlueprint } from "./blueprint-authored.ts";
import { metricsProblems, missingPart } from "./blueprint-metrics.ts";
import { armingProblem, authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import { describedSignal } from "./blueprint-signal-described.ts";
import { closestWord } from "./closest-word.ts";
import { type MetricPresetName, metricPreset } from "./metric-presets.ts";
import { firstSource, type SourceSignal } from "./metric-sources/metric-source.ts";
import { sourcesOfMetrics } from "./metric-sources/sources-of-metrics.ts";
import type { Signal, Unit } from "./signal.ts";
import { WELL_KNOWN_SIGNALS, type WellKnownSignal, wellKnownSignal } from "./well-known-signals.ts";

/** What is known of a signal: always what it means; where it is read from only when it could be bound. */
export interface SignalMeaning {
  readonly name: string;
  /** As CloudWatch holds it where it is bound: another source may hold another unit than the well-known name has. */
  readonly unit: Unit;
  readonly better: "lower" | "higher";
  readonly class: TriggerClass;
  readonly severity: Severity | null;
  /** Null: well known, but nothing measures it here. */
  readonly armed: Signal | null;
  /** `blueprint`, `metrics <section>` or `preset <name>`. */
  readonly from: string;
}

/** A place in the blueprint that names a signal. */
export interface SignalReference {
  readonly name: string;
  readonly path: ProblemPath;
}

export interface SignalBindings {
  readonly byName: ReadonlyMap<string, SignalMeaning>;
  readonly problems: readonly Problem[];
}

export interface SignalStack {
  readonly target: Target | null;
  readonly metricPreset: MetricPresetName;
}

/**
 * Finds every signal that is described in the blueprint or named by a trigger or check: first in `spec.signals`, then in `spec.metrics`, then in the
 * stack's preset. `target` is null while cluster or namespace are unknown.
 */
export function bindSignals(authored: AuthoredBlueprint, references: readonly SignalReference[], stack: SignalStack): SignalBindings {
  const byName = new Map<string, SignalMeaning>();
  const problems: Problem[] = [...metricsProblems(authored.spec?.metrics)];
  const described = Object.entries(authored.spec?.signals ?? {});
  for (const [name, signal] of described) {
    const meaning = describedSignal(name, signal, problems);
    if (meaning !== null) byName.set(name, meaning);
  }
  const reported = new Set(described.map(([name]) => name));
  for (const { name, path } of references) {
    if (byName.has(name) || reported.has(name)) continue;
    const meaning = measuredSignal(name, authored, stack);
    if (meaning === null) problems.push(unknownSignal(name, path, [...reported]));
    else byName.set(name, meaning);
    if (meaning?.armed === null && stack.target !== null) problems.push(unmeasuredSignal(name, path, authored, stack.metricPreset));
    reported.add(name);
  }
  return { byName, problems };
}

/** A well-known signal, measured by `spec.metrics` or else by the preset; null for other names. */
export function measuredSignal(
  name: string,
  authored: AuthoredBlueprint,
  { target, metricPreset: preset }: SignalStack,
): SignalMeaning | null {
  const known = wellKnownSignal(name);
  if (known === null) return null;
  const service = authored.metadata.name;
  const own = firstSource(sourcesOfMetrics(authored.spec?.metrics ?? {}, service, target), name);
  const bound = own?.bound ?? (target === null ? null : metricPreset(preset).bind(name, service, target));
  return {
    name,
    unit: bound?.unit ?? known.unit,
    better: known.better,
    class: known.class,
    severity: known.severity,
    armed: bound === null ? null : armedSignal(name, known, bound),
    from: own?.from ?? `preset ${preset}`,
  };
}

function armedSignal(name: string, known: WellKnownSignal, { source, resolutionSeconds, unit, publishes }: SourceSignal): Signal {
  const published = publishes ?? known.publishes;
  return {
    name,
    unit: unit ?? known.unit,
    better: known.better,
    source,
    resolutionSeconds,
    ...(published === undefined ? {} : { publishes: published }),
  };
}

function unknownSignal(name: string, path: ProblemPath, described: readonly string[]): Problem {
  const names = [...described, ...Object.keys(WELL_KNOWN_SIGNALS)];
  const meant = closestWord(name, names);
  const fix =
    meant === null
      ? `describe it in spec.signals, or use one of ${names.join(", ")}`
      : `did you mean ${meant}? Else describe it in spec.signals`;
  return authoredProblem(path, `unknown signal ${name}`, fix);
}

function unmeasuredSignal(name: string, path: ProblemPath, { spec }: AuthoredBlueprint, preset: MetricPresetName): Problem {
  const missing = missingPart(name, spec?.metrics);
  const nobody = spec?.metrics === undefined ? "" : "spec.metrics does not measure it, and ";
  return armingProblem(
    path,
    `signal ${name} cannot be armed: ${nobody}the metric preset "${preset}" does not measure it`,
    missing ??
      `describe it in spec.signals.${name} with metric, ratio or alarm, name its source in spec.metrics, or choose another metric preset for the stack`,
  );
}
