import type { KubernetesObject } from "../objects.ts";

type Fields = Record<string, unknown>;

interface Metric {
  type: string;
  resource?: {
    name: string;
    target?: { type: string; averageUtilization?: number; averageValue?: string };
    targetAverageUtilization?: number;
    targetAverageValue?: string;
  };
}

const METRICS = "autoscaling.alpha.kubernetes.io/metrics";
const BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior";
const CONDITIONS = "autoscaling.alpha.kubernetes.io/conditions";
const CURRENT_METRICS = "autoscaling.alpha.kubernetes.io/current-metrics";
const OWN_ANNOTATIONS = [METRICS, BEHAVIOR, CONDITIONS, CURRENT_METRICS];

const isCpuUtilization = ({ type, resource }: Metric): boolean =>
  type === "Resource" && resource?.name === "cpu" && resource.target?.type === "Utilization";

const cpuUtilization = (averageUtilization: number): Metric => ({
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
});

/** The annotation holds metrics in v1's own shape: the target is part of the resource. Kinds other than Resource are carried along as they are. */
function toFirstMetric(metric: Metric): Metric {
  if (!metric.resource) return metric;
  const { name, target } = metric.resource;
  const utilization = target?.averageUtilization === undefined ? {} : { targetAverageUtilization: target.averageUtilization };
  const value = target?.averageValue === undefined ? {} : { targetAverageValue: target.averageValue };
  return { type: metric.type, resource: { name, ...utilization, ...value } };
}

function toCurrentMetric(metric: Metric): Metric {
  if (!metric.resource) return metric;
  const { name, targetAverageUtilization: averageUtilization, targetAverageValue: averageValue } = metric.resource;
  const target = averageValue === undefined ? { type: "Utilization", averageUtilization } : { type: "AverageValue", averageValue };
  return { type: metric.type, resource: { name, target } as NonNullable<Metric["resource"]> };
}

/** Kubernetes writes the behaviour with Go's own field names. */
function withKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => withKeys(one, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [rename(key), withKeys(part, rename)]));
}

const capital = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);
const small = (key: string): string => key.charAt(0).toLowerCase() + key.slice(1);

export function isCurrentAutoscaler(object: Partial<KubernetesObject>): boolean {
  return object.apiVersion === "autoscaling/v2";
}

/** autoscaling/v1 knows one CPU target; everything else of v2 travels in annotations, as JSON. */
export function toFirstAutoscaler<T extends KubernetesObject>(object: T): T {
  const { metrics = [], behavior, ...spec } = (object.spec ?? {}) as Fields & { metrics?: Metric[] };
  const { conditions, currentMetrics, ...status } = (object.status ?? {}) as Fields;
  const cpu = metrics.find(isCpuUtilization);
  const others = metrics.filter((metric) => metric !== cpu);
  const utilization = cpu?.resource?.target?.averageUtilization;
  const annotations = {
    ...object.metadata.annotations,
    ...(others.length > 0 ? { [METRICS]: JSON.stringify(others.map(toFirstMetric)) } : {}),
    ...(behavior ? { [BEHAVIOR]: JSON.stringify(withKeys(behavior, capital)) } : {}),
    ...(conditions ? { [CONDITIONS]: JSON.stringify(conditions) } : {}),
    ...(currentMetrics ? { [CURRENT_METRICS]: JSON.stringify(currentMetrics) } : {}),
  };
  return {
    ...object,
    apiVersion: "autoscaling/v1",
    metadata: { ...object.metadata, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: { ...spec, ...(utilization === undefined ? {} : { targetCPUUtilizationPercentage: utilization }) },
    ...(object.status === undefined ? {} : { status }),
  };
}

function parsed(annotations: Record<string, string> | undefined, key: string): unknown {
  const text = annotations?.[key];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The way back: annotations become fields again and vanish. */
export function toCurrentAutoscaler<T extends Partial<KubernetesObject>>(object: T): T {
  const { annotations } = object.metadata ?? {};
  const { targetCPUUtilizationPercentage: utilization, ...spec } = (object.spec ?? {}) as Fields & {
    targetCPUUtilizationPercentage?: number;
  };
  const others = ((parsed(annotations, METRICS) as Metric[] | undefined) ?? []).map(toCurrentMetric);
  const metrics = [...(typeof utilization === "number" && utilization > 0 ? [cpuUtilization(utilization)] : []), ...others];
  const behavior = withKeys(parsed(annotations, BEHAVIOR), small);
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.includes(key));
  const { annotations: _gone, ...metadata } = object.metadata ?? {};
  return {
    ...object,
    apiVersion: "autoscaling/v2",
    ...(object.metadata ? { metadata: { ...metadata, ...(kept.length > 0 ? { annotations: Object.fromEntries(kept) } : {}) } } : {}),
    spec: { ...spec, ...(metrics.length > 0 ? { metrics } : {}), ...(behavior ? { behavior } : {}) },
  };
}
