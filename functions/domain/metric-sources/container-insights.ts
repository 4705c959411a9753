import type { WorkloadKind } from "../blueprint.ts";
import { type MetricSource, metricRef, minuteMetric, minuteRatio } from "./metric-source.ts";

/** `podName` is the workload's name, not a pod's: the agent cuts the generated parts off. */
export interface ContainerInsightsDimensions {
  readonly cluster: string;
  readonly namespace: string;
  readonly podName: string;
  readonly kind: WorkloadKind;
}

const NAMESPACE = "ContainerInsights";

/**
 * Pods of the workload by Container Insights with enhanced observability, dimensions ClusterName, Namespace and PodName. Utilisation is of the pod's own
 * limit (`pod_cpu_utilization` alone is of the node) and has no data without limits. Replicas are counted for Deployments and StatefulSets only.
 * Memory is that of the fullest pod, which is the one that is killed (seed 002); CPU is the mean, since each pod is busy at times. Restarts come with zeros,
 * so silence means that nothing was measured.
 * Source: "Amazon EKS and Kubernetes Container Insights with enhanced observability metrics"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-enhanced-EKS.html).
 */
export function containerInsights({ cluster, namespace, podName, kind }: ContainerInsightsDimensions): MetricSource {
  const dimensions = { ClusterName: cluster, Namespace: namespace, PodName: podName };
  const of = (name: string) => metricRef(NAMESPACE, name, dimensions, "Average");
  return {
    title: "metrics container_insights",
    bind(signalName) {
      switch (signalName) {
        case "cpu_utilization":
          return minuteMetric(NAMESPACE, "pod_cpu_utilization_over_pod_limit", dimensions, "Average");
        case "memory_utilization":
          return minuteMetric(NAMESPACE, "pod_memory_utilization_over_pod_limit", dimensions, "Maximum");
        case "health_failures":
          return { ...minuteMetric(NAMESPACE, "pod_number_of_container_restarts", dimensions, "Sum"), publishes: "continuous" };
        case "ready_percent":
          return kind === "DaemonSet" ? null : minuteRatio(of("replicas_ready"), of("replicas_desired"), 1);
        default:
          return null;
      }
    },
  };
}
