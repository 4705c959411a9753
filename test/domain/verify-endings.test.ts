import { describe, expect, it } from "vitest";
import { selectStrategy } from "../../functions/domain/select-strategy.ts";
import { verify } from "../../functions/domain/verify.ts";
import {
  ALARM_NAME,
  aBlueprint,
  aChange,
  anAssessment,
  aReleaseObservation,
  aRollbackTrigger,
  aWorkloadState,
  GOOD_HASH,
} from "../support/builders/index.ts";
import { at, facts, plan, progress, restored, stable } from "./support/verification-facts.ts";

describe("alarms after a restored template", () => {
  const other = "rollguard-checkout-error-rate";
  const alarm = (state: "OK" | "ALARM" | "INSUFFICIENT_DATA" | "absent", since: string) => ({
    alarmName: other,
    trigger: "error-rate",
    state,
    since,
  });
  const fired = { alarmName: ALARM_NAME, trigger: "latency-p95", state: "OK" as const, since: at(40) };

  it("that were red before the change are shown and decide nothing: no going further back for another one's fault", () => {
    const result = verify(facts({ alarms: [fired, alarm("ALARM", "2026-11-01T00:00:00.000Z")] }));

    expect(result).toMatchObject({ verdict: "pass", recovery: "recovered" });
    expect(result.checks.find(({ check }) => check === `alarm ${other}`)).toMatchObject({
      verdict: "inconclusive",
      critical: false,
      rollbackTrigger: false,
      actual: "ALARM since 2026-11-01T00:00:00.000Z, before the change",
    });
    expect(result.reason).toBe(
      `5 of 6 checks pass; alarm ${other} inconclusive: expected OK, is ALARM since 2026-11-01T00:00:00.000Z, before the change`,
    );
  });

  it.each([
    ["the alarm that fired", [{ ...fired, state: "ALARM" as const, since: "2026-11-01T00:00:00.000Z" }]],
    ["one that turned red after the change", [fired, alarm("ALARM", "2026-11-20T03:12:30.000Z")]],
    ["one of which nobody knows since when", [fired, alarm("ALARM", "1970-01-01T00:00:00.000Z")]],
  ])("count when it is %s", (_name, alarms) => {
    expect(verify(facts({ alarms }))).toMatchObject({ verdict: "fail" });
  });

  it("that had no data before the change either decide nothing, and are shown", () => {
    const result = verify(facts({ alarms: [fired, alarm("INSUFFICIENT_DATA", "2026-11-01T00:00:00.000Z")] }));

    expect(result).toMatchObject({ verdict: "pass", recovery: "recovered" });
    expect(result.reason).toContain("is INSUFFICIENT_DATA since 2026-11-01T00:00:00.000Z, before the change");
  });

  it.each([
    ["the alarm that fired", [{ ...fired, state: "INSUFFICIENT_DATA" as const, since: "2026-11-01T00:00:00.000Z" }]],
    ["one that lost its data after the change", [fired, alarm("INSUFFICIENT_DATA", "2026-11-20T03:12:30.000Z")]],
  ])("leave the recovery open while %s has no data", (_name, alarms) => {
    expect(verify(facts({ alarms }))).toMatchObject({ verdict: "inconclusive", next: "keep-watching" });
  });

  it("that do not exist prove nothing", () => {
    const result = verify(facts({ alarms: [fired, alarm("absent", at(0))] }));

    expect(result).toMatchObject({ verdict: "inconclusive", next: "keep-watching" });
    expect(result.reason).toContain("expected OK, is absent");
  });

  it("of somebody else clear in their own time: red is no verdict, also when ours would have been OK", () => {
    const { triggers, signals } = aBlueprint();
    const theirs = signals.map((signal) =>
      signal.name === "error_rate" ? { ...signal, source: { kind: "alarm" as const, alarmName: "team-5xx" } } : signal,
    );
    const listening = triggers.map((trigger) => (trigger.signal === "error_rate" ? { ...trigger, rule: null } : trigger));
    const blueprint = aBlueprint({ triggers: listening, signals: theirs });
    const red = { alarms: [fired, alarm("ALARM", "2026-11-20T03:12:30.000Z")], blueprint };

    expect(verify(facts(red))).toMatchObject({ verdict: "inconclusive", next: "keep-watching" });
    expect(verify(facts({ ...red, now: at(700) }))).toMatchObject({ verdict: "inconclusive", recovery: "not-recovered" });
  });
});

describe("after a restored replica count", () => {
  const scaled = selectStrategy({
    trigger: aRollbackTrigger(),
    blueprint: aBlueprint(),
    assessment: anAssessment({
      change: aChange({ kind: "scale", fromReplicas: 3, toReplicas: 2 }),
      workload: aWorkloadState({ templateHash: GOOD_HASH, replicas: 2 }),
    }),
    observations: [aReleaseObservation()],
    switchState: "armed",
    releases: [],
    gitops: null,
    gitopsProblem: null,
    preflight: null,
  });
  const scene = {
    plan: scaled,
    progress: { ...progress, stepId: "restore-scale" },
    previous: { ...stable, stepId: "restore-scale" },
    assessment: anAssessment({ workload: aWorkloadState({ templateHash: GOOD_HASH, replicas: 2 }) }),
  };

  it("passes when it is the one restored, under the release that was assessed", () => {
    expect(verify(facts(scene))).toMatchObject({ verdict: "pass", next: "recovered" });
  });

  it.each([
    ["somebody sets another count", { ...restored, replicas: 5 }, /superseded.*5 replicas/],
    ["somebody deploys", { ...restored, templateHash: "v3", image: "demo/checkout:v3" }, /superseded.*v3/],
  ])("stops for a human when %s", (_name, workload, reason) => {
    const result = verify(facts({ ...scene, workload }));

    expect(result).toMatchObject({ next: "escalate", recovery: "undecided" });
    expect(result.reason).toMatch(reason);
  });
});

describe("after the strategy was put back", () => {
  const last = { ...progress, stepId: "restore-strategy", stepIndex: plan.steps.findIndex(({ id }) => id === "restore-strategy") };
  const ending = {
    ...plan,
    steps: plan.steps.filter(({ kind }) => kind !== "quarantine-replica-set").map((step) => ({ ...step, onPass: "finish" })),
  };

  it.each([
    ["recovered", "recovered"],
    ["not-recovered", "escalate"],
  ] as const)("a service that had %s ends as %s", (recovery, next) => {
    const workload = { ...restored, stamps: { ...restored.stamps, savedStrategy: null } };

    expect(verify(facts({ plan: ending, progress: last, workload, previous: { ...stable, recovery } }))).toMatchObject({
      next,
      recovery,
      stableSince: stable.stableSince,
      checks: stable.checks,
      restoringStepId: "restore-template-1",
    });
  });

  it("a strategy that is still saved is not called restored", () => {
    expect(verify(facts({ progress: last, previous: { ...stable, recovery: "recovered" } }))).toMatchObject({
      next: "escalate",
      verdict: "fail",
    });
  });
});
