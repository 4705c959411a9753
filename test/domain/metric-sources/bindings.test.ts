import { describe, expect, it } from "vitest";
import type { AuthoredMetrics } from "../../../functions/domain/blueprint-authored-metrics.ts";
import { containerInsights } from "../../../functions/domain/metric-sources/container-insights.ts";
import { anAuthoredBlueprint, compiled, problemsOf } from "../../blueprints/authored-blueprint.ts";
import { AN_ALB, aBlueprintWatching, boundSignals, NO_PRESET } from "../support/authored-metrics.ts";

/** What `rollguard validate` prints of each signal. */
function bindings(names: readonly string[], metrics: AuthoredMetrics, stack = NO_PRESET) {
  return compiled(aBlueprintWatching(names, metrics), stack)
    .bindings.filter(({ subject }) => subject.startsWith("signal "))
    .map(({ subject, value, from }) => `${subject}: ${value} [${from}]`);
}

describe("spec.metrics binds well-known signals to documented names", () => {
  it("of a load balancer", () => {
    expect(bindings(["latency_p95", "error_rate", "error_count", "request_count", "unhealthy_hosts"], { alb: AN_ALB })).toEqual([
      `signal latency_p95: p95 of AWS/ApplicationELB TargetResponseTime (LoadBalancer=${AN_ALB.load_balancer}, TargetGroup=${AN_ALB.target_group}) [metrics alb]`,
      `signal error_rate: 100 * Sum of AWS/ApplicationELB HTTPCode_Target_5XX_Count (LoadBalancer=${AN_ALB.load_balancer}, TargetGroup=${AN_ALB.target_group}) / Sum of AWS/ApplicationELB RequestCount (LoadBalancer=${AN_ALB.load_balancer}, TargetGroup=${AN_ALB.target_group}), from 100 per period [metrics alb]`,
      `signal error_count: Sum of AWS/ApplicationELB HTTPCode_Target_5XX_Count (LoadBalancer=${AN_ALB.load_balancer}, TargetGroup=${AN_ALB.target_group}), a point only on events [metrics alb]`,
      `signal request_count: Sum of AWS/ApplicationELB RequestCount (LoadBalancer=${AN_ALB.load_balancer}, TargetGroup=${AN_ALB.target_group}) [metrics alb]`,
      `signal unhealthy_hosts: Maximum of AWS/ApplicationELB UnHealthyHostCount (LoadBalancer=${AN_ALB.load_balancer}, TargetGroup=${AN_ALB.target_group}) [metrics alb]`,
    ]);
  });

  it("of Application Signals, by the target or by other names", () => {
    expect(bindings(["latency_p99", "request_count"], { application_signals: {} })).toEqual([
      "signal latency_p99: p99 of ApplicationSignals Latency (Environment=eks:prod/shop, Service=checkout) [metrics application_signals]",
      "signal request_count: SampleCount of ApplicationSignals Latency (Environment=eks:prod/shop, Service=checkout) [metrics application_signals]",
    ]);
    expect(
      bindings(["error_count"], { application_signals: { environment: "eks:other", service: "web", operation: "GET /cart" } }),
    ).toEqual([
      "signal error_count: Sum of ApplicationSignals Fault (Environment=eks:other, Operation=GET /cart, Service=web), a point only on events [metrics application_signals]",
    ]);
  });

  it("of Container Insights", () => {
    const pods = "(ClusterName=prod, Namespace=shop, PodName=checkout)";

    expect(bindings(["cpu_utilization", "memory_utilization", "ready_percent", "health_failures"], { container_insights: {} })).toEqual([
      `signal cpu_utilization: Average of ContainerInsights pod_cpu_utilization_over_pod_limit ${pods} [metrics container_insights]`,
      `signal memory_utilization: Maximum of ContainerInsights pod_memory_utilization_over_pod_limit ${pods} [metrics container_insights]`,
      `signal ready_percent: 100 * Average of ContainerInsights replicas_ready ${pods} / Average of ContainerInsights replicas_desired ${pods}, from 1 per period [metrics container_insights]`,
      `signal health_failures: Sum of ContainerInsights pod_number_of_container_restarts ${pods} [metrics container_insights]`,
    ]);
    expect(bindings(["cpu_utilization"], { container_insights: { pod_name: "web" } })[0]).toContain("PodName=web");
  });

  it("of Prometheus, by the author's names", () => {
    const prometheus = {
      namespace: "ContainerInsights/Prometheus",
      dimensions: { ClusterName: "prod", Service: "checkout" },
      requests: "http_requests_total",
      errors: "http_errors_total",
      auth_attempts: "logins_total",
      auth_failures: "logins_failed_total",
      latency: { summary: "http_seconds", unit: "s" as const },
      others: { db_errors: "db_errors_total", queue_length: "jobs_waiting", user_satisfaction: "apdex_percent" },
    };
    const names = ["latency_p95", "error_rate", "auth_failure_rate", "db_errors", "queue_length", "user_satisfaction"];
    const of = (name: string) => `ContainerInsights/Prometheus ${name} (ClusterName=prod, Service=checkout)`;

    expect(bindings(names, { prometheus })).toEqual([
      "signal latency_p95: Average of ContainerInsights/Prometheus http_seconds (ClusterName=prod, Service=checkout, quantile=0.95) [metrics prometheus]",
      `signal error_rate: 100 * Sum of ${of("http_errors_total")} / Sum of ${of("http_requests_total")}, from 100 per period [metrics prometheus]`,
      `signal auth_failure_rate: 100 * Sum of ${of("logins_failed_total")} / Sum of ${of("logins_total")}, from 100 per period [metrics prometheus]`,
      `signal db_errors: Sum of ${of("db_errors_total")}, a point only on events [metrics prometheus]`,
      `signal queue_length: Maximum of ${of("jobs_waiting")} [metrics prometheus]`,
      `signal user_satisfaction: Average of ${of("apdex_percent")} [metrics prometheus]`,
    ]);
  });

  it("of a database, as shares of what it has", () => {
    const [connections, cpu, disk] = boundSignals(["disk_utilization", "db_connections_utilization", "db_cpu_utilization"], {
      rds: { instance: "shop-db", storage: "100GiB", max_connections: 400 },
    });

    expect(connections?.source).toMatchObject({ kind: "capacity", capacity: 400, holds: "used", metric: { stat: "Maximum" } });
    expect(cpu?.source).toMatchObject({ metric: { name: "CPUUtilization", dimensions: { DBInstanceIdentifier: "shop-db" } } });
    expect(disk?.source).toMatchObject({ kind: "capacity", capacity: 100 * 1024 ** 3, holds: "free", metric: { stat: "Minimum" } });
    expect([connections?.unit, cpu?.unit, disk?.unit]).toEqual(["%", "%", "%"]);
  });

  it("of a capacity, as the share that is used", () => {
    const rds = { instance: "shop-db", storage: "1KiB", max_connections: 400 };

    expect(bindings(["disk_utilization", "db_connections_utilization"], { rds })).toEqual([
      "signal disk_utilization: 100 - 100 * Minimum of AWS/RDS FreeStorageSpace (DBInstanceIdentifier=shop-db) / 1024 [metrics rds]",
      "signal db_connections_utilization: 100 * Maximum of AWS/RDS DatabaseConnections (DBInstanceIdentifier=shop-db) / 400 [metrics rds]",
    ]);
  });

  it("of a queue", () => {
    expect(bindings(["queue_length"], { sqs: { queue: "orders.fifo" } })).toEqual([
      "signal queue_length: Maximum of AWS/SQS ApproximateNumberOfMessagesVisible (QueueName=orders.fifo) [metrics sqs]",
    ]);
  });
});

