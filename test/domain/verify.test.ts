import { describe, expect, it } from "vitest";
import { verify } from "../../functions/domain/verify.ts";
import { ALARM_NAME, aPodGroup, GOOD_HASH } from "../support/builders/index.ts";
import { at, facts, good, plan, progress, restored, stable } from "./support/verification-facts.ts";

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
    const second = verify(facts({ readings: slow, previous: first, now: at(70) }));

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
    const strategy = { stepId: "restore-strategy", stepIndex: plan.steps.findIndex(({ id }) => id === "restore-strategy") };
    const workload = { ...restored, stamps: { ...restored.stamps, savedStrategy: null } };
    const end = verify(facts({ workload, previous: result, progress: { ...progress, ...strategy } }));
    expect(end).toMatchObject({ verdict: "inconclusive", next: "escalate", recovery: "not-recovered", reason: result.reason });
  });

  it("fails when it does not converge (K8S-23)", () => {
    const workload = { ...restored, status: { ...restored.status, progressDeadlineExceeded: true } };

    expect(verify(facts({ workload }))).toMatchObject({ verdict: "fail", recovery: "not-recovered" });
    expect(verify(facts({ workload: { ...restored, pods: [] }, now: at(601) }))).toMatchObject({ verdict: "fail" });
  });

  it.each([
    ["a human deployed something else", { workload: { ...restored, templateHash: "v3", image: "demo/checkout:v3" } }, /superseded.*v3/],
    ["somebody scaled it to nothing", { workload: { ...restored, replicas: 0 } }, /scaled to 0: nothing can be proven/],
  ])("gives back what is ours, and leaves the rest to a human, when %s", (_name, overrides, reason) => {
    const result = verify(facts(overrides));

    expect(result).toMatchObject({ verdict: "inconclusive", next: "next-step", nextStepId: "restore-strategy", recovery: "undecided" });
    expect(result.reason).toMatch(reason);
  });

  it.each([
    ["the Deployment is gone", { workload: null }, /no longer exists/],
    ["the lock was lost", { leaseRenewed: false }, /lock was lost/],
    ["the write was refused", { workload: null, progress: { ...progress, outcome: "refused" as const, reason: "paused" } }, /paused/],
  ])("stops for a human when %s", (_name, overrides, reason) => {
    const result = verify(facts(overrides));

    expect(result).toMatchObject({ next: "escalate", nextStepId: null });
    expect(result.reason).toMatch(reason);
  });
});
