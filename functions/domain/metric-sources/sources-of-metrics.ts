import type { Target } from "../blueprint.ts";
import type { AuthoredMetrics } from "../blueprint-authored-metrics.ts";
import { parseQuantity } from "../quantity.ts";
import { applicationLoadBalancer } from "./application-load-balancer.ts";
import { applicationSignals, eksEnvironment } from "./application-signals.ts";
import { containerInsights } from "./container-insights.ts";
import { messageQueue } from "./message-queue.ts";
import type { MetricSource } from "./metric-source.ts";
import { prometheus } from "./prometheus.ts";
import { relationalDatabase } from "./relational-database.ts";

/**
 * The sources of `spec.metrics`, in the order in which they are asked: what users get (alb, application_signals, prometheus) before what the pods are like.
 * While cluster or namespace are unknown (`target` null), those that need them are left out.
 */
export function sourcesOfMetrics(metrics: AuthoredMetrics, service: string, target: Target | null): readonly MetricSource[] {
  const { alb, application_signals: signals, prometheus: scraped, container_insights: insights, rds, sqs } = metrics;
  const sources: MetricSource[] = [];
  if (alb !== undefined)
    sources.push(
      applicationLoadBalancer({
        loadBalancer: alb.load_balancer.slice(alb.load_balancer.indexOf("app/")),
        targetGroup: alb.target_group.slice(alb.target_group.indexOf("targetgroup/")),
        minimumRequests: alb.minimum_requests,
      }),
    );
  const environment = signals?.environment ?? (target === null ? undefined : eksEnvironment(target.cluster, target.namespace));
  if (signals !== undefined && environment !== undefined)
    sources.push(
      applicationSignals({
        environment,
        service: signals.service ?? service,
        operation: signals.operation,
        minimumRequests: signals.minimum_requests,
      }),
    );
  if (scraped !== undefined) sources.push(prometheus(prometheusMetrics(scraped)));
  if (insights !== undefined && target !== null) {
    const { cluster, namespace, kind, name } = target;
    sources.push(containerInsights({ cluster, namespace, kind, podName: insights.pod_name ?? name }));
  }
  if (rds !== undefined)
    sources.push(
      relationalDatabase({
        instance: rds.instance,
        storageBytes: rds.storage === undefined ? undefined : parseQuantity(rds.storage)?.value,
        maxConnections: rds.max_connections,
      }),
    );
  if (sqs !== undefined) sources.push(messageQueue({ queue: sqs.queue.slice(sqs.queue.lastIndexOf(":") + 1) }));
  return sources;
}

function prometheusMetrics(scraped: NonNullable<AuthoredMetrics["prometheus"]>): Parameters<typeof prometheus>[0] {
  const { namespace, dimensions, latency } = scraped;
  return {
    namespace,
    dimensions,
    requests: scraped.requests,
    errors: scraped.errors,
    minimumRequests: scraped.minimum_requests,
    authAttempts: scraped.auth_attempts,
    authFailures: scraped.auth_failures,
    latency: latency && { summary: latency.summary, unit: latency.unit, label: latency.label ?? "quantile" },
    others: scraped.others,
  };
}
