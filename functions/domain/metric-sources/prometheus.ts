import type { Unit } from "../signal.ts";
import { wellKnownSignal } from "../well-known-signals.ts";
import {
  DEFAULT_MINIMUM_REQUESTS,
  latencyPercentile,
  type MetricSource,
  metricRef,
  minuteMetric,
  minuteRatio,
  type SourceSignal,
} from "./metric-source.ts";

/** Prometheus metrics that the CloudWatch agent or a collector writes as CloudWatch metrics; every name is the author's. */
export interface PrometheusMetrics {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Names of counters. */
  readonly requests?: string;
  readonly errors?: string;
  readonly minimumRequests?: number;
  readonly authAttempts?: string;
  readonly authFailures?: string;
  /** A summary (histograms are dropped) with the label that its quantiles have, which must be declared as a dimension. */
  readonly latency?: { readonly summary: string; readonly unit: Unit; readonly label: string };
  /** Metric by well-known signal: counters of failures and gauges. */
  readonly others?: Readonly<Record<string, string>>;
}

/** Signals that have keys of their own in the section, or are shares of two metrics. */
const NOT_BY_NAME = /^(latency_p\d\d|request_count|error_count|.*_(rate|utilization|percent))$/;

/** May `others` give the metric of this signal? One metric has to be the whole of it, as CloudWatch holds it. */
export function isPrometheusOther(signalName: string): boolean {
  return wellKnownSignal(signalName) !== null && !NOT_BY_NAME.test(signalName);
}

/**
 * The agent sends a counter's growth since the scrape before (so Sum is the count of a period), gauges as they are, a summary's quantiles under their
 * label, and drops histograms. A quantile is one of each pod: the signal is their mean, which is no quantile of all requests.
 * Source: "Prometheus metric type conversion by the CloudWatch Agent"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/ContainerInsights-Prometheus-metrics-conversion.html).
 */
export function prometheus(metrics: PrometheusMetrics): MetricSource {
  const { namespace, dimensions, requests, errors, latency, authAttempts, authFailures } = metrics;
  const count = (name: string | undefined) => (name === undefined ? null : minuteMetric(namespace, name, dimensions, "Sum"));
  const share = (part: string | undefined, total: string | undefined) =>
    part === undefined || total === undefined
      ? null
      : minuteRatio(
          metricRef(namespace, part, dimensions, "Sum"),
          metricRef(namespace, total, dimensions, "Sum"),
          metrics.minimumRequests ?? DEFAULT_MINIMUM_REQUESTS,
        );
  return {
    title: "metrics prometheus",
    bind(signalName) {
      const percentile = latencyPercentile(signalName);
      if (percentile !== null) {
        if (latency === undefined) return null;
        const quantile = { ...dimensions, [latency.label]: `${Number(percentile.slice(1)) / 100}` };
        return { ...minuteMetric(namespace, latency.summary, quantile, "Average"), unit: latency.unit };
      }
      switch (signalName) {
        case "error_rate":
          return share(errors, requests);
        case "error_count":
          return count(errors);
        case "request_count":
          return count(requests);
        case "auth_failure_rate":
          return share(authFailures, authAttempts);
        default:
          return other(metrics, signalName);
      }
    },
  };
}

function other({ namespace, dimensions, others }: PrometheusMetrics, signalName: string): SourceSignal | null {
  const name = others !== undefined && Object.hasOwn(others, signalName) ? others[signalName] : undefined;
  const known = wellKnownSignal(signalName);
  if (name === undefined || known === null) return null;
  const gauge = known.unit === "count" ? "Maximum" : "Average";
  return minuteMetric(namespace, name, dimensions, known.publishes === "on-event" ? "Sum" : gauge);
}
