import { describe, expect, it } from "vitest";
import type { AuthoredSignal, AuthoredTrigger } from "../../functions/domain/blueprint-authored.ts";
import {
  anAuthoredBlueprint,
  anAuthoredSignal,
  anAuthoredTrigger,
  compiled,
  DEMO_STACK,
  problemsOf,
} from "../blueprints/authored-blueprint.ts";

describe("what a stack does not give", () => {
  it("is a problem of arming, not of the blueprint, and says how to give it", () => {
    const { blueprint, problems } = compiled(anAuthoredBlueprint(), { metricPreset: "eks" });

    expect(blueprint).toBeNull();
    expect(problems).toEqual([
      {
        path: ["spec", "target", "cluster"],
        at: "value",
        stage: "arming",
        message: "no cluster is known for this service",
        fix: "add spec.target.cluster, or give the stack a default cluster",
      },
      {
        path: ["spec", "target", "namespace"],
        at: "value",
        stage: "arming",
        message: "no namespace is known for this service",
        fix: "add spec.target.namespace, or give the stack a default namespace",
      },
    ]);
  });

  it("includes a well-known signal that its metric preset does not measure", () => {
    const checks = [{ type: "threshold", name: "memory_utilization", target: "< 80%", critical: false }] as const;

    const { problems } = compiled(anAuthoredBlueprint({ triggers: [] }, { verification: { checks: [...checks] } }));

    expect(problems).toEqual([
      {
        path: ["verification", "checks", 0, "name"],
        at: "value",
        stage: "arming",
        message: 'signal memory_utilization cannot be armed: the metric preset "demo" does not measure it',
        fix: "describe it in spec.signals.memory_utilization with metric, ratio or alarm, name its source in spec.metrics, or choose another metric preset for the stack",
      },
    ]);
  });

  it("includes anything that starts a rollback", () => {
    expect(problemsOf({ metadata: { name: "checkout", version: "1" } })).toEqual([
      "spec: nothing starts a rollback: there are no triggers and no threshold check with rollback_trigger",
    ]);
  });
});

