import { describe, expect, it } from "vitest";
import type { AuthoredSignal } from "../../functions/domain/blueprint-authored.ts";
import { describeCheck } from "../../functions/domain/check-words.ts";
import { anAuthoredBlueprint, anAuthoredSignal, anAuthoredTrigger, compiled, problemsOf } from "../blueprints/authored-blueprint.ts";

const share = (better: "lower" | "higher" = "higher"): AuthoredSignal => anAuthoredSignal({ unit: "%", better });
const SIGNALS = {
  latency_p95: anAuthoredSignal({ unit: "ms" }),
  latency_p99: anAuthoredSignal({ unit: "ms" }),
  error_rate: share("lower"),
  request_count: anAuthoredSignal({ better: "higher" }),
  cpu_utilization: share("lower"),
  memory_utilization: share("lower"),
  user_satisfaction: share(),
  conversion_rate: share(),
  user_engagement: share(),
};
const started = { triggers: [] };
const verification = (authored: Parameters<typeof anAuthoredBlueprint>[1], spec: Parameters<typeof anAuthoredBlueprint>[0] = {}) =>
  compiled(anAuthoredBlueprint({ performance: {}, ...started, ...spec }, authored)).blueprint?.verification;
const inPhase = (of: ReturnType<typeof verification>, phase: string) =>
  of?.checks
    .filter((check) => (check.phase ?? "health") === phase)
    .map((check) => `${describeCheck(check)}${check.critical ? "" : " (informs)"}`);

describe("a blueprint with signals of every kind and no checks of its own", () => {
  const of = verification({}, { signals: SIGNALS });

  it("is looked at every 30 s and fails at two in a row, then for 5 and for 15 minutes (seed 003)", () => {
    expect(of?.phases).toEqual({
      health: { intervalSeconds: 30, consecutiveFailures: 2 },
      performance: { seconds: 300 },
      business: { seconds: 900 },
    });
  });

  it("is held to the figures of seed 003 in each phase", () => {
    expect(inPhase(of, "health")).toEqual([
      "replica_count",
      "pods_ready",
      "error_rate < 1%, or as before the change",
      "request_count > 80% of before the change (informs)",
    ]);
    expect(inPhase(of, "performance")).toEqual([
      "latency_p95 < 2000ms, or as before the change",
      "latency_p99 < 5000ms, or as before the change",
      "error_rate < 1%, or as before the change",
      "request_count > 90% of before the change (informs)",
      "cpu_utilization < 80%, or as before the change (informs)",
      "memory_utilization < 80%, or as before the change (informs)",
    ]);
    expect(inPhase(of, "business")).toEqual([
      "user_satisfaction > 90% of before the change",
      "conversion_rate > 95% of before the change",
      "user_engagement > 90% of before the change",
    ]);
  });
});

it("the service's own limit counts where it is stricter, and the seed's where it is not", () => {
  const triggers = (when: string) => ({ signals: SIGNALS, triggers: [anAuthoredTrigger({ when })] });

  expect(inPhase(verification({}, triggers("> 200ms")), "performance")).toContain("latency_p95 <= 200ms");
  expect(inPhase(verification({}, triggers(">= 3s")), "performance")).toContain("latency_p95 < 2000ms, or as before the change");
});

it("where a trend is asked about is no limit", () => {
  const trend = { limit: "900ms", within: "1h" };
  const triggers = [anAuthoredTrigger({ when: "> 200ms", trend })];

  expect(inPhase(verification({}, { signals: SIGNALS, triggers }), "performance")).toContain(
    "latency_p95 < 2000ms, or as before the change",
  );
});

it("default checks start no rollback by themselves", () => {
  expect(compiled(anAuthoredBlueprint({ signals: SIGNALS })).blueprint?.triggers.map(({ name }) => name)).toEqual([
    "latency-p95",
    "error-rate",
  ]);
});

describe("phases", () => {
  it("without any signal of their kind are left out, and validate says so", () => {
    const { blueprint, bindings } = compiled(anAuthoredBlueprint({ performance: {}, triggers: [], signals: { jobs: anAuthoredSignal() } }));

    expect(blueprint?.verification.phases).toMatchObject({ performance: null, business: null });
    expect(bindings).toContainEqual({
      subject: "verify performance",
      value: "not watched: the blueprint has no performance signal",
      from: "default",
    });
  });

  it("can be turned off, made longer or shorter, and have checks of their own instead of the defaults", () => {
    const of = verification(
      {
        verification: {
          phases: { health: { interval: "5s", consecutive_failures: 3 }, performance: "off", business: { duration: "20s" } },
          checks: [{ type: "baseline", name: "conversion_rate", target: "> 99%", phase: "business", critical: true }],
        },
      },
      { signals: SIGNALS },
    );

    expect(of?.phases).toEqual({
      health: { intervalSeconds: 5, consecutiveFailures: 3 },
      performance: null,
      business: { seconds: 20 },
    });
    expect(of?.checks.map(describeCheck)).toEqual(["conversion_rate > 99% of before the change"]);
  });

  it.each([
    [{ performance: { duration: "2h" } }, "performance.duration: duration 2h is out of range"],
    [{ health: { interval: "5m" } }, "health.interval: interval 5m is out of range"],
    [{ business: { duration: "15m" } }, "business: phase business has nothing to look at"],
  ])("%j is a problem", (phases, problem) => {
    expect(problemsOf(anAuthoredBlueprint({}, { verification: { phases } }))).toEqual([`verification.phases.${problem}`]);
  });

  it("that are off and have checks contradict themselves", () => {
    const checks = [{ type: "threshold", name: "latency_p95", phase: "performance", critical: true } as const];

    expect(problemsOf(anAuthoredBlueprint({ triggers: [] }, { verification: { phases: { performance: "off" }, checks } }))).toEqual([
      "verification.phases.performance: phase performance is off and has checks",
    ]);
  });
});
