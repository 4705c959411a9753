import { describe, expect, it } from "vitest";
import type { AuthoredSignal } from "../../../functions/domain/blueprint-authored.ts";
import type { AuthoredMetrics } from "../../../functions/domain/blueprint-authored-metrics.ts";
import { anAuthoredBlueprint, anAuthoredTrigger, compiled } from "../../blueprints/authored-blueprint.ts";
import { AN_ALB } from "../support/authored-metrics.ts";

/** Every problem as `path: message (fix)`. */
function problemsOf(spec: Parameters<typeof anAuthoredBlueprint>[0]): readonly string[] {
  return compiled(anAuthoredBlueprint(spec)).problems.map(({ path, message, fix }) => `${path.join(".")}: ${message} (${fix})`);
}

const CONNECTIONS = { namespace: "AWS/RDS", name: "DatabaseConnections", stat: "Maximum" };

function aStorageSignal(overrides: Partial<AuthoredSignal> = {}): AuthoredSignal {
  return {
    metric: { namespace: "AWS/RDS", name: "FreeStorageSpace", dimensions: { DBInstanceIdentifier: "db" }, stat: "Minimum" },
    capacity: { total: "100GiB", holds: "free" },
    ...overrides,
  };
}

describe("a capacity", () => {
  const compiledSignal = (signal: AuthoredSignal) =>
    compiled(anAuthoredBlueprint({ performance: {}, signals: { storage: signal }, triggers: [] })).blueprint?.signals[0];

  it("makes a percentage of bytes or of a count", () => {
    expect(compiledSignal(aStorageSignal({ unit: "bytes" }))).toMatchObject({
      unit: "%",
      better: "lower",
      source: { kind: "capacity", capacity: 107374182400, holds: "free" },
    });
    const connections = aStorageSignal({ unit: "count", metric: CONNECTIONS, capacity: { total: 500, holds: "used" } });
    expect(compiledSignal(connections)).toMatchObject({ unit: "%", source: { capacity: 500, holds: "used" } });
  });

  it("needs no unit: it is the capacity's, and a bare number is in the metric's", () => {
    expect(compiledSignal(aStorageSignal())?.source).toMatchObject({ capacity: 107374182400 });
    expect(compiledSignal(aStorageSignal({ metric: CONNECTIONS, capacity: { total: "500", holds: "used" } }))?.source).toMatchObject({
      capacity: 500,
    });
    expect(compiledSignal(aStorageSignal({ unit: "bytes", capacity: { total: 1024, holds: "free" } }))?.source).toMatchObject({
      capacity: 1024,
    });
  });

  it("is watched in %", () => {
    const trigger = anAuthoredTrigger({ signal: "storage", when: "> 80%" });
    const { blueprint } = compiled(anAuthoredBlueprint({ performance: {}, signals: { storage: aStorageSignal() }, triggers: [trigger] }));

    expect(blueprint?.triggers[0]?.rule).toEqual({ operator: ">", threshold: 80 });
  });

  it.each<{ title: string; given: AuthoredSignal; problem: string }>([
    {
      title: "of a metric in %",
      given: aStorageSignal({ unit: "%" }),
      problem:
        "unit: signal storage has a capacity, and its metric is in % already (remove capacity, or write the unit that CloudWatch holds, such as bytes or count)",
    },
    {
      title: "of 0",
      given: aStorageSignal({ capacity: { total: 0, holds: "free" } }),
      problem: "capacity.total: a capacity of 0 has no share (write how much there is at most)",
    },
    {
      title: "below 0",
      given: aStorageSignal({ capacity: { total: -5, holds: "free" } }),
      problem: "capacity.total: a capacity of -5 has no share (write how much there is at most)",
    },
    {
      title: "in ms",
      given: aStorageSignal({ capacity: { total: "100ms", holds: "free" } }),
      problem: 'capacity.total: "100ms" is no capacity (write how much there is at most, such as 100GiB of bytes or 500 of a count)',
    },
    {
      title: "in another unit than its metric",
      given: aStorageSignal({ unit: "count", metric: { namespace: "Shop", name: "FreeBytes", stat: "Minimum" } }),
      problem:
        "capacity.total: the capacity of storage is 107374182400 bytes, and its metric is in count (write the capacity in count, or the unit that CloudWatch holds)",
    },
    {
      title: "by a percentile",
      given: aStorageSignal({ metric: { namespace: "AWS/RDS", name: "FreeStorageSpace", stat: "p95" } }),
      problem:
        "metric.stat: p95 of FreeStorageSpace is no level that could be a share of a capacity (use Minimum for the worst moment of a period, or Average)",
    },
    {
      title: "by a sum",
      given: aStorageSignal({
        capacity: { total: 5, holds: "used" },
        metric: { namespace: "AWS/RDS", name: "DatabaseConnections", stat: "Sum" },
      }),
      problem:
        "metric.stat: Sum of DatabaseConnections is no level that could be a share of a capacity (use Maximum for the worst moment of a period, or Average)",
    },
    {
      title: "of which more is better",
      given: aStorageSignal({ better: "higher" }),
      problem:
        "better: signal storage is the used share of a capacity, of which less is better (remove better; a metric of what is free is turned around by holds: free)",
    },
    {
      title: "without a metric",
      given: { alarm: "team-storage", capacity: { total: 5, holds: "used" } },
      problem:
        "capacity: signal storage has a capacity and no metric (remove capacity, or give the signal a metric that says what is used or free)",
    },
  ])("is refused $title", ({ given, problem }) => {
    expect(problemsOf({ performance: {}, signals: { storage: given }, triggers: [] })).toEqual([`spec.signals.storage.${problem}`]);
  });
});

