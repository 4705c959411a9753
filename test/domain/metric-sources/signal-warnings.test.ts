import { describe, expect, it } from "vitest";
import type { Trigger } from "../../../functions/domain/blueprint.ts";
import type { AuthoredSignal } from "../../../functions/domain/blueprint-authored.ts";
import type { AuthoredMetrics } from "../../../functions/domain/blueprint-authored-metrics.ts";
import { signalWarnings } from "../../../functions/domain/metric-sources/signal-warnings.ts";
import { anAuthoredBlueprint, compiled } from "../../blueprints/authored-blueprint.ts";
import { AN_ALB, aBlueprintWatching, NO_PRESET } from "../support/authored-metrics.ts";

/** Warnings as `signal: message (fix)`; the triggers may be changed after compiling. */
function warningsOf(names: readonly string[], metrics: AuthoredMetrics, changed: Partial<Trigger> = {}): readonly string[] {
  const { blueprint, problems } = compiled(aBlueprintWatching(names, metrics), NO_PRESET);
  expect(problems).toEqual([]);
  const { signals = [], triggers = [] } = blueprint ?? {};
  return signalWarnings({ signals, triggers: triggers.map((trigger) => ({ ...trigger, ...changed })) }).map(inWords);
}

/** Of one described signal without triggers. */
function warningsOfSignal(signal: AuthoredSignal): readonly string[] {
  const { blueprint, problems } = compiled(anAuthoredBlueprint({ performance: {}, signals: { watched: signal }, triggers: [] }));
  expect(problems).toEqual([]);
  return signalWarnings({ signals: blueprint?.signals ?? [], triggers: [] }).map(inWords);
}

function inWords({ signal, message, fix }: ReturnType<typeof signalWarnings>[number]): string {
  return `${signal}: ${message} (${fix})`;
}

const metric = (namespace: string, name: string, stat: string, dimensions: Record<string, string> = {}) => ({
  namespace,
  name,
  stat,
  dimensions,
});

describe("a load balancer", () => {
  const LATE =
    "error_count: HTTPCode_Target_5XX_Count has points only in minutes with errors: its alarm comes minutes late, and goes back minutes late (trigger on error_rate, the share of the requests)";
  const UNANSWERED =
    "HTTPCode_Target_5XX_Count does not count the 502, 503 and 504 that the load balancer gives where no target answers (add a trigger on unhealthy_hosts)";

  it("is late with a count of errors, and does not count what no target answered", () => {
    expect(warningsOf(["error_count"], { alb: AN_ALB })).toEqual([LATE, `error_count: ${UNANSWERED}`]);
  });

  it("is not late with the rate, and complete with the unhealthy hosts", () => {
    expect(warningsOf(["error_rate"], { alb: AN_ALB })).toEqual([`error_rate: ${UNANSWERED}`]);
    expect(warningsOf(["error_rate", "unhealthy_hosts"], { alb: AN_ALB })).toEqual([]);
  });

  it.each([
    ["latency_p95", 200],
    ["latency_p99", 1000],
  ])("says how many requests %s needs, unless its triggers have a minimum", (name, needed) => {
    const percentile = name.slice("latency_".length);

    expect(warningsOf([name], { alb: AN_ALB })).toEqual([
      `${name}: ${percentile} of TargetResponseTime is decided by a few requests in a period with less than ${needed} (add minimum_samples: ${needed} to its triggers)`,
    ]);
    expect(warningsOf([name], { alb: AN_ALB }, { minimumSamples: needed })).toEqual([]);
  });
});

describe("agents on EKS", () => {
  it("are said to be needed once, not at every signal", () => {
    expect(warningsOf(["error_rate", "latency_p99", "request_count"], { application_signals: {} })).toEqual([
      "error_rate: Application Signals has data only of pods that the CloudWatch agent instruments, one value a minute (install the add-on amazon-cloudwatch-observability, annotate the pods, and compare Environment and Service with the console)",
    ]);
  });

  it("need limits for utilisation, and enhanced observability for replicas", () => {
    expect(warningsOf(["cpu_utilization", "ready_percent"], { container_insights: {} })).toEqual([
      "cpu_utilization: pod_cpu_utilization_over_pod_limit has no data unless every container of the pod has a limit (set limits, or describe the signal by pod_cpu_utilization or pod_memory_utilization, which are shares of the node)",
      "ready_percent: Container Insights counts replicas only with enhanced observability (install the add-on amazon-cloudwatch-observability, which has it on by default)",
    ]);
  });
});

