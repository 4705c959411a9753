import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateChecks, verdictOf } from "../../functions/domain/checks.ts";
import { selectStrategy } from "../../functions/domain/select-strategy.ts";
import { type VerificationFacts, verify } from "../../functions/domain/verify.ts";
import {
  ALARM_NAME,
  aBlueprint,
  aChange,
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

  it("does not give up a release for one pod that restarts long after the rollout: it had been stable", () => {
    const flapping = { ...restored, pods: [aPodGroup({ templateHash: GOOD_HASH, ready: 2 })] };
    const watched = { ...stable, checks: verify(facts()).checks };

    expect(verify(facts({ workload: flapping, previous: watched, now: at(650) }))).toMatchObject({
      next: "keep-watching",
      verdict: "inconclusive",
      stableSince: null,
      reason: expect.stringContaining("not stable any more"),
    });
    expect(verify(facts({ workload: flapping, previous: { ...watched, stableSince: null }, now: at(700) }))).toMatchObject({
      verdict: "fail",
    });
  });

  it("never watches a rollout beyond the step's deadline, whatever the Deployment's progress deadline is", () => {
    const endless = { ...restored, pods: [], progressDeadlineSeconds: 2_147_483_647 };

    expect(verify(facts({ workload: endless, now: at(699) }))).toMatchObject({ next: "keep-watching" });
    expect(verify(facts({ workload: endless, now: at(700) }))).toMatchObject({ verdict: "fail", recovery: "not-recovered" });
  });

  it("does not take the stuck rollout that it replaced for its own: the condition lags behind the write", () => {
    const workload = {
      ...restored,
      pods: [],
      status: { ...restored.status, updatedReplicas: 0, progressDeadlineExceeded: true },
    };

    expect(verify(facts({ workload, previous: null, now: at(2) }))).toMatchObject({ next: "keep-watching" });
    expect(verify(facts({ workload, previous: null, now: at(20) }))).toMatchObject({ verdict: "fail" });
  });

  describe("that finds no room for its pods", () => {
    const two = {
      ...plan,
      steps: plan.steps.map((step) => (step.kind === "restore-template" ? { ...step, onFail: "restore-template-2" } : step)),
    };
    const pending = aPodGroup({
      templateHash: GOOD_HASH,
      ready: 0,
      failing: 3,
      reasons: [{ reason: "Unschedulable", pods: 3, message: "0/3 nodes are available" }],
    });
    const waiting = { ...restored, status: { ...restored.status, availableReplicas: 0 } };

    it.each([
      ["on the nodes", { ...waiting, pods: [pending] }, /0\/3 nodes are available/],
      ["in the quota", { ...waiting, pods: [], status: { ...waiting.status, replicaFailure: "exceeded quota: pods" } }, /exceeded quota/],
    ])("%s goes on with the author's own strategy, not to an older release, which would find none either", (_name, workload, reason) => {
      const result = verify(facts({ plan: two, workload, previous: null, now: at(601) }));

      expect(result).toMatchObject({ verdict: "fail", nextStepId: "restore-strategy", recovery: "not-recovered" });
      expect(result.reason).toMatch(reason);
    });

    it("unlike one whose pods fail by themselves", () => {
      const failing = { ...pending, reasons: [{ reason: "CrashLoopBackOff", pods: 3, message: "" }] };
      const steps = [...two.steps, { ...(two.steps[0] as (typeof two.steps)[number]), id: "restore-template-2" }];

      expect(
        verify(facts({ plan: { ...two, steps }, workload: { ...waiting, pods: [failing] }, previous: null, now: at(601) })),
      ).toMatchObject({
        next: "next-target",
        nextStepId: "restore-template-2",
      });
    });
  });

  it("says why Kubernetes cannot make the pods", () => {
    const workload = {
      ...restored,
      pods: [],
      status: { ...restored.status, updatedReplicas: 0, replicaFailure: "exceeded quota: pods" },
    };

    expect(verify(facts({ workload })).reason).toContain("exceeded quota: pods");
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
    ["somebody scaled it to nothing", { workload: { ...restored, replicas: 0 } }, /scaled to 0: nothing can be proven/],
    ["the lock was lost", { leaseRenewed: false }, /lock was lost/],
    ["the write was refused", { progress: { ...progress, outcome: "refused" as const, reason: "paused" } }, /paused/],
  ])("stops for a human when %s", (_name, overrides, reason) => {
    const result = verify(facts(overrides));

    expect(result).toMatchObject({ next: "escalate", nextStepId: null });
    expect(result.reason).toMatch(reason);
  });
});

describe("alarms after a restored template", () => {
  const other = "rollguard-checkout-error-rate";
  const alarm = (state: "OK" | "ALARM" | "absent", since: string) => ({ alarmName: other, trigger: "error-rate", state, since });
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

  it("that do not exist prove nothing", () => {
    const result = verify(facts({ alarms: [fired, alarm("absent", at(0))] }));

    expect(result).toMatchObject({ verdict: "inconclusive", next: "keep-watching" });
    expect(result.reason).toContain("expected OK, is absent");
  });

  it("of somebody else clear in their own time: red is no verdict, also when ours would have been OK", () => {
    const [first, second] = aBlueprint().triggers;
    const triggers = [first, { ...second, rule: null }] as VerificationFacts["blueprint"]["triggers"];
    const red = { alarms: [fired, alarm("ALARM", "2026-11-20T03:12:30.000Z")], blueprint: aBlueprint({ triggers }) };

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
