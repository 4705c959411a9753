import { describe, expect, it } from "vitest";
import { BlueprintSchema } from "../../functions/domain/blueprint.ts";
import {
  anAuthoredBlueprint,
  anAuthoredSignal,
  anAuthoredTrigger,
  compiled,
  DEMO_STACK,
  sha256,
} from "../blueprints/authored-blueprint.ts";

describe("a blueprint of a name and a service level", () => {
  const { blueprint, problems } = compiled(anAuthoredBlueprint());

  it("can be armed, and fits the compiled schema", () => {
    expect(problems).toEqual([]);
    expect(BlueprintSchema.safeParse(blueprint).success).toBe(true);
  });

  it("only observes until somebody writes mode: auto", () => {
    expect(blueprint?.mode).toBe("observe");
    expect(compiled(anAuthoredBlueprint({ mode: "auto" })).blueprint?.mode).toBe("auto");
  });

  it("gets the documented defaults", () => {
    expect(blueprint).toMatchObject({
      target: { cluster: "demo", namespace: "demo", kind: "Deployment", name: "checkout" },
      scaling: null,
      suspicionWindowHours: 24,
      notificationTopicArn: null,
      rollback: { enabled: true, automatic: true, triggerOnCriticalFailure: true, maxAttempts: 3 },
      verification: { stabilizationSeconds: 60 },
    });
    expect(blueprint?.verification.checks.map(({ name, critical }) => [name, critical])).toEqual([
      ["replica_count", true],
      ["pods_ready", true],
      ["latency_p95", true],
      ["error_rate", true],
      ["performance_latency_p95", true],
      ["performance_error_rate", true],
    ]);
  });

  it("derives a trigger from each threshold check with rollback_trigger, breaching where the check does not hold", () => {
    expect(blueprint?.triggers).toEqual([
      {
        name: "latency-p95",
        alarmName: "rollguard-checkout-latency-p95",
        signal: "latency_p95",
        class: "performance",
        severity: "high",
        rule: { operator: ">=", threshold: 200 },
        periodSeconds: 60,
        datapointsToAlarm: 2,
        evaluationPeriods: 3,
        missingData: "notBreaching",
        minimumSamples: 200,
      },
      {
        name: "error-rate",
        alarmName: "rollguard-checkout-error-rate",
        signal: "error_rate",
        class: "performance",
        severity: "high",
        rule: { operator: ">=", threshold: 1 },
        periodSeconds: 60,
        datapointsToAlarm: 2,
        evaluationPeriods: 3,
        missingData: "notBreaching",
      },
    ]);
  });

  it("carries the first 12 hex digits of the SHA-256 of everything else", () => {
    const { hash, ...rest } = blueprint ?? { hash: "" };

    expect(hash).toBe(sha256(JSON.stringify(rest)).slice(0, 12));
    expect(compiled(anAuthoredBlueprint({ mode: "auto" })).blueprint?.hash).not.toBe(hash);
  });
});

describe("what the blueprint says goes before what the stack says", () => {
  it("takes each part of the target from the first that knows it", () => {
    const authored = anAuthoredBlueprint({ target: { namespace: "shop", deployment: "checkout-web" } });

    expect(compiled(authored).blueprint?.target).toEqual({ cluster: "demo", namespace: "shop", kind: "Deployment", name: "checkout-web" });
  });

  it("takes a described signal instead of the preset's", () => {
    const latency = anAuthoredSignal({
      unit: "s",
      metric: { namespace: "Shop", name: "Duration", stat: "p95", dimensions: { b: "2", a: "1" } },
    });

    const { blueprint } = compiled(anAuthoredBlueprint({ signals: { latency_p95: latency } }));

    expect(blueprint?.signals.find(({ name }) => name === "latency_p95")).toEqual({
      name: "latency_p95",
      unit: "s",
      better: "lower",
      source: { kind: "metric", metric: { namespace: "Shop", name: "Duration", stat: "p95", dimensions: { a: "1", b: "2" } } },
      resolutionSeconds: 60,
    });
    expect(blueprint?.triggers[0]?.rule).toEqual({ operator: ">=", threshold: 0.2 });
  });

  it("derives no trigger where triggers are listed, also an empty list", () => {
    expect(compiled(anAuthoredBlueprint({ triggers: [anAuthoredTrigger()] })).blueprint?.triggers).toHaveLength(1);
    expect(compiled(anAuthoredBlueprint({ triggers: [] })).blueprint?.triggers).toEqual([]);
  });
});

describe("the mode", () => {
  it("is observe when rollback is disabled, whatever mode says, and the record can say why", () => {
    const disabled = anAuthoredBlueprint({ mode: "auto" }, { verification: { rollback: { enabled: false } } });

    expect(compiled(disabled).blueprint).toMatchObject({ mode: "observe", modeReason: "verification.rollback.enabled is false" });
  });

  it("keeps the reason that a person gave", () => {
    expect(compiled(anAuthoredBlueprint({ mode_reason: "first week" })).blueprint?.modeReason).toBe("first week");
  });
});

