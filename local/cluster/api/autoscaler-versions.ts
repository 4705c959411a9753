import type { KubernetesObject } from "../objects.ts";

type Fields = Record<string, unknown>;

interface Metric {
  type: string;
  resource?: { name: string; target?: { type: string; averageUtilization?: number } };
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
    ...(others.length > 0 ? { [METRICS]: JSON.stringify(others) } : {}),
    ...(behavior ? { [BEHAVIOR]: JSON.stringify(behavior) } : {}),
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
  const others = (parsed(annotations, METRICS) as Metric[] | undefined) ?? [];
  const metrics = [...(typeof utilization === "number" && utilization > 0 ? [cpuUtilization(utilization)] : []), ...others];
  const behavior = parsed(annotations, BEHAVIOR);
  const kept = Object.entries(annotations ?? {}).filter(([key]) => !OWN_ANNOTATIONS.includes(key));
  const { annotations: _gone, ...metadata } = object.metadata ?? {};
  return {
    ...object,
    apiVersion: "autoscaling/v2",
    ...(object.metadata ? { metadata: { ...metadata, ...(kept.length > 0 ? { annotations: Object.fromEntries(kept) } : {}) } } : {}),
    spec: { ...spec, ...(metrics.length > 0 ? { metrics } : {}), ...(behavior ? { behavior } : {}) },
  };
}