describe("triggers that CloudWatch or common sense refuses", () => {
  it.each<{ given: Partial<AuthoredTrigger>; problem: string }>([
    { given: { when: "< 200%" }, problem: 'spec.triggers.0.when: "< 200%" has the wrong unit: latency_p95 is in ms' },
    { given: { when: "> 200" }, problem: 'spec.triggers.0.when: "> 200" has the wrong unit: latency_p95 is in ms' },
    { given: { when: "< 200ms" }, problem: 'spec.triggers.0.when: "< 200ms" would alarm on a good value: lower is better for latency_p95' },
    { given: { when: undefined }, problem: "spec.triggers.0.when: trigger slow does not say when it breaches" },
    { given: { signal: "latency_p59" }, problem: "spec.triggers.0.signal: unknown signal latency_p59" },
    { given: { signal: "constructor" }, problem: "spec.triggers.0.signal: unknown signal constructor" },
    { given: { period: "15s" }, problem: "spec.triggers.0.period: period 15s is not one that CloudWatch has" },
    { given: { period: "90s" }, problem: "spec.triggers.0.period: period 90s is not one that CloudWatch has" },
    { given: { period: "0s" }, problem: "spec.triggers.0.period: period 0s is not one that CloudWatch has" },
    {
      given: { datapoints_to_alarm: 4, evaluation_periods: 3 },
      problem: "spec.triggers.0.datapoints_to_alarm: 4 datapoints can never breach in 3 periods",
    },
    {
      given: { period: "1h", evaluation_periods: 25 },
      problem: "spec.triggers.0.evaluation_periods: the window is 90000 s long",
    },
    { given: { name: "s".repeat(237) }, problem: "spec.triggers.0.name: the alarm's name would have 256 characters" },
    {
      given: { signal: "error_rate", when: "> 100%" },
      problem: 'spec.triggers.0.when: "> 100%" is always or never true: error_rate is a share from 0% to 100%',
    },
    {
      given: { signal: "error_rate", when: ">= 0%" },
      problem: 'spec.triggers.0.when: ">= 0%" is always or never true: error_rate is a share from 0% to 100%',
    },
    {
      given: { when: ">= 0ms" },
      problem: 'spec.triggers.0.when: ">= 0ms" is always or never true: latency_p95 is never below 0',
    },
    {
      given: { signal: "cpu_utilization", when: ">= 0%" },
      problem: 'spec.triggers.0.when: ">= 0%" is always or never true: cpu_utilization is never below 0',
    },
  ])("refuses $given", ({ given, problem }) => {
    expect(problemsOf(anAuthoredBlueprint({ triggers: [anAuthoredTrigger(given)] }))).toEqual([problem]);
  });

  it("takes the longest window and the longest name that CloudWatch takes", () => {
    const longest = anAuthoredTrigger({ name: "s".repeat(236), period: "1h", evaluation_periods: 24 });

    expect(problemsOf(anAuthoredBlueprint({ triggers: [longest] }))).toEqual([]);
  });

  it.each(["10s", "20s", "30s"])("takes a period of %s only on a signal with a value at least that often", (period) => {
    const withResolution = (resolution: string) =>
      problemsOf(
        anAuthoredBlueprint({
          signals: { backlog: anAuthoredSignal({ resolution }) },
          triggers: [anAuthoredTrigger({ signal: "backlog", when: "> 5", period })],
        }),
      );

    expect(withResolution(period)).toEqual([]);
    expect(withResolution("60s")).toEqual([
      `spec.triggers.0.period: period ${period} is shorter than the resolution of backlog, which has a value every 60 s`,
    ]);
  });

  it("refuses two triggers of one name, and two on one existing alarm", () => {
    const onAlarm = (name: string) => anAuthoredTrigger({ name, signal: "pool", when: undefined });

    expect(problemsOf(anAuthoredBlueprint({ triggers: [anAuthoredTrigger(), anAuthoredTrigger()] }))).toEqual([
      "spec.triggers.1.name: a second trigger is named slow",
    ]);
    expect(problemsOf(anAuthoredBlueprint({ signals: { pool: { alarm: "team-pool" } }, triggers: [onAlarm("a"), onAlarm("b")] }))).toEqual([
      "spec.triggers.1.signal: a second trigger listens to the alarm team-pool",
    ]);
  });

  it("refuses a trigger that has the name of another one's tuned alarm, whichever comes first", () => {
    const [tuned, named] = [anAuthoredTrigger({ when: "> 2x baseline", period: "60s" }), anAuthoredTrigger({ name: "slow-tuned" })];
    const problem = "a second trigger has the alarm rollguard-checkout-slow-tuned";

    expect(problemsOf(anAuthoredBlueprint({ triggers: [tuned, named] }))).toEqual([`spec.triggers.1.name: ${problem}`]);
    expect(problemsOf(anAuthoredBlueprint({ triggers: [named, tuned] }))).toEqual([`spec.triggers.1.name: ${problem}`]);
    expect(problemsOf(anAuthoredBlueprint({ triggers: [tuned] }))).toEqual([]);
  });

  it("refuses a condition on an existing alarm, which has its own", () => {
    const authored = anAuthoredBlueprint({ signals: { pool: { alarm: "team-pool" } }, triggers: [anAuthoredTrigger({ signal: "pool" })] });

    expect(problemsOf(authored)).toEqual([
      "spec.triggers.0.when: trigger slow listens to the alarm team-pool, which has its own condition",
    ]);
  });
});

describe("signals that are none", () => {
  const ratio = (stat: string) => {
    const metric = { namespace: "Shop", name: "Requests", stat };
    return { unit: "%", metric: undefined, ratio: { part: metric, total: metric, minimum_total: 10 } } as const;
  };

  it.each<{ title: string; given: Partial<AuthoredSignal>; problem: string }>([
    { title: "two sources", given: { alarm: "x" }, problem: "spec.signals.backlog: signal backlog has 2 of metric, ratio and alarm" },
    { title: "no source", given: { metric: undefined }, problem: "spec.signals.backlog: signal backlog has 0 of metric, ratio and alarm" },
    { title: "no unit", given: { unit: undefined }, problem: "spec.signals.backlog: signal backlog has no unit" },
    {
      title: "a ratio that is no percentage",
      given: { ...ratio("Sum"), unit: "count" },
      problem: "spec.signals.backlog.unit: signal backlog is a ratio in count",
    },
    {
      title: "a ratio of percentiles",
      given: ratio("p95"),
      problem: "spec.signals.backlog.ratio: signal backlog divides percentiles, which is no share of anything",
    },
    {
      title: "an alarm of Rollguard",
      given: { metric: undefined, alarm: "rollguard-a-b" },
      problem: "spec.signals.backlog.alarm: alarm rollguard-a-b has a name that Rollguard gives",
    },
    {
      title: "a resolution below a second",
      given: { resolution: "0.5s" },
      problem: "spec.signals.backlog.resolution: resolution 0.5s is out of range",
    },
    ...["7s", "15s", "45s", "90s"].map((resolution) => ({
      title: `a resolution of ${resolution}, in which CloudWatch gives no data`,
      given: { resolution },
      problem: `spec.signals.backlog.resolution: resolution ${resolution} is out of range`,
    })),
  ])("refuses $title", ({ given, problem }) => {
    expect(problemsOf(anAuthoredBlueprint({ signals: { backlog: anAuthoredSignal(given) } }))).toEqual([problem]);
  });

  it.each(["1s", "5s", "10s", "20s", "30s", "60s", "2m", "1h"])("takes a resolution of %s", (resolution) => {
    expect(problemsOf(anAuthoredBlueprint({ signals: { backlog: anAuthoredSignal({ resolution }) } }))).toEqual([]);
  });

  it("reports a broken signal once, however many triggers name it", () => {
    const authored = anAuthoredBlueprint({ signals: { backlog: {} }, triggers: [anAuthoredTrigger({ signal: "backlog" })] });

    expect(problemsOf(authored)).toHaveLength(1);
  });
});