describe("what a signal publishes", () => {
  const errors = { namespace: "Shop", name: "Errors", stat: "Sum" };
  const publishesOf = (name: string, signal: AuthoredSignal) =>
    compiled(anAuthoredBlueprint({ performance: {}, signals: { [name]: signal }, triggers: [] })).blueprint?.signals[0]?.publishes;

  it("is what the author says, else what the well-known name says", () => {
    expect(publishesOf("declined", { unit: "count", metric: errors, publishes: "on-event" })).toBe("on-event");
    expect(publishesOf("declined", { unit: "count", metric: errors })).toBeUndefined();
    expect(publishesOf("error_count", { unit: "count", metric: errors })).toBe("on-event");
    expect(publishesOf("error_count", { unit: "count", metric: errors, publishes: "continuous" })).toBe("continuous");
  });

  it.each<{ title: string; given: AuthoredSignal; message: RegExp }>([
    {
      title: "an alarm",
      given: { alarm: "team-errors", publishes: "on-event" },
      message: /is the alarm team-errors, which treats missing/,
    },
    {
      title: "a ratio on events",
      given: { unit: "%", ratio: { part: errors, total: errors, minimum_total: 10 }, publishes: "on-event" },
      message: /is a ratio, which has no value with too little traffic/,
    },
    { title: "a level on events", given: aStorageSignal({ publishes: "on-event" }), message: /is the level of a capacity/ },
  ])("is not said of $title", ({ given, message }) => {
    const problems = problemsOf({ performance: {}, signals: { declined: given }, triggers: [] });

    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(problems).toEqual([expect.stringMatching(/^spec.signals.declined.publishes: .* \(remove publishes\)$/)]);
  });
});

describe("statistics and periods that a namespace does not have", () => {
  it.each(["http_seconds_bucket", "http_seconds_sum", "http_requests_total"])("refuses p95 of the Prometheus counter %s", (name) => {
    const metric = { namespace: "ContainerInsights/Prometheus", name, stat: "p95" };

    expect(problemsOf({ performance: {}, signals: { slow: { unit: "s", metric } }, triggers: [] })).toEqual([
      expect.stringMatching(new RegExp(`^spec.signals.slow.metric.stat: p95 of ${name} is a percentile of the growth of`)),
    ]);
  });

  it.each(["AWS/SQS", "AWS/RDS", "ApplicationSignals", "ContainerInsights"])("refuses a resolution of 10s for %s", (namespace) => {
    const signals = { backlog: { unit: "count", resolution: "10s", metric: { namespace, name: "Depth", stat: "Maximum" } } } as const;

    expect(problemsOf({ performance: {}, signals, triggers: [] })).toEqual([
      `spec.signals.backlog.resolution: resolution 10s is finer than ${namespace} has values (remove it: there is one a minute)`,
    ]);
  });
});

describe("a unit that CloudWatch does not hold", () => {
  const said = (namespace: string, name: string, unit: AuthoredSignal["unit"], stat = "Average") =>
    problemsOf({ performance: {}, signals: { latency_p95: { ...(unit && { unit }), metric: { namespace, name, stat } } }, triggers: [] });

  it.each([
    ["AWS/ApplicationELB", "TargetResponseTime", "ms", 's, not ms (write unit: "s"; conditions in ms are converted)'],
    ["ApplicationSignals", "Latency", "s", 'ms, not s (write unit: "ms"; conditions in s are converted)'],
    ["AWS/RDS", "FreeStorageSpace", "%", 'bytes, not % (write unit: "bytes")'],
    ["ContainerInsights", "pod_cpu_utilization", "count", '%, not count (write unit: "%")'],
    ["AWS/SQS", "ApproximateAgeOfOldestMessage", "count", 's, not count (write unit: "s")'],
  ] as const)("of %s %s is refused in %s", (namespace, name, unit, problem) => {
    expect(said(namespace, name, unit)).toEqual([`spec.signals.latency_p95.unit: CloudWatch holds ${name} of ${namespace} in ${problem}`]);
  });

  it("is refused of a capacity too", () => {
    const signals = { storage: aStorageSignal({ capacity: { total: 500, holds: "free" } }) };

    expect(problemsOf({ performance: {}, signals, triggers: [] })).toEqual([
      'spec.signals.storage.capacity.total: CloudWatch holds FreeStorageSpace of AWS/RDS in bytes, not count (write unit: "bytes")',
    ]);
  });

  it("is not guessed, but the one that it holds is proposed", () => {
    expect(said("AWS/ApplicationELB", "TargetResponseTime", undefined, "p95")).toEqual([
      'spec.signals.latency_p95: signal latency_p95 has no unit (add the unit that CloudWatch holds, such as unit: "s")',
    ]);
  });

  it("is anybody's choice for metrics that are not known", () => {
    expect(said("Shop", "Latency", "s")).toEqual([]);
  });
});

