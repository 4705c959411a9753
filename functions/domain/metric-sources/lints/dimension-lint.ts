import { metricsOf } from "../namespaces.ts";
import type { SignalLint } from "./signal-lint.ts";

/** Documented sets of dimensions, in the order of their names, by namespace and metric; the first pattern that fits counts. */
const DOCUMENTED: Readonly<Record<string, readonly { readonly metrics: RegExp; readonly sets: readonly string[] }[]>> = {
  "AWS/ApplicationELB": [
    {
      metrics: /^(Un)?HealthyHostCount$/,
      sets: ["LoadBalancer,TargetGroup", "AvailabilityZone,LoadBalancer,TargetGroup"],
    },
    { metrics: /^HTTPCode_ELB_/, sets: ["LoadBalancer", "AvailabilityZone,LoadBalancer"] },
    {
      metrics: /^(HTTPCode_Target_|RequestCount$|TargetResponseTime$)/,
      sets: ["LoadBalancer", "AvailabilityZone,LoadBalancer", "LoadBalancer,TargetGroup", "AvailabilityZone,LoadBalancer,TargetGroup"],
    },
  ],
  ApplicationSignals: [{ metrics: /^(Latency|Fault|Error)$/, sets: ["Environment,Service", "Environment,Operation,Service"] }],
  ContainerInsights: [
    {
      metrics: /^pod_(cpu|memory)_utilization(_over_pod_limit)?$/,
      sets: [
        "ClusterName",
        "ClusterName,Namespace",
        "ClusterName,Namespace,PodName",
        "ClusterName,Namespace,Service",
        "ClusterName,FullPodName,Namespace,PodName",
      ],
    },
    { metrics: /^replicas_/, sets: ["ClusterName", "ClusterName,Namespace,PodName"] },
    {
      metrics: /^pod_number_of_container_restarts$/,
      sets: ["ClusterName", "ClusterName,Namespace,PodName", "ClusterName,Namespace,Service", "ClusterName,FullPodName,Namespace,PodName"],
    },
  ],
  "AWS/RDS": [
    {
      metrics: /^(FreeStorageSpace|DatabaseConnections|CPUUtilization)$/,
      sets: ["DBInstanceIdentifier", "DBClusterIdentifier", "DBClusterIdentifier,Role", "DatabaseClass", "EngineName", ""],
    },
  ],
  "AWS/SQS": [{ metrics: /./, sets: ["QueueName"] }],
};

/**
 * CloudWatch finds a metric by its exact set of dimensions: one less is another metric, mostly one without data ("Dimensions", CloudWatch concepts). Calls of
 * a dependency (RemoteService) are left out: they have many sets.
 */
export const dimensionLint: SignalLint = ({ source }) =>
  metricsOf(source).flatMap(({ namespace, name, dimensions }) => {
    const sets = (Object.hasOwn(DOCUMENTED, namespace) ? (DOCUMENTED[namespace] ?? []) : []).find(({ metrics }) =>
      metrics.test(name),
    )?.sets;
    const given = Object.keys(dimensions).sort();
    if (sets === undefined || sets.includes(given.join()) || given.includes("RemoteService")) return [];
    const described = given.length === 0 ? "no dimensions" : `the dimensions ${given.join(", ")}`;
    const possible = sets.filter((set) => set !== "").map((set) => set.replaceAll(",", ", "));
    return [
      {
        message: `${namespace} ${name} has no data with ${described}: CloudWatch needs the exact set`,
        fix: `write one of: ${possible.join("; ")}`,
      },
    ];
  });
