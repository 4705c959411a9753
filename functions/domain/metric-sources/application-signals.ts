import { DEFAULT_MINIMUM_REQUESTS, latencyPercentile, type MetricSource, metricRef, minuteMetric, minuteRatio } from "./metric-source.ts";

/** Names that Application Signals has for the service; the operation only where one of them is watched, such as `GET /cart`. */
export interface ApplicationSignalsDimensions {
  readonly environment: string;
  readonly service: string;
  readonly operation?: string;
  readonly minimumRequests?: number;
}

const NAMESPACE = "ApplicationSignals";

/** The environment of a workload on EKS where nobody has given it another name. */
export function eksEnvironment(cluster: string, namespace: string): string {
  return `eks:${cluster}/${namespace}`;
}

/**
 * Spans of an instrumented service: `Latency` in ms and `Fault` (5xx and failed spans; 4xx are `Error` and count as the caller's). There is no metric of
 * requests: they are the samples of `Latency`.
 * Source: "Metrics collected by Application Signals"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AppSignals-MetricsCollected.html), dimensions Environment, Service and Operation.
 */
export function applicationSignals(dimensionsOf: ApplicationSignalsDimensions): MetricSource {
  const { environment, service, operation, minimumRequests } = dimensionsOf;
  const dimensions = { Environment: environment, Service: service, ...(operation === undefined ? {} : { Operation: operation }) };
  const requests = metricRef(NAMESPACE, "Latency", dimensions, "SampleCount");
  const errors = metricRef(NAMESPACE, "Fault", dimensions, "Sum");
  return {
    title: "metrics application_signals",
    bind(signalName) {
      const percentile = latencyPercentile(signalName);
      if (percentile !== null) return minuteMetric(NAMESPACE, "Latency", dimensions, percentile);
      switch (signalName) {
        case "error_rate":
          return minuteRatio(errors, requests, minimumRequests ?? DEFAULT_MINIMUM_REQUESTS);
        case "error_count":
          return minuteMetric(NAMESPACE, errors.name, dimensions, errors.stat);
        case "request_count":
          return minuteMetric(NAMESPACE, requests.name, dimensions, requests.stat);
        default:
          return null;
      }
    },
  };
}
