import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateChecks, verdictOf } from "../../functions/domain/checks.ts";
import { selectStrategy } from "../../functions/domain/select-strategy.ts";
import { type VerificationFacts, verify } from "../../functions/domain/verify.ts";
import {
  ALARM_NAME,
  aBlueprint,
  aCheckResult,
  anAssessment,
  aPodGroup,
  aProgress,
  aReleaseObservation,
  aRollbackTrigger,
  aVerification,
  aWorkloadState,
  GOOD_HASH,
  GOOD_IMAGE,
} from "../support/builders/index.ts";

const APPLIED = "2026-11-20T03:12:42.000Z";
const at = (seconds: number) => new Date(Date.parse(APPLIED) + seconds * 1000).toISOString();
const assessment = anAssessment();
const plan = selectStrategy({
  trigger: aRollbackTrigger(),
  blueprint: aBlueprint(),
  assessment,
  observations: [aReleaseObservation()],
  switchState: "armed",
});
const restored = aWorkloadState({
  templateHash: GOOD_HASH,
  image: GOOD_IMAGE,
  generation: 5,
  observedGeneration: 5,
  pods: [aPodGroup({ templateHash: GOOD_HASH })],
  stamps: { execution: "rg", fence: 7, savedStrategy: "{}" },
});
const progress = aProgress({
  stepId: "restore-template-1",
  stepIndex: 0,
  outcome: "applied",
  appliedAt: APPLIED,
  deadlineAt: at(700),
  generation: 5,
});
const stable = aVerification({
  stepId: "restore-template-1",
  stableSince: at(2),
  consecutiveFailures: 0,
  recovery: "undecided",
  recoveredAt: null,
  recoverySeconds: null,
});
const good = [
  { signal: "latency_p95", value: 125 },
  { signal: "error_rate", value: 0.3 },
];

function facts(overrides: Partial<VerificationFacts> = {}): VerificationFacts {
  return {
    trigger: aRollbackTrigger(),
    blueprint: aBlueprint(),
    assessment,
    plan,
    progress,
    previous: stable,
    workload: restored,
    alarms: [{ alarmName: ALARM_NAME, trigger: "latency-p95", state: "OK" }],
    readings: good,
    leaseRenewed: true,
    now: at(60),
    ...overrides,
  };
}

describe("after a restored template", () => {
  it("passes when it is stable long enough and every check passes", () => {
    const result = verify(facts());

    expect(result).toMatchObject({
      verdict: "pass",
      next: "next-step",
      nextStepId: "restore-strategy",
      recovery: "recovered",
      recoveredAt: at(60),
    });
    expect(result.checks).toHaveLength(5);
  });

  it.each([
    [
      "pods are not ready",
      { workload: { ...restored, pods: [aPodGroup({ templateHash: GOOD_HASH, ready: 2 })] } },
      /2 of 3 pods are ready/,
    ],
    ["old replicas are left", { workload: { ...restored, status: { ...restored.status, replicas: 5 } } }, /2 old replicas are left/],
    ["the controller did not see it yet", { workload: { ...restored, observedGeneration: 4 } }, /not observed yet/],
    ["it is stable only since 5 s of 10 s", { previous: { ...stable, stableSince: at(55) } }, /stable for 5 s of 10 s/],
    ["a check has no data", { readings: [{ signal: "latency_p95", value: null }, ...good.slice(1)] }, /latency_p95 inconclusive.*no data/],
    [
      "the alarm has had no time to clear",
      { now: at(40), alarms: [{ alarmName: ALARM_NAME, trigger: "latency-p95", state: "ALARM" as const }] },
      /alarm .* inconclusive/,
    ],
  ])("keeps watching while %s", (_name, overrides, reason) => {
    const result = verify(facts(overrides));

    expect(result).toMatchObject({ next: "keep-watching", nextStepId: null, verdict: "inconclusive" });
    expect(result.reason).toMatch(reason);
  });

  it("forgets the stable time when the rollout is not complete any more", () => {
    expect(verify(facts({ workload: { ...restored, pods: [] } })).stableSince).toBeNull();
  });

  it("fails only at the second failure in a row", () => {
    const slow = [{ signal: "latency_p95", value: 280 }, ...good.slice(1)];
    const first = verify(facts({ readings: slow }));
    const second = verify(facts({ readings: slow, previous: first }));

    expect(first).toMatchObject({ verdict: "fail", next: "keep-watching", consecutiveFailures: 1 });
    expect(second).toMatchObject({ verdict: "fail", next: "next-step", nextStepId: "restore-strategy", recovery: "not-recovered" });
    expect(second.checks.find((check) => check.check === "latency_p95")).toMatchObject({ degradation: "133% increase (120ms -> 280ms)" });
  });

  it("is inconclusive, not failed, when data is missing until the deadline", () => {
    const result = verify(facts({ readings: [], now: at(700) }));

    expect(result).toMatchObject({ verdict: "inconclusive", nextStepId: "restore-strategy", recovery: "not-recovered" });
    expect(result.reason).toContain("inconclusive at the deadline");
  });

  it("fails when it does not converge (K8S-23)", () => {
    const workload = { ...restored, status: { ...restored.status, progressDeadlineExceeded: true } };

    expect(verify(facts({ workload }))).toMatchObject({ verdict: "fail", recovery: "not-recovered" });
    expect(verify(facts({ workload: { ...restored, pods: [] }, now: at(601) }))).toMatchObject({ verdict: "fail" });
  });

  it.each([
    ["a human deployed something else", { workload: { ...restored, templateHash: "v3", image: "demo/checkout:v3" } }, /superseded.*v3/],
    ["the Deployment is gone", { workload: null }, /no longer exists/],
    ["the lock was lost", { leaseRenewed: false }, /lock was lost/],
    ["the write was refused", { progress: { ...progress, outcome: "refused" as const, reason: "paused" } }, /paused/],
  ])("stops for a human when %s", (_name, overrides, reason) => {
    const result = verify(facts(overrides));

    expect(result).toMatchObject({ next: "escalate", nextStepId: null });
    expect(result.reason).toMatch(reason);
  });
});

