import type { Target } from "./blueprint.ts";
import type { MetricRef, SignalSource } from "./signal.ts";
import { wellKnownSignal } from "./well-known-signals.ts";

export { WELL_KNOWN_SIGNALS, type WellKnownSignal, wellKnownSignal } from "./well-known-signals.ts";

export const METRIC_PRESETS = ["eks", "demo", "none"] as const;
/** Where the well-known signals of a stack come from. `none`: every signal must be described in the blueprint. */
export type MetricPresetName = (typeof METRIC_PRESETS)[number];

export interface PresetSignal {
  readonly source: SignalSource;
  readonly resolutionSeconds: number;
}

export interface MetricPreset {
  /** For people, as `rollguard validate` prints it. */
  readonly title: string;
  /** Null when this preset does not measure the signal. */
  bind(signalName: string, service: string, target: Target): PresetSignal | null;
}

export function metricPreset(name: MetricPresetName): MetricPreset {
  return PRESETS[name];
}

/**
 * Application Signals (`Latency` in ms, `Fault`; dimensions Environment and Service) and Container Insights with enhanced observability
 * (dimensions ClusterName, Namespace, PodName, where PodName is the workload's name). Names and dimensions are AWS's documentation; they
 * have NOT been measured on a real account: compare `rollguard validate` with the console before you arm. Utilisation is of the pod's own
 * limit (`pod_cpu_utilization` alone is of the node), so it has data only where every container has a limit. All are 60 s metrics.
 */
const EKS: MetricPreset = {
  title: "eks (Application Signals and Container Insights)",
  bind(signalName, service, target) {
    const application = { Environment: `eks:${target.cluster}/${target.namespace}`, Service: service };
    const pods = { ClusterName: target.cluster, Namespace: target.namespace, PodName: target.name };
    const signals = (name: string, stat: string): MetricRef => ({ namespace: "ApplicationSignals", name, dimensions: application, stat });
    const insights = (name: string): MetricRef => ({ namespace: "ContainerInsights", name, dimensions: pods, stat: "Average" });
    const source = sourceOf(signalName, {
      latency: (stat) => signals("Latency", stat),
      requests: signals("Latency", "SampleCount"),
      errors: signals("Fault", "Sum"),
      // Under 100 requests a minute one error is more than the usual 1 %.
      minimumRequests: 100,
      others: {
        cpu_utilization: { kind: "metric", metric: insights("pod_cpu_utilization_over_pod_limit") },
        memory_utilization: { kind: "metric", metric: insights("pod_memory_utilization_over_pod_limit") },
        ready_percent: { kind: "ratio", part: insights("replicas_ready"), total: insights("replicas_desired"), minimumTotal: 1 },
      },
    });
    return source === null ? null : { source, resolutionSeconds: 60 };
  },
};

/** The traffic model of the embedded default: one namespace `Demo/<service>` without dimensions, stored with 1 s resolution. */
const DEMO: MetricPreset = {
  title: "demo (the traffic model's Demo/<service> metrics)",
  bind(signalName, service) {
    const demo = (name: string, stat: string): MetricRef => ({ namespace: `Demo/${service}`, name, dimensions: {}, stat });
    const source = sourceOf(signalName, {
      latency: (stat) => demo("Latency", stat),
      requests: demo("RequestCount", "Sum"),
      errors: demo("ErrorCount", "Sum"),
      minimumRequests: 20,
      others: {
        cpu_utilization: { kind: "metric", metric: demo("CPUUtilization", "Average") },
        memory_utilization: { kind: "metric", metric: demo("MemoryUtilization", "Average") },
        conversion_rate: { kind: "metric", metric: demo("ConversionRate", "Average") },
        ready_percent: { kind: "metric", metric: demo("ReadyPercent", "Average") },
      },
    });
    return source === null ? null : { source, resolutionSeconds: 1 };
  },
};

const NONE: MetricPreset = { title: "none", bind: () => null };

const PRESETS: Readonly<Record<MetricPresetName, MetricPreset>> = { eks: EKS, demo: DEMO, none: NONE };

interface PresetMetrics {
  latency(stat: string): MetricRef;
  readonly requests: MetricRef;
  readonly errors: MetricRef;
  readonly minimumRequests: number;
  readonly others: Readonly<Record<string, SignalSource>>;
}

function sourceOf(signalName: string, metrics: PresetMetrics): SignalSource | null {
  if (wellKnownSignal(signalName) === null) return null;
  const percentile = /^latency_(p\d\d)$/.exec(signalName)?.[1];
  if (percentile !== undefined) return { kind: "metric", metric: metrics.latency(percentile) };
  if (signalName === "request_count") return { kind: "metric", metric: metrics.requests };
  if (signalName === "error_count") return { kind: "metric", metric: metrics.errors };
  if (signalName === "error_rate")
    return { kind: "ratio", part: metrics.errors, total: metrics.requests, minimumTotal: metrics.minimumRequests };
  return metrics.others[signalName] ?? null;
}