describe("checks that prove nothing", () => {
  const withCheck = (check: { name: string; signal?: string; target?: string }, signals = {}) =>
    problemsOf(
      anAuthoredBlueprint({ signals, triggers: [] }, { verification: { checks: [{ type: "threshold", critical: true, ...check }] } }),
    );

  it("refuses one on an unknown signal, and suggests the one that was meant", () => {
    expect(withCheck({ name: "latency", signal: "latency_95", target: "< 1s" })).toEqual([
      "verification.checks.0.signal: unknown signal latency_95",
    ]);
  });

  it("refuses one without a target, unless the service level has one", () => {
    expect(withCheck({ name: "cpu_utilization" })).toEqual(["verification.checks.0: check cpu_utilization has no target"]);
    expect(withCheck({ name: "latency", signal: "latency_p95" })).toEqual([]);
  });

  it("refuses one that demands a bad value", () => {
    expect(withCheck({ name: "latency_p95", target: "> 200ms" })).toEqual([
      'verification.checks.0.target: "> 200ms" would demand a bad value: lower is better for latency_p95',
    ]);
  });

  it("refuses one on an existing alarm, which has no value", () => {
    expect(withCheck({ name: "pool", target: "< 1" }, { pool: { alarm: "team-pool" } })).toEqual([
      "verification.checks.0: check pool compares pool, which is an alarm and has no value",
    ]);
  });

  it("refuses two of one name", () => {
    const check = { type: "threshold", name: "latency_p95", target: "< 1s", critical: true } as const;

    expect(problemsOf(anAuthoredBlueprint({}, { verification: { checks: [check, check] } }))).toContain(
      "verification.checks.1.name: a second check is named latency_p95",
    );
  });
});

describe("policies out of range", () => {
  it.each([
    { spec: { scaling: { min_replicas: 5, max_replicas: 1 } }, path: "spec.scaling.max_replicas" },
    { spec: { scaling: { min_replicas: 0, max_replicas: 0 } }, path: "spec.scaling.max_replicas" },
    {
      spec: { scaling: { min_replicas: 1, max_replicas: 2, target_cpu_utilization: "70ms" } },
      path: "spec.scaling.target_cpu_utilization",
    },
    { spec: { scaling: { min_replicas: 1, max_replicas: 2, scale_down_threshold: "140%" } }, path: "spec.scaling.scale_down_threshold" },
    { spec: { suspicion_window: "31d" }, path: "spec.suspicion_window" },
    { spec: { suspicion_window: "0h" }, path: "spec.suspicion_window" },
  ])("refuses $spec", ({ spec, path }) => {
    expect(problemsOf(anAuthoredBlueprint(spec))).toEqual([expect.stringMatching(new RegExp(`^${path}: `))]);
  });

  it("refuses a stabilisation period that Step Functions cannot wait", () => {
    for (const period of ["0s", "0.5s", "2h"]) {
      expect(problemsOf(anAuthoredBlueprint({}, { verification: { stabilization_period: period } }))).toEqual([
        `verification.stabilization_period: stabilization_period ${period} is out of range`,
      ]);
    }
  });

  it("reports everything that is wrong at once", () => {
    const authored = anAuthoredBlueprint({ suspicion_window: "0h", triggers: [anAuthoredTrigger({ when: "> 1%", period: "15s" })] });

    expect(problemsOf(authored, { ...DEMO_STACK, target: {} })).toHaveLength(5);
  });
});
