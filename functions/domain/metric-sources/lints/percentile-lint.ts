import type { MetricRef } from "../../signal.ts";
import { isPrometheusNamespace, metricsOf, percentileOf } from "../namespaces.ts";
import type { SignalFinding, SignalLint } from "./signal-lint.ts";

/** Publishers of single values, or of values with their counts; Demo is the traffic model. */
const WITH_VALUES = /^(AWS\/.+|ApplicationSignals|Demo\/.+)$/;

/**
 * Percentiles need the values themselves: of a statistic set there is none, unless it is of one sample or its minimum is its maximum ("GetMetricStatistics",
 * CloudWatch API reference). The CloudWatch agent drops Prometheus histograms, collectors write them as statistic sets.
 */
export const percentileLint: SignalLint = ({ source }) => metricsOf(source).flatMap(findingsOf);

function findingsOf({ namespace, name, stat, dimensions }: MetricRef): readonly SignalFinding[] {
  if (percentileOf(stat) === null)
    return Object.hasOwn(dimensions, "quantile")
      ? [
          {
            message: `${name} is a quantile of each pod: ${stat} of them is no quantile of all requests`,
            fix: "read it as a trend, or use Application Signals or the load balancer",
          },
        ]
      : [];
  if (isPrometheusNamespace(namespace))
    return [
      {
        message: `${stat} of ${name} has no data or is wrong: histograms of Prometheus are dropped or written as statistic sets`,
        fix: "publish a summary and name its series with dimensions: {quantile: ...}, or use Application Signals or the load balancer",
      },
    ];
  if (WITH_VALUES.test(namespace)) return [];
  return [
    {
      message: `${stat} of ${name} has data only if ${namespace} gets single values, or values with counts: statistic sets have no percentiles`,
      fix: "look at the percentile in the console before you arm",
    },
  ];
}
