import type { Target } from "./blueprint.ts";
import { applicationSignals, eksEnvironment } from "./metric-sources/application-signals.ts";
import { containerInsights } from "./metric-sources/container-insights.ts";
import { demoModel } from "./metric-sources/demo-model.ts";
import { firstSource, type SourceSignal } from "./metric-sources/metric-source.ts";

export { WELL_KNOWN_SIGNALS, type WellKnownSignal, wellKnownSignal } from "./well-known-signals.ts";

export const METRIC_PRESETS = ["eks", "demo", "none"] as const;
/** Where the well-known signals of a stack come from, unless a blueprint says so itself. `none`: every blueprint must. */
export type MetricPresetName = (typeof METRIC_PRESETS)[number];

export interface MetricPreset {
  /** For people, as `rollguard validate` prints it. */
  readonly title: string;
  /** Null when this preset does not measure the signal. */
  bind(signalName: string, service: string, target: Target): SourceSignal | null;
}

export function metricPreset(name: MetricPresetName): MetricPreset {
  return PRESETS[name];
}

/**
 * What `spec.metrics` with empty sections application_signals and container_insights gives. Names and dimensions are AWS's documentation; they have NOT been
 * measured on a real account: compare `rollguard validate` with the console before you arm.
 */
const EKS: MetricPreset = {
  title: "eks (Application Signals and Container Insights)",
  bind(signalName, service, { cluster, namespace, name, kind }) {
    const sources = [
      applicationSignals({ environment: eksEnvironment(cluster, namespace), service }),
      containerInsights({ cluster, namespace, podName: name, kind }),
    ];
    return firstSource(sources, signalName)?.bound ?? null;
  },
};

const DEMO: MetricPreset = {
  title: "demo (the traffic model's Demo/<service> metrics)",
  bind: (signalName, service) => demoModel(service).bind(signalName),
};

const NONE: MetricPreset = { title: "none", bind: () => null };

const PRESETS: Readonly<Record<MetricPresetName, MetricPreset>> = { eks: EKS, demo: DEMO, none: NONE };