describe("the order in which a signal is looked for", () => {
  const ofBlueprint = { latency_p95: { unit: "ms", metric: { namespace: "Shop", name: "Latency", stat: "p95" } } } as const;
  const fromOf = (metrics: AuthoredMetrics | undefined, signals = {}) =>
    compiled(anAuthoredBlueprint({ signals, ...(metrics === undefined ? {} : { metrics }) }), { ...NO_PRESET, metricPreset: "eks" })
      .bindings.filter(({ subject }) => subject === "signal latency_p95")
      .map(({ from }) => from);

  it("is spec.signals, then spec.metrics, then the stack's preset", () => {
    expect(fromOf({ alb: AN_ALB }, ofBlueprint)).toEqual(["blueprint"]);
    expect(fromOf({ alb: AN_ALB })).toEqual(["metrics alb"]);
    expect(fromOf({ sqs: { queue: "orders" } })).toEqual(["preset eks"]);
    expect(fromOf(undefined)).toEqual(["preset eks"]);
  });

  it("is fixed among the sections: what users get comes first, whatever stands first in the file", () => {
    expect(fromOf({ application_signals: {}, alb: AN_ALB })).toEqual(["metrics alb"]);
  });
});

describe("units and silence of a source", () => {
  it("a load balancer's latency is in s, and a limit in ms is converted", () => {
    const { blueprint } = compiled(aBlueprintWatching(["latency_p95"], { alb: AN_ALB }), NO_PRESET);

    expect(blueprint?.signals[0]).toMatchObject({ name: "latency_p95", unit: "s" });
    expect(blueprint?.triggers[0]?.rule).toEqual({ operator: ">", threshold: 0.2 });
  });

  it("a service level in ms becomes one in s", () => {
    const { blueprint } = compiled(anAuthoredBlueprint({ metrics: { alb: AN_ALB } }), NO_PRESET);

    expect(blueprint?.verification.checks.find(({ name }) => name === "latency_p95")).toMatchObject({ target: 0.2, unit: "s" });
  });

  it("counts of errors publish on events unless the source counts zeros", () => {
    expect(boundSignals(["error_count"], { alb: AN_ALB })[0]?.publishes).toBe("on-event");
    expect(boundSignals(["health_failures"], { container_insights: {} })[0]?.publishes).toBe("continuous");
    expect(boundSignals(["error_rate"], { alb: AN_ALB })[0]?.publishes).toBeUndefined();
  });

  it("every source has one value a minute: shorter periods are refused", () => {
    const authored = aBlueprintWatching(["request_count"], { alb: AN_ALB });
    const triggers = authored.spec?.triggers?.map((trigger) => ({ ...trigger, period: "10s" })) ?? [];

    expect(problemsOf({ ...authored, spec: { ...authored.spec, triggers } }, NO_PRESET)).toEqual([
      expect.stringMatching(/^spec.triggers.0.period: period 10s is shorter than the resolution of request_count/),
    ]);
  });

  it("minimum_requests is what a rate needs", () => {
    expect(boundSignals(["error_rate"], { alb: { ...AN_ALB, minimum_requests: 500 } })[0]?.source).toMatchObject({ minimumTotal: 500 });
  });
});

