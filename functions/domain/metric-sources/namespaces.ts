import type { MetricRef, SignalSource } from "../signal.ts";

/**
 * Namespaces whose metrics have one value a minute at most, whatever a blueprint says of its resolution: those of AWS services that are used here, and
 * those that the CloudWatch agent writes on EKS. Source: the pages that the files of this folder name.
 */
const MINUTE_NAMESPACES: readonly string[] = [
  "AWS/ApplicationELB",
  "AWS/DynamoDB",
  "AWS/RDS",
  "AWS/SQS",
  "ApplicationSignals",
  "ContainerInsights",
];

/** Is there a value once a minute at most? False where that is not known. */
export function isMinuteNamespace(namespace: string): boolean {
  return MINUTE_NAMESPACES.includes(namespace);
}

/** Does the namespace hold Prometheus metrics, by its name? The agent's default is `ContainerInsights/Prometheus`. */
export function isPrometheusNamespace(namespace: string): boolean {
  return /prometheus/i.test(namespace);
}

/** The metrics that a source is made of; none of an alarm. */
export function metricsOf(source: SignalSource): readonly MetricRef[] {
  if (source.kind === "alarm") return [];
  return source.kind === "ratio" ? [source.part, source.total] : [source.metric];
}

/** `95` of `p95`; null for every other statistic. */
export function percentileOf(stat: string): number | null {
  return /^p\d/.test(stat) ? Number(stat.slice(1)) : null;
}