describe("percentiles", () => {
  it("of Prometheus metrics have no data or are wrong", () => {
    expect(warningsOfSignal({ unit: "s", metric: metric("ContainerInsights/Prometheus", "http_seconds", "p95") })).toEqual([
      expect.stringMatching(/^watched: p95 of http_seconds has no data or is wrong: histograms of Prometheus are dropped/),
    ]);
  });

  it("of anybody's metrics have none of statistic sets", () => {
    expect(warningsOfSignal({ unit: "ms", metric: metric("Shop", "Latency", "p99") })).toEqual([
      "watched: p99 of Latency has data only if Shop gets single values, or values with counts: statistic sets have no percentiles (look at the percentile in the console before you arm)",
    ]);
    expect(warningsOfSignal({ unit: "ms", metric: metric("Shop", "Latency", "Average") })).toEqual([]);
  });

  it("of a summary are those of each pod", () => {
    const latency = { summary: "http_seconds", unit: "s" as const };

    expect(warningsOf(["latency_p95"], { prometheus: { namespace: "Prom", dimensions: {}, latency } })).toEqual([
      "latency_p95: http_seconds is a quantile of each pod: Average of them is no quantile of all requests (read it as a trend, or use Application Signals or the load balancer)",
    ]);
  });
});

describe("stores", () => {
  it("of RDS publish absolute numbers, and a capacity is only what the blueprint says", () => {
    const dimensions = { DBInstanceIdentifier: "db" };

    expect(warningsOfSignal({ unit: "bytes", metric: metric("AWS/RDS", "FreeStorageSpace", "Minimum", dimensions) })).toEqual([
      "watched: FreeStorageSpace of RDS is an absolute number: a limit in % never fits it (add capacity to the signal, or spec.metrics.rds.storage)",
    ]);
    expect(warningsOf(["disk_utilization"], { rds: { instance: "db", storage: "100GiB" } })).toEqual([
      "disk_utilization: the capacity for FreeStorageSpace is what the blueprint says: storage autoscaling changes what there is at most (change the blueprint whenever the database is changed)",
    ]);
    expect(warningsOf(["db_connections_utilization"], { rds: { instance: "db", max_connections: 400 } })).toEqual([
      expect.stringMatching(/max_connections changes with the instance class/),
    ]);
    expect(warningsOf(["db_cpu_utilization"], { rds: { instance: "db" } })).toEqual([]);
  });

  it("of SQS count approximately and sleep", () => {
    expect(warningsOf(["queue_length"], { sqs: { queue: "orders" } })).toEqual([
      expect.stringMatching(/^queue_length: SQS counts approximately, once a minute, nothing after six idle hours/),
    ]);
  });

  it("of DynamoDB ignore missing data by default", () => {
    const throttled = metric("AWS/DynamoDB", "ReadThrottleEvents", "Sum", { TableName: "orders" });

    expect(warningsOfSignal({ unit: "count", metric: throttled })).toEqual([
      expect.stringMatching(/^watched: alarms on AWS\/DynamoDB metrics ignore missing data by default/),
    ]);
  });
});

describe("ratios", () => {
  const ratioOf = (partStat: string, totalStat: string, namespace = "Shop") =>
    warningsOfSignal({
      unit: "%",
      ratio: { part: metric(namespace, "Failed", partStat), total: metric(namespace, "All", totalStat), minimum_total: 10 },
    });

  it("count by count are shares", () => {
    expect(ratioOf("Sum", "Sum")).toEqual([]);
    expect(ratioOf("Sum", "SampleCount")).toEqual([]);
  });

  it("of means are none, unless both are gauges of Container Insights", () => {
    expect(ratioOf("Average", "Sum")).toEqual([
      "watched: Average of Failed by Sum of All is no share: a mean or an extreme does not count (use Sum, or SampleCount where each sample is one request)",
    ]);
    expect(ratioOf("Average", "Average")).toHaveLength(1);
    expect(ratioOf("Average", "Average", "ContainerInsights")).toEqual([]);
  });
});

