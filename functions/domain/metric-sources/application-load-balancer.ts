import { DEFAULT_MINIMUM_REQUESTS, latencyPercentile, type MetricSource, metricRef, minuteMetric, minuteRatio } from "./metric-source.ts";

/** `app/<name>/<16 hex>` and `targetgroup/<name>/<16 hex>`: the last parts of the two ARNs. */
export interface LoadBalancerDimensions {
  readonly loadBalancer: string;
  readonly targetGroup: string;
  readonly minimumRequests?: number;
}

const NAMESPACE = "AWS/ApplicationELB";

/**
 * One target group of an Application Load Balancer. `TargetResponseTime` is in seconds, and the 5xx counts only what targets answered: the load
 * balancer's own 502, 503 and 504 (no target took the request) are in `HTTPCode_ELB_5XX_Count`, which knows no target group; `unhealthy_hosts` sees
 * those. A 5xx count has a point only where it is not zero; nothing is reported without requests.
 * Source: "CloudWatch metrics for your Application Load Balancer"
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html).
 */
export function applicationLoadBalancer({ loadBalancer, targetGroup, minimumRequests }: LoadBalancerDimensions): MetricSource {
  const dimensions = { LoadBalancer: loadBalancer, TargetGroup: targetGroup };
  const of = (name: string, stat: string) => metricRef(NAMESPACE, name, dimensions, stat);
  return {
    title: "metrics alb",
    bind(signalName) {
      const percentile = latencyPercentile(signalName);
      if (percentile !== null) return { ...minuteMetric(NAMESPACE, "TargetResponseTime", dimensions, percentile), unit: "s" };
      switch (signalName) {
        case "error_rate":
          return minuteRatio(
            of("HTTPCode_Target_5XX_Count", "Sum"),
            of("RequestCount", "Sum"),
            minimumRequests ?? DEFAULT_MINIMUM_REQUESTS,
          );
        case "error_count":
          return { ...minuteMetric(NAMESPACE, "HTTPCode_Target_5XX_Count", dimensions, "Sum"), publishes: "on-event" };
        case "request_count":
          return minuteMetric(NAMESPACE, "RequestCount", dimensions, "Sum");
        case "unhealthy_hosts":
          return minuteMetric(NAMESPACE, "UnHealthyHostCount", dimensions, "Maximum");
        default:
          return null;
      }
    },
  };
}