it("replicas of a DaemonSet are not counted, and the problem says so", () => {
  const authored = aBlueprintWatching(["ready_percent"], { container_insights: {} });
  const daemonSet = { ...authored, spec: { ...authored.spec, target: { daemon_set: "checkout" } } };

  expect(problemsOf(daemonSet, NO_PRESET)).toEqual([
    'spec.triggers.0.signal: signal ready_percent cannot be armed: spec.metrics does not measure it, and the metric preset "none" does not measure it',
  ]);
});

it("the same blueprint compiles to the same bytes, whatever the order of the sections", () => {
  const names = ["latency_p95", "cpu_utilization", "queue_length"];
  const sections = { alb: AN_ALB, container_insights: {}, sqs: { queue: "orders" } };
  const turned = { sqs: { queue: "orders" }, container_insights: {}, alb: AN_ALB };

  expect(JSON.stringify(boundSignals(names, turned))).toBe(JSON.stringify(boundSignals(names, sections)));
});

describe("memory of Container Insights", () => {
  it("is that of the fullest pod: one that reaches its limit is killed, however much room the others have", () => {
    const source = containerInsights({ cluster: "prod", namespace: "shop", podName: "checkout", kind: "Deployment" });

    expect(source.bind("memory_utilization")?.source).toMatchObject({ kind: "metric", metric: { stat: "Maximum" } });
    expect(source.bind("cpu_utilization")?.source).toMatchObject({ kind: "metric", metric: { stat: "Average" } });
  });
});
