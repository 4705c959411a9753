import type { Signal } from "../signal.ts";
import { latencyPercentile, type MetricSource, metricRef, type SourceSignal } from "./metric-source.ts";

/** One second is what the traffic model stores; the model is busy enough for less than a hundred requests. */
const RESOLUTION_SECONDS = 1;
const MINIMUM_REQUESTS = 20;

/** The traffic model of the embedded default: one namespace `Demo/<service>` without dimensions. Its counts come with zeros. */
export function demoModel(service: string): MetricSource {
  const demo = (name: string, stat: string) => metricRef(`Demo/${service}`, name, {}, stat);
  const metric = (name: string, stat: string, publishes?: Signal["publishes"]): SourceSignal => ({
    source: { kind: "metric", metric: demo(name, stat) },
    resolutionSeconds: RESOLUTION_SECONDS,
    ...(publishes === undefined ? {} : { publishes }),
  });
  return {
    title: "preset demo",
    bind(signalName) {
      const percentile = latencyPercentile(signalName);
      if (percentile !== null) return metric("Latency", percentile);
      switch (signalName) {
        case "request_count":
          return metric("RequestCount", "Sum");
        case "error_count":
          return metric("ErrorCount", "Sum", "continuous");
        case "error_rate":
          return {
            source: { kind: "ratio", part: demo("ErrorCount", "Sum"), total: demo("RequestCount", "Sum"), minimumTotal: MINIMUM_REQUESTS },
            resolutionSeconds: RESOLUTION_SECONDS,
          };
        case "cpu_utilization":
          return metric("CPUUtilization", "Average");
        case "conversion_rate":
          return metric("ConversionRate", "Average");
        case "ready_percent":
          return metric("ReadyPercent", "Average");
        default:
          return null;
      }
    },
  };
}
