import type { AuthoredSignal } from "./blueprint-authored-metrics.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import { describedCapacity } from "./blueprint-signal-capacity.ts";
import type { SignalMeaning } from "./blueprint-signals.ts";
import { parseDurationSeconds } from "./duration.ts";
import { documentedUnit } from "./metric-sources/documented-units.ts";
import { isMinuteNamespace, isPrometheusNamespace, metricsOf, percentileOf } from "./metric-sources/namespaces.ts";
import { convertQuantity, parseQuantity } from "./quantity.ts";
import type { MetricRef, SignalSource } from "./signal.ts";
import { wellKnownSignal } from "./well-known-signals.ts";

/** Periods below a minute that GetMetricData takes. */
const HIGH_RESOLUTION_SECONDS: readonly number[] = [1, 5, 10, 20, 30];

/** What a signal of `spec.signals` means and is read from; null, with a problem, where that cannot be said. */
export function describedSignal(name: string, signal: AuthoredSignal, problems: Problem[]): SignalMeaning | null {
  const path = ["spec", "signals", name];
  const kinds = [signal.metric, signal.ratio, signal.alarm].filter((source) => source !== undefined).length;
  if (kinds !== 1) {
    problems.push(authoredProblem(path, `signal ${name} has ${kinds} of metric, ratio and alarm`, "give it exactly one of them"));
    return null;
  }
  if (signal.capacity !== undefined && signal.metric === undefined) {
    const fix = "remove capacity, or give the signal a metric that says what is used or free";
    problems.push(authoredProblem([...path, "capacity"], `signal ${name} has a capacity and no metric`, fix));
    return null;
  }
  const source = sourceOf(name, signal, path, problems);
  if (source === null) return null;
  const known = wellKnownSignal(name);
  const unit = source.kind === "capacity" ? "%" : (signal.unit ?? (source.kind === "alarm" ? "count" : null));
  if (unit === null) {
    const usual = (source.kind === "metric" ? documentedUnit(source.metric) : null) ?? known?.unit ?? null;
    problems.push(
      authoredProblem(
        path,
        `signal ${name} has no unit`,
        `add the unit that CloudWatch holds${usual === null ? "" : `, such as unit: "${usual}"`}`,
      ),
    );
    return null;
  }
  problems.push(...ratioProblems(name, signal, source, path), ...publishesProblems(name, signal, source, path));
  problems.push(...nameProblems(source, path), ...statisticProblems(source, path));
  problems.push(...unitProblems(signal, source, path));
  const resolutionSeconds = resolutionOf(signal, source, path, problems);
  const better = signal.better ?? known?.better ?? "lower";
  const publishes = signal.publishes ?? (source.kind === "metric" ? known?.publishes : undefined);
  return {
    name,
    unit,
    better,
    class: known?.class ?? "performance",
    severity: known?.severity ?? null,
    armed: { name, unit, better, source, resolutionSeconds, ...(publishes === undefined ? {} : { publishes }) },
    from: "blueprint",
  };
}

function sourceOf(name: string, signal: AuthoredSignal, path: ProblemPath, problems: Problem[]): SignalSource | null {
  if (signal.alarm !== undefined) return { kind: "alarm", alarmName: signal.alarm };
  if (signal.ratio !== undefined) {
    const { part, total, minimum_total: minimumTotal } = signal.ratio;
    return { kind: "ratio", part: metricOf(part), total: metricOf(total), minimumTotal };
  }
  if (signal.metric === undefined) return null;
  const metric = metricOf(signal.metric);
  const { capacity } = signal;
  return capacity === undefined ? { kind: "metric", metric } : describedCapacity(name, { ...signal, capacity }, metric, path, problems);
}

function ratioProblems(name: string, { unit }: AuthoredSignal, source: SignalSource, path: ProblemPath): readonly Problem[] {
  if (source.kind !== "ratio") return [];
  const percentiles = [source.part, source.total].some(({ stat }) => percentileOf(stat) !== null);
  return [
    ...(unit === "%"
      ? []
      : [authoredProblem([...path, "unit"], `signal ${name} is a ratio in ${unit}`, 'a ratio is a percentage: write unit: "%"')]),
    ...(percentiles
      ? [authoredProblem([...path, "ratio"], `signal ${name} divides percentiles, which is no share of anything`, "use Sum or SampleCount")]
      : []),
  ];
}

