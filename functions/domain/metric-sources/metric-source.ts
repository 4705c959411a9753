import type { MetricRef, Signal, SignalSource } from "../signal.ts";

/** One well-known signal as a source measures it. */
export interface SourceSignal {
  readonly source: SignalSource;
  readonly resolutionSeconds: number;
  /** Where CloudWatch holds another unit than the well-known name has: a load balancer's latency is in s. Absent: the name's own. */
  readonly unit?: Signal["unit"];
  /** Where the source publishes otherwise than the name says: a count with zeros is continuous. Absent: the name's own. */
  readonly publishes?: Signal["publishes"];
}

/** Something that publishes well-known signals of a service: a section of `spec.metrics`, or a part of a stack's preset. */
export interface MetricSource {
  /** As `rollguard validate` prints it. */
  readonly title: string;
  /** Null when this source does not measure the signal. */
  bind(signalName: string): SourceSignal | null;
}

/** Vended metrics and those of the agents on EKS have a value every minute, never oftener. */
export const MINUTE_SECONDS = 60;
/** Under 100 requests a minute one error is more than the usual 1 %. */
export const DEFAULT_MINIMUM_REQUESTS = 100;

/** A metric of one minute, with its dimensions in the order of their names, so that the same blueprint compiles to the same bytes. */
export function minuteMetric(namespace: string, name: string, dimensions: Readonly<Record<string, string>>, stat: string): SourceSignal {
  return { source: { kind: "metric", metric: metricRef(namespace, name, dimensions, stat) }, resolutionSeconds: MINUTE_SECONDS };
}

/** The guarded percentage of two metrics. It has no value with too little in `total`, so silence is never a good one: continuous. */
export function minuteRatio(part: MetricRef, total: MetricRef, minimumTotal: number): SourceSignal {
  return { source: { kind: "ratio", part, total, minimumTotal }, resolutionSeconds: MINUTE_SECONDS };
}

export function metricRef(namespace: string, name: string, dimensions: Readonly<Record<string, string>>, stat: string): MetricRef {
  return { namespace, name, dimensions: sorted(dimensions), stat };
}

/** `p95` of `latency_p95`; null for every other signal. */
export function latencyPercentile(signalName: string): string | null {
  return /^latency_(p\d\d)$/.exec(signalName)?.[1] ?? null;
}

/** The first source that measures a signal. */
export function firstSource(
  sources: readonly MetricSource[],
  signalName: string,
): { readonly from: string; readonly bound: SourceSignal } | null {
  for (const source of sources) {
    const bound = source.bind(signalName);
    if (bound !== null) return { from: source.title, bound };
  }
  return null;
}

function sorted(dimensions: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)));
}