describe("sets of dimensions", () => {
  it.each([
    ["AWS/ApplicationELB", "UnHealthyHostCount", ["LoadBalancer"], "the dimensions LoadBalancer"],
    ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", ["TargetGroup"], "the dimensions TargetGroup"],
    ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", ["LoadBalancer", "TargetGroup"], "the dimensions LoadBalancer, TargetGroup"],
    ["ApplicationSignals", "Latency", ["Service"], "the dimensions Service"],
    ["ContainerInsights", "replicas_ready", ["ClusterName", "Namespace"], "the dimensions ClusterName, Namespace"],
    ["ContainerInsights", "pod_cpu_utilization_over_pod_limit", ["PodName"], "the dimensions PodName"],
    ["AWS/RDS", "CPUUtilization", ["DBInstanceIdentifier", "EngineName"], "the dimensions DBInstanceIdentifier, EngineName"],
    ["AWS/SQS", "ApproximateNumberOfMessagesVisible", [], "no dimensions"],
  ])("%s %s has no data with %s", (namespace, name, keys, described) => {
    const dimensions = Object.fromEntries(keys.map((key) => [key, "x"]));

    const unit = /utilization/i.test(name) ? "%" : name === "Latency" ? "ms" : "count";
    const warnings = warningsOfSignal({ unit, metric: metric(namespace, name, "Maximum", dimensions) });

    expect(warnings.join("\n")).toContain(
      `${namespace} ${name} has no data with ${described}: CloudWatch needs the exact set (write one of: `,
    );
  });

  it("are not judged where they are not known", () => {
    expect(warningsOfSignal({ unit: "count", metric: metric("Shop", "Backlog", "Maximum", { Any: "x" }) })).toEqual([]);
    expect(warningsOfSignal({ unit: "count", metric: metric("AWS/ApplicationELB", "NewConnectionCount", "Sum", { Any: "x" }) })).toEqual(
      [],
    );
  });

  it("of every source are exact", () => {
    const all = ["latency_p50", "error_rate", "error_count", "request_count"];
    const warnings = [
      ...warningsOf([...all, "unhealthy_hosts"], { alb: AN_ALB }),
      ...warningsOf(all, { application_signals: { operation: "GET /" } }),
      ...warningsOf(["cpu_utilization", "memory_utilization", "ready_percent", "health_failures"], { container_insights: {} }),
      ...warningsOf(["db_cpu_utilization"], { rds: { instance: "db" } }),
      ...warningsOf(["queue_length"], { sqs: { queue: "orders" } }),
    ];

    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.filter((warning) => warning.includes("exact set"))).toEqual([]);
  });
});

describe("missing data of a signal that publishes on events", () => {
  const late = /comes minutes late|does not count the 502/;
  const ofErrors = (changed: Partial<Trigger>) =>
    warningsOf(["error_count"], { alb: AN_ALB }, changed).filter((warning) => !late.test(warning));

  it("is good: any other treatment is pointed out", () => {
    expect(ofErrors({})).toEqual([]);
    expect(ofErrors({ missingData: "breaching" })).toEqual([
      "error_count: trigger error-count fires when nothing happens: error_count publishes only on events (write missing_data: notBreaching)",
    ]);
    expect(ofErrors({ missingData: "ignore" })).toEqual([expect.stringMatching(/stays in ALARM after the last event/)]);
  });

  it("is no absence", () => {
    expect(ofErrors({ form: { type: "absence" }, rule: null, missingData: "breaching" })).toEqual([
      "error_count: trigger error-count fires when error_count has no values, and that means that nothing happened (watch a signal that is continuous, such as request_count)",
    ]);
  });
});
