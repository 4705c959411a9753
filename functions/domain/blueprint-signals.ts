import type { Severity, Target, TriggerClass } from "./blueprint.ts";
import type { AuthoredBlueprint, AuthoredSignal } from "./blueprint-authored.ts";
import { armingProblem, authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import { closestWord } from "./closest-word.ts";
import { parseDurationSeconds } from "./duration.ts";
import { type MetricPresetName, metricPreset, WELL_KNOWN_SIGNALS, wellKnownSignal } from "./metric-presets.ts";
import type { MetricRef, Signal, SignalSource, Unit } from "./signal.ts";

/** Periods below a minute that GetMetricData takes. */
const HIGH_RESOLUTION_SECONDS: readonly number[] = [1, 5, 10, 20, 30];

/** What is known of a signal: always what it means; where it is read from only when it could be bound. */
export interface SignalMeaning {
  readonly name: string;
  readonly unit: Unit;
  readonly better: "lower" | "higher";
  readonly class: TriggerClass;
  readonly severity: Severity | null;
  /** Null: well known, but this stack does not measure it. */
  readonly armed: Signal | null;
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

/** Finds every signal that is described in the blueprint or named by a trigger or check. `target` is null while cluster or namespace are unknown. */
export function bindSignals(
  authored: AuthoredBlueprint,
  references: readonly SignalReference[],
  stack: { readonly target: Target | null; readonly metricPreset: MetricPresetName },
): SignalBindings {
  const byName = new Map<string, SignalMeaning>();
  const problems: Problem[] = [];
  const described = Object.entries(authored.spec?.signals ?? {});
  for (const [name, signal] of described) {
    const meaning = describedSignal(name, signal, problems);
    if (meaning !== null) byName.set(name, meaning);
  }
  const reported = new Set(described.map(([name]) => name));
  for (const { name, path } of references) {
    if (byName.has(name) || reported.has(name)) continue;
    const meaning = presetSignal(name, authored.metadata.name, stack);
    if (meaning === null) problems.push(unknownSignal(name, path, [...reported]));
    else byName.set(name, meaning);
    if (meaning?.armed === null && stack.target !== null) problems.push(unmeasuredSignal(name, path, stack.metricPreset));
    reported.add(name);
  }
  return { byName, problems };
}

function describedSignal(name: string, signal: AuthoredSignal, problems: Problem[]): SignalMeaning | null {
  const path = ["spec", "signals", name];
  const source = sourceOf(signal);
  if (source === null) {
    problems.push(authoredProblem(path, `signal ${name} has ${countOf(signal)} of metric, ratio and alarm`, "give it exactly one of them"));
    return null;
  }
  const known = wellKnownSignal(name);
  const unit = signal.unit ?? (source.kind === "alarm" ? "count" : null);
  if (unit === null) {
    problems.push(
      authoredProblem(
        path,
        `signal ${name} has no unit`,
        `add the unit that CloudWatch holds${known === null ? "" : `, such as unit: "${known.unit}"`}`,
      ),
    );
    return null;
  }
  if (source.kind === "ratio" && unit !== "%") {
    problems.push(authoredProblem([...path, "unit"], `signal ${name} is a ratio in ${unit}`, 'a ratio is a percentage: write unit: "%"'));
  }
  if (source.kind === "ratio" && [source.part, source.total].some(({ stat }) => stat.startsWith("p"))) {
    problems.push(
      authoredProblem([...path, "ratio"], `signal ${name} divides percentiles, which is no share of anything`, "use Sum or SampleCount"),
    );
  }
  if (source.kind === "alarm" && /^(rollguard|rgpart)-/.test(source.alarmName)) {
    problems.push(
      authoredProblem(
        [...path, "alarm"],
        `alarm ${source.alarmName} has a name that Rollguard gives`,
        "name an alarm of your own, or use metric or ratio",
      ),
    );
  }
  const resolutionSeconds = parseDurationSeconds(signal.resolution ?? "60s") ?? 60;
  const minutes = resolutionSeconds % 60 === 0 && resolutionSeconds >= 60 && resolutionSeconds <= 3600;
  if (!HIGH_RESOLUTION_SECONDS.includes(resolutionSeconds) && !minutes) {
    problems.push(
      authoredProblem(
        [...path, "resolution"],
        `resolution ${signal.resolution} is out of range`,
        "use 1s, 5s, 10s, 20s, 30s or whole minutes up to an hour: CloudWatch answers in no other period",
      ),
    );
  }
  const better = signal.better ?? known?.better ?? "lower";
  return {
    name,
    unit,
    better,
    class: known?.class ?? "performance",
    severity: known?.severity ?? null,
    armed: { name, unit, better, source, resolutionSeconds },
    from: "blueprint",
  };
}

function presetSignal(
  name: string,
  service: string,
  stack: { readonly target: Target | null; readonly metricPreset: MetricPresetName },
): SignalMeaning | null {
  const known = wellKnownSignal(name);
  if (known === null) return null;
  const bound = stack.target === null ? null : metricPreset(stack.metricPreset).bind(name, service, stack.target);
  const armed =
    bound === null
      ? null
      : {
          name,
          unit: known.unit,
          better: known.better,
          ...(known.publishes === undefined ? {} : { publishes: known.publishes }),
          ...bound,
        };
  return { name, ...known, armed, from: `preset ${stack.metricPreset}` };
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

function unmeasuredSignal(name: string, path: ProblemPath, preset: MetricPresetName): Problem {
  return armingProblem(
    path,
    `signal ${name} cannot be armed: the metric preset "${preset}" does not measure it`,
    `describe it in spec.signals.${name} with metric, ratio or alarm, or choose another metric preset for the stack`,
  );
}

function sourceOf(signal: AuthoredSignal): SignalSource | null {
  if (countOf(signal) !== 1) return null;
  if (signal.metric !== undefined) return { kind: "metric", metric: metricOf(signal.metric) };
  if (signal.alarm !== undefined) return { kind: "alarm", alarmName: signal.alarm };
  if (signal.ratio === undefined) return null;
  const { part, total, minimum_total: minimumTotal } = signal.ratio;
  return { kind: "ratio", part: metricOf(part), total: metricOf(total), minimumTotal };
}

function countOf(signal: AuthoredSignal): number {
  return [signal.metric, signal.ratio, signal.alarm].filter((source) => source !== undefined).length;
}

/** Dimensions in the order of their names, so that the same blueprint compiles to the same bytes. */
function metricOf(metric: NonNullable<AuthoredSignal["metric"]>): MetricRef {
  const dimensions = Object.fromEntries(Object.entries(metric.dimensions ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { namespace: metric.namespace, name: metric.name, dimensions, stat: metric.stat };
}
