import { type MetricSource, MINUTE_SECONDS, metricRef, minuteMetric } from "./metric-source.ts";

/** What the service's database has at most; without it the share in use cannot be known, since RDS publishes only absolute numbers. */
export interface DatabaseDimensions {
  readonly instance: string;
  readonly storageBytes?: number;
  readonly maxConnections?: number;
}

const NAMESPACE = "AWS/RDS";

/**
 * An RDS instance: storage and connections as shares of what was given to it, and its own CPU under a name of its own (the service's `cpu_utilization` is
 * that of its pods). RDS counts no failed connections for every engine, so `db_errors` is not among them.
 * Source: "Amazon CloudWatch metrics for Amazon RDS" (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html).
 */
export function relationalDatabase({ instance, storageBytes, maxConnections }: DatabaseDimensions): MetricSource {
  const dimensions = { DBInstanceIdentifier: instance };
  const of = (name: string, stat: string) => metricRef(NAMESPACE, name, dimensions, stat);
  return {
    title: "metrics rds",
    bind(signalName) {
      switch (signalName) {
        case "disk_utilization":
          return storageBytes === undefined
            ? null
            : {
                source: { kind: "capacity", metric: of("FreeStorageSpace", "Minimum"), capacity: storageBytes, holds: "free" },
                resolutionSeconds: MINUTE_SECONDS,
              };
        case "db_connections_utilization":
          return maxConnections === undefined
            ? null
            : {
                source: { kind: "capacity", metric: of("DatabaseConnections", "Maximum"), capacity: maxConnections, holds: "used" },
                resolutionSeconds: MINUTE_SECONDS,
              };
        case "db_cpu_utilization":
          return minuteMetric(NAMESPACE, "CPUUtilization", dimensions, "Average");
        default:
          return null;
      }
    },
  };
}