/** Only a metric's silence can mean that nothing happened: a ratio has no value with too little traffic, a level is not an event. */
function publishesProblems(name: string, { publishes }: AuthoredSignal, source: SignalSource, path: ProblemPath): readonly Problem[] {
  if (publishes === undefined || source.kind === "metric" || (publishes === "continuous" && source.kind !== "alarm")) return [];
  const why = {
    alarm: `is the alarm ${source.kind === "alarm" ? source.alarmName : ""}, which treats missing data by itself`,
    ratio: "is a ratio, which has no value with too little traffic: silence says nothing of it",
    capacity: "is the level of a capacity, and a level that nobody measured is not an event that did not happen",
  }[source.kind];
  return [authoredProblem([...path, "publishes"], `signal ${name} ${why}`, "remove publishes")];
}

function nameProblems(source: SignalSource, path: ProblemPath): readonly Problem[] {
  if (source.kind !== "alarm" || !/^(rollguard|rgpart)-/.test(source.alarmName)) return [];
  const problem = `alarm ${source.alarmName} has a name that Rollguard gives`;
  return [authoredProblem([...path, "alarm"], problem, "name an alarm of your own, or use metric or ratio")];
}

/** A limit in the wrong unit is never reached, or always: a load balancer's 0.2 s is not over 200 of anything. */
function unitProblems({ unit, capacity }: AuthoredSignal, source: SignalSource, path: ProblemPath): readonly Problem[] {
  if (source.kind !== "metric" && source.kind !== "capacity") return [];
  const held = documentedUnit(source.metric);
  const said = unit ?? (typeof capacity?.total === "string" ? parseQuantity(capacity.total)?.unit : "count");
  if (held === null || said === undefined || said === held) return [];
  const { namespace, name } = source.metric;
  const at = unit === undefined ? [...path, "capacity", "total"] : [...path, "unit"];
  const converted = convertQuantity({ value: 1, unit: held }, said) === null ? "" : `; conditions in ${said} are converted`;
  return [authoredProblem(at, `CloudWatch holds ${name} of ${namespace} in ${held}, not ${said}`, `write unit: "${held}"${converted}`)];
}

/** Where the name already says that the series is a Prometheus counter or a bucket, its percentile is no percentile of what it counts. */
function statisticProblems(source: SignalSource, path: ProblemPath): readonly Problem[] {
  return metricsOf(source).flatMap(({ namespace, name, stat }) => {
    const part = /_(bucket|sum|count|total)$/.exec(name)?.[1];
    if (part === undefined || source.kind !== "metric" || percentileOf(stat) === null || !isPrometheusNamespace(namespace)) return [];
    const what = part === "bucket" ? "the bucket of a histogram" : "a counter";
    return [
      authoredProblem(
        [...path, "metric", "stat"],
        `${stat} of ${name} is a percentile of the growth of ${what} per scrape, not of what it counts`,
        "publish a summary with quantiles and name its series with dimensions: {quantile: ...}, or use Application Signals or the load balancer",
      ),
    ];
  });
}

function resolutionOf({ resolution }: AuthoredSignal, source: SignalSource, path: ProblemPath, problems: Problem[]): number {
  const seconds = parseDurationSeconds(resolution ?? "60s") ?? 60;
  const minutes = seconds % 60 === 0 && seconds >= 60 && seconds <= 3600;
  const at = [...path, "resolution"];
  if (!HIGH_RESOLUTION_SECONDS.includes(seconds) && !minutes) {
    problems.push(
      authoredProblem(
        at,
        `resolution ${resolution} is out of range`,
        "use 1s, 5s, 10s, 20s, 30s or whole minutes up to an hour: CloudWatch answers in no other period",
      ),
    );
  }
  const slow = metricsOf(source).find(({ namespace }) => isMinuteNamespace(namespace));
  if (seconds < 60 && slow !== undefined)
    problems.push(
      authoredProblem(at, `resolution ${resolution} is finer than ${slow.namespace} has values`, "remove it: there is one a minute"),
    );
  return seconds;
}

/** Dimensions in the order of their names, so that the same blueprint compiles to the same bytes. */
function metricOf(metric: NonNullable<AuthoredSignal["metric"]>): MetricRef {
  const dimensions = Object.fromEntries(Object.entries(metric.dimensions ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { namespace: metric.namespace, name: metric.name, dimensions, stat: metric.stat };
}