describe("triggers", () => {
  it("convert the threshold into the signal's unit", () => {
    const authored = anAuthoredBlueprint({ triggers: [anAuthoredTrigger({ when: "> 1.5s" })] });

    expect(compiled(authored).blueprint?.triggers[0]?.rule).toEqual({ operator: ">", threshold: 1500 });
  });

  it.each([
    { given: {}, datapointsToAlarm: 2, evaluationPeriods: 3 },
    { given: { datapoints_to_alarm: 5 }, datapointsToAlarm: 5, evaluationPeriods: 5 },
    { given: { evaluation_periods: 1 }, datapointsToAlarm: 1, evaluationPeriods: 1 },
    { given: { datapoints_to_alarm: 1, evaluation_periods: 4 }, datapointsToAlarm: 1, evaluationPeriods: 4 },
  ])("need $datapointsToAlarm of $evaluationPeriods when written as $given", ({ given, ...expected }) => {
    const authored = anAuthoredBlueprint({ triggers: [anAuthoredTrigger(given)] });

    expect(compiled(authored).blueprint?.triggers[0]).toMatchObject(expected);
  });

  it("listen to an existing alarm under its own name and without a rule", () => {
    const authored = anAuthoredBlueprint({
      signals: { pool: { alarm: "team-pool-exhausted" } },
      triggers: [anAuthoredTrigger({ name: "pool", signal: "pool", class: "database", when: undefined })],
    });

    expect(compiled(authored).blueprint?.triggers).toEqual([
      expect.objectContaining({ alarmName: "team-pool-exhausted", rule: null, class: "database", periodSeconds: 60 }),
    ]);
  });

  it("take class and severity of a derived trigger from the signal, and from the check where the signal is the service's own", () => {
    const authored = anAuthoredBlueprint(
      { signals: { backlog: anAuthoredSignal() } },
      {
        verification: {
          checks: [
            { type: "threshold", name: "cpu_utilization", target: "< 80%", critical: false, rollback_trigger: true },
            { type: "threshold", name: "backlog", target: "<= 1000", critical: true, rollback_trigger: true },
          ],
        },
      },
    );

    expect(compiled(authored).blueprint?.triggers).toMatchObject([
      { signal: "cpu_utilization", class: "infrastructure", severity: "medium", rule: { operator: ">=", threshold: 80 } },
      { signal: "backlog", class: "performance", severity: "high", rule: { operator: ">", threshold: 1000 } },
    ]);
  });
});

describe("the eks preset", () => {
  it("binds the well-known signals by service, cluster, namespace and workload", () => {
    const stack = { target: { cluster: "prod", namespace: "web" }, metricPreset: "eks" } as const;

    const { bindings } = compiled(anAuthoredBlueprint({ target: { deployment: "checkout-web" } }), stack);

    expect(bindings).toEqual([
      { subject: "target cluster", value: "prod", from: "stack" },
      { subject: "target namespace", value: "web", from: "stack" },
      { subject: "target deployment", value: "checkout-web", from: "blueprint" },
      { subject: "mode", value: "observe", from: "default" },
      { subject: "restore", value: "template, ConfigMaps", from: "default" },
      { subject: "gitops", value: "hold the owner, if there is one", from: "default" },
      {
        subject: "signal latency_p95",
        value: "p95 of ApplicationSignals Latency (Environment=eks:prod/web, Service=checkout)",
        from: "preset eks",
      },
      {
        subject: "signal error_rate",
        value:
          "100 * Sum of ApplicationSignals Fault (Environment=eks:prod/web, Service=checkout) / " +
          "SampleCount of ApplicationSignals Latency (Environment=eks:prod/web, Service=checkout), from 100 per period",
        from: "preset eks",
      },
      { subject: "trigger latency-p95", value: "latency_p95 >= 200 ms in 2 of 3 x 60 s", from: "check latency_p95" },
      { subject: "trigger error-rate", value: "error_rate >= 1% in 2 of 3 x 60 s", from: "check error_rate" },
      { subject: "looks", value: "error_rate, latency_p95, 5, 10, 25, 40, 60 min after a release, observe", from: "default" },
      { subject: "strategy latency-p95", value: "fast (class performance, severity high)", from: "default" },
      { subject: "strategy error-rate", value: "fast (class performance, severity high)", from: "default" },
      { subject: "verify health", value: "replica_count, pods_ready, latency_p95 < 200ms, error_rate < 1%", from: "default" },
      { subject: "verify performance", value: "300 s: latency_p95 < 200ms, error_rate < 1%", from: "default" },
      { subject: "verify business", value: "not watched: the blueprint has no business signal", from: "default" },
    ]);
  });

  it("measures every well-known signal that the demo measures", () => {
    const check = (name: string, target: string) => ({ type: "threshold", name, target, critical: false }) as const;
    const checks = [
      check("cpu_utilization", "< 80%"),
      check("ready_percent", ">= 90%"),
      check("latency_p99", "< 1s"),
      check("request_count", "> 5"),
    ];
    const authored = anAuthoredBlueprint({ triggers: [] }, { verification: { checks } });

    for (const metricPreset of ["eks", "demo"] as const) {
      expect(compiled(authored, { ...DEMO_STACK, metricPreset }).problems).toEqual([]);
    }
  });
});
