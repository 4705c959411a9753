import type { MetricRef, Unit } from "../signal.ts";

/** Units of metrics that blueprints name often, by namespace. Sources: the pages that the files of this folder name. */
const UNITS_OF: Readonly<Record<string, readonly (readonly [RegExp, Unit])[]>> = {
  "AWS/ApplicationELB": [
    [/^TargetResponseTime$/, "s"],
    [/^((Un)?HealthyHostCount|RequestCount|HTTPCode_.+_Count)$/, "count"],
  ],
  ApplicationSignals: [
    [/^Latency$/, "ms"],
    [/^(Fault|Error)$/, "count"],
  ],
  ContainerInsights: [
    [/^(pod|container|node)_(cpu|memory)_utilization(_over_(pod|container)_limit)?$/, "%"],
    [/^(replicas_(ready|desired)|pod_number_of_.+)$/, "count"],
  ],
  "AWS/RDS": [
    [/^(FreeStorageSpace|FreeableMemory)$/, "bytes"],
    [/^DatabaseConnections$/, "count"],
    [/^CPUUtilization$/, "%"],
    [/^(Read|Write)Latency$/, "s"],
  ],
  "AWS/SQS": [
    [/^ApproximateNumberOf/, "count"],
    [/^ApproximateAgeOfOldestMessage$/, "s"],
  ],
};

/** The unit in which CloudWatch holds a metric; null where that is not known here. Samples are a count of anything. */
export function documentedUnit({ namespace, name, stat }: MetricRef): Unit | null {
  if (stat === "SampleCount") return "count";
  const known = Object.hasOwn(UNITS_OF, namespace) ? UNITS_OF[namespace] : undefined;
  return known?.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}