describe("sections of spec.metrics that do not fit", () => {
  const prometheus = { namespace: "Prom", dimensions: {} };

  it.each<{ title: string; given: AuthoredMetrics; problem: string }>([
    {
      title: "storage that is no size",
      given: { rds: { instance: "db", storage: "100" } },
      problem: 'rds.storage: "100" is no storage (write the allocated storage, such as 100GiB)',
    },
    {
      title: "storage of nothing",
      given: { rds: { instance: "db", storage: "0GiB" } },
      problem: 'rds.storage: "0GiB" is no storage (write the allocated storage, such as 100GiB)',
    },
    {
      title: "prometheus without a metric",
      given: { prometheus },
      problem: "prometheus: prometheus names no metric (add requests and errors, latency, or others)",
    },
    {
      title: "failures without attempts",
      given: { prometheus: { ...prometheus, auth_failures: "failed_total" } },
      problem: "prometheus.auth_failures: auth_failures alone is no rate (add auth_attempts, or remove it)",
    },
    {
      title: "a histogram as latency",
      given: { prometheus: { ...prometheus, latency: { summary: "http_seconds_bucket", unit: "s" } } },
      problem:
        "prometheus.latency.summary: http_seconds_bucket is a counter of a histogram or summary, not its quantiles (name the summary itself; the CloudWatch agent drops histograms, so a service with one needs a summary, Application Signals or a load balancer)",
    },
    {
      title: "a quantile among the dimensions",
      given: { prometheus: { namespace: "Prom", dimensions: { quantile: "0.95" }, latency: { summary: "http_seconds", unit: "s" } } },
      problem:
        "prometheus.dimensions.quantile: quantile is the dimension of each latency signal (remove it here: 0.5, 0.9, 0.95 and 0.99 are filled in)",
    },
    {
      title: "a misspelt signal",
      given: { prometheus: { ...prometheus, others: { db_error: "x" } } },
      problem: "prometheus.others.db_error: one metric cannot be db_error here (did you mean db_errors?)",
    },
    {
      title: "one metric for a rate",
      given: { prometheus: { ...prometheus, others: { error_rate: "x" } } },
      problem:
        "prometheus.others.error_rate: one metric cannot be error_rate here (use one of queue_length, health_failures, unhealthy_hosts, db_errors, user_satisfaction, session_duration, or describe it in spec.signals)",
    },
  ])("$title", ({ given, problem }) => {
    expect(problemsOf({ metrics: given })).toEqual([`spec.metrics.${problem}`]);
  });

  it.each<{ signal: string; metrics: AuthoredMetrics; fix: string }>([
    {
      signal: "disk_utilization",
      metrics: { rds: { instance: "db" } },
      fix: "add spec.metrics.rds.storage, the allocated storage, such as 100GiB",
    },
    {
      signal: "db_connections_utilization",
      metrics: { rds: { instance: "db" } },
      fix: "add spec.metrics.rds.max_connections of the database",
    },
    {
      signal: "db_errors",
      metrics: { prometheus: { ...prometheus, requests: "r" } },
      fix: "add spec.metrics.prometheus.others.db_errors, the name of a metric",
    },
    {
      signal: "unhealthy_hosts",
      metrics: { sqs: { queue: "q" } },
      fix: "describe it in spec.signals.unhealthy_hosts with metric, ratio or alarm, name its source in spec.metrics, or choose another metric preset for the stack",
    },
  ])("a section that lacks what $signal needs is told what to add", ({ signal, metrics, fix }) => {
    const when = signal.endsWith("utilization") ? "> 80%" : "> 5";
    const problems = problemsOf({ metrics, triggers: [anAuthoredTrigger({ signal, when })] });

    expect(problems).toEqual([
      `spec.triggers.0.signal: signal ${signal} cannot be armed: spec.metrics does not measure it, and the metric preset "demo" does not measure it (${fix})`,
    ]);
  });

  it("a section that is complete has no problem", () => {
    expect(problemsOf({ metrics: { alb: AN_ALB, rds: { instance: "db", storage: "100GiB" } } })).toEqual([]);
  });
});