describe("after the strategy was put back", () => {
  const last = { ...progress, stepId: "restore-strategy", stepIndex: 1 };

  it.each([
    ["recovered", "recovered"],
    ["not-recovered", "escalate"],
  ] as const)("a service that had %s ends as %s", (recovery, next) => {
    const workload = { ...restored, stamps: { ...restored.stamps, savedStrategy: null } };

    expect(verify(facts({ progress: last, workload, previous: { ...stable, recovery } }))).toMatchObject({
      next,
      recovery,
      stableSince: stable.stableSince,
      checks: stable.checks,
    });
  });

  it("a strategy that is still saved is not called restored", () => {
    expect(verify(facts({ progress: last, previous: { ...stable, recovery: "recovered" } }))).toMatchObject({
      next: "escalate",
      verdict: "fail",
    });
  });
});

describe("checks", () => {
  it("are all evaluated, also after one failed (seed 000: five results, three passed)", () => {
    const blueprint = aBlueprint();
    const checks = evaluateChecks({
      blueprint,
      workload: restored,
      expected: { templateHash: GOOD_HASH, replicas: 3 },
      readings: [
        { signal: "latency_p95", value: 280 },
        { signal: "error_rate", value: 1.2 },
      ],
      incident: [{ signal: "error_rate", unit: "%", before: 0.2, during: 1.2 }],
      alarms: [],
      alarmsHadTime: true,
    });

    expect(checks.map((check) => check.verdict)).toEqual(["pass", "pass", "fail", "fail"]);
    expect(checks[3]).toMatchObject({ expected: "< 1%", actual: "1.2%", degradation: "500% increase (0.2% -> 1.2%)" });
  });

  it("give pass only if every decisive one passes, and inconclusive never counts as pass or fail", () => {
    const verdict = fc.constantFrom("pass" as const, "fail" as const, "inconclusive" as const);
    const result = fc.record({ verdict, critical: fc.boolean(), rollbackTrigger: fc.boolean() }).map((some) => aCheckResult(some));
    fc.assert(
      fc.property(fc.array(result), fc.boolean(), (results, policy) => {
        const decisive = results.filter((one) => one.rollbackTrigger || (one.critical && policy));
        const answer = verdictOf(results, policy);
        expect(answer === "fail").toBe(decisive.some((one) => one.verdict === "fail"));
        expect(answer === "pass").toBe(decisive.every((one) => one.verdict === "pass"));
        expect(verdictOf([...results].reverse(), policy)).toBe(answer);
      }),
    );
  });
});
