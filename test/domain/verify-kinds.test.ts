import { describe, expect, it } from "vitest";
import type { Confirmation } from "../../functions/domain/cluster-action.ts";
import { actionStep, chain } from "../../functions/domain/plan/chain.ts";
import { shareSteps } from "../../functions/domain/plan/share-steps.ts";
import { workloadSteps } from "../../functions/domain/plan/workload-steps.ts";
import type { PlanStep } from "../../functions/domain/rollback-document.ts";
import { type VerificationFacts, verify } from "../../functions/domain/verify.ts";
import type { WorkloadState } from "../../functions/domain/workload.ts";
import {
  ALARM_NAME,
  anAssessment,
  aPlanStep,
  aPlanTarget,
  aPodGroup,
  aVerification,
  aWorkloadState,
  GOOD_HASH,
  GOOD_IMAGE,
} from "../support/builders/index.ts";
import { at, facts, plan, progress, restored } from "./support/verification-facts.ts";

const template = aPlanStep({ target: aPlanTarget(), onPass: "restore-strategy", onFail: "restore-strategy", deadlineSeconds: 700 });
const strategy = aPlanStep({ id: "restore-strategy", kind: "restore-strategy", target: null });

/** A look at one step of a plan of these steps. */
function look(steps: readonly PlanStep[], stepId: string, overrides: Partial<VerificationFacts> = {}) {
  const stepIndex = steps.findIndex(({ id }) => id === stepId);
  return verify(
    facts({ plan: { ...plan, steps: [...steps] }, progress: { ...progress, stepId, stepIndex }, previous: null, ...overrides }),
  );
}

const said = (verdict: Confirmation["verdict"], reason = "so it is"): Confirmation => ({ verdict, reason });

describe("an ordered StatefulSet", () => {
  const before = aWorkloadState({ kind: "StatefulSet", podManagement: "OrderedReady" });
  const steps = workloadSteps([template, strategy], before, { name: "checkout", strategy: "fast" });
  const live: WorkloadState = { ...restored, kind: "StatefulSet", podManagement: "OrderedReady" };

  it("K8S-24 is handed over to the deletes once the restored template is observed, and not judged before", () => {
    const early = { ...live, observedGeneration: 4 };

    expect(look(steps, "restore-template-1", { workload: early, now: at(2) })).toMatchObject({ next: "keep-watching" });
    expect(look(steps, "restore-template-1", { workload: live, now: at(2) })).toMatchObject({
      next: "next-step",
      nextStepId: "replace-pods-1",
      recovery: "undecided",
    });
  });

  it("K8S-24 is not handed over when somebody has deployed meanwhile", () => {
    const other = { ...live, templateHash: "v3", image: "demo/checkout:v3" };

    expect(look(steps, "restore-template-1", { workload: other })).toMatchObject({
      next: "next-step",
      nextStepId: "restore-strategy",
      reason: expect.stringContaining("superseded"),
    });
  });

  it.each([
    ["again", { next: "next-step", nextStepId: "replace-pods-1", recovery: "undecided" }],
    ["not-yet", { next: "keep-watching" }],
    ["lost", { next: "next-step", nextStepId: "restore-strategy", verdict: "fail" }],
  ] as const)("K8S-24 whose deletes are %s", (verdict, expected) => {
    expect(look(steps, "replace-pods-1", { workload: live, confirmation: said(verdict) })).toMatchObject(expected);
  });

  it("K8S-24 is judged by the service's checks once the deletes are done", () => {
    const stable = { stepId: "replace-pods-1", stableSince: at(2) };
    const result = look(steps, "replace-pods-1", {
      workload: live,
      confirmation: said("proven"),
      previous: { ...look(steps, "restore-template-1", { workload: live }), ...stable },
    });

    expect(result).toMatchObject({ recovery: "recovered", nextStepId: "restore-strategy", restoringStepId: "replace-pods-1" });
  });

  it("K8S-24 is not deleted from for ever", () => {
    const again = { workload: live, confirmation: said("again") };
    const much = { ...progress, stepId: "replace-pods-1", stepIndex: 1, attempt: 500 };

    expect(look(steps, "replace-pods-1", { ...again, progress: much })).toMatchObject({ nextStepId: "restore-strategy", verdict: "fail" });
    // after a long wait for an approval its time has only begun
    expect(look(steps, "replace-pods-1", { ...again, now: at(5 * 3600), actsSince: at(2 * 3600) })).toMatchObject({
      nextStepId: "replace-pods-1",
    });
    expect(look(steps, "replace-pods-1", { ...again, now: at(5 * 3600) })).toMatchObject({
      nextStepId: "restore-strategy",
      verdict: "fail",
    });
  });

  it("K8S-24 with a partition counts every ready pod, whichever revision it keeps", () => {
    const partial: WorkloadState = {
      ...live,
      partition: 2,
      status: { ...live.status, updatedReplicas: 1 },
      pods: [aPodGroup({ templateHash: GOOD_HASH, total: 1, ready: 1 }), aPodGroup({ templateHash: "kept", total: 2, ready: 2 })],
    };

    expect(look(steps, "replace-pods-1", { workload: partial, confirmation: said("proven") })).toMatchObject({
      reason: expect.stringContaining("stable for"),
    });
  });
});

describe("a rollout that finds no room", () => {
  const steps = workloadSteps([template, strategy], aWorkloadState(), { name: "checkout", strategy: "fast" });
  const short: WorkloadState = {
    ...restored,
    pods: [],
    status: { ...restored.status, availableReplicas: 0, replicaFailure: "exceeded quota: pods" },
  };
  const pending = aPodGroup({ templateHash: GOOD_HASH, ready: 0, reasons: [{ reason: "Unschedulable", pods: 3, message: "0/3 nodes" }] });

  it("K8S-20 in its quota goes on without surge after ten seconds: what the condition said may be of the rollout before", () => {
    expect(look(steps, "restore-template-1", { workload: short, now: at(9) })).toMatchObject({ next: "keep-watching" });
    expect(look(steps, "restore-template-1", { workload: short, now: at(11) })).toMatchObject({ nextStepId: "relax-rollout-1" });
  });

  it("K8S-21 on its Nodes goes on after half a minute: new ones may be on their way", () => {
    const workload = { ...short, pods: [pending], status: { ...short.status, replicaFailure: null } };

    expect(look(steps, "restore-template-1", { workload, now: at(29) })).toMatchObject({ next: "keep-watching" });
    expect(look(steps, "restore-template-1", { workload, now: at(31) })).toMatchObject({ nextStepId: "relax-rollout-1" });
  });

  it("K8S-21 does so once, and not when the run's time is better spent otherwise", () => {
    const relaxed = look(steps, "relax-rollout-1", { workload: short, now: at(60), confirmation: said("proven") });

    expect(relaxed).toMatchObject({ next: "keep-watching" });
    expect(look(steps, "restore-template-1", { workload: short, now: at(301) }).nextStepId).not.toBe("relax-rollout-1");
  });
});

describe("two versions side by side", () => {
  const steps = chain([[...shareSteps(template, aWorkloadState(), 600), strategy]]);
  const paused = { ...restored, paused: true };
  const red = { alarmName: "rollguard-checkout-error-rate", trigger: "error-rate", state: "ALARM" as const };
  const assessed = anAssessment({ alarms: [{ alarmName: ALARM_NAME, trigger: "latency-p95", state: "ALARM" }] });

  it("K8S-36 are watched to the end, then the rollout goes on", () => {
    const holds = { workload: paused, confirmation: said("proven", "2 old pods serve"), alarms: [], assessment: assessed };

    expect(look(steps, "pause-at-share-1", { ...holds, now: at(300) })).toMatchObject({ next: "keep-watching" });
    expect(look(steps, "pause-at-share-1", { ...holds, now: at(601) })).toMatchObject({ nextStepId: "resume-1", verdict: "pass" });
  });

  it.each(["proven", "not-yet"] as const)("K8S-36 end at the first alarm that turns red meanwhile, also while it is %s", (verdict) => {
    const worse = { workload: paused, confirmation: said(verdict), alarms: [red], assessment: assessed, now: at(20) };

    expect(look(steps, "pause-at-share-1", worse)).toMatchObject({ nextStepId: "resume-1", verdict: "fail" });
  });

  it("K8S-36 are not ended by the alarm that started the incident", () => {
    const same = [{ alarmName: ALARM_NAME, trigger: "latency-p95", state: "ALARM" as const }];

    expect(
      look(steps, "pause-at-share-1", { workload: paused, confirmation: said("proven"), alarms: same, assessment: assessed, now: at(20) }),
    ).toMatchObject({ next: "keep-watching" });
  });

  it("K8S-36 that do not hold go on towards the earlier release", () => {
    expect(look(steps, "pause-at-share-1", { workload: paused, confirmation: said("lost"), alarms: [], now: at(20) })).toMatchObject({
      nextStepId: "resume-1",
    });
  });
});

describe("a way side by side that is refused", () => {
  const steps = chain([[...shareSteps(template, aWorkloadState(), 600), strategy]]);
  const refused = (stepId: string, outcome: "refused" | "superseded" = "refused") => ({
    progress: { ...progress, stepId, stepIndex: steps.findIndex(({ id }) => id === stepId), outcome, reason: "may not patch" },
  });
  const after = (stepId: string) => ({ previous: aVerification({ stepId, recovery: "undecided", recoveredAt: null }) });

  it.each(["pause-at-share-1", "resume-1"])("%s goes on with the plain restore of the same release", (stepId) => {
    expect(look(steps, stepId, refused(stepId))).toMatchObject({
      next: "next-step",
      nextStepId: "restore-template-1",
      verdict: "fail",
      recovery: "undecided",
    });
  });

  it("leaves what somebody else has written since", () => {
    expect(look(steps, "resume-1", refused("resume-1", "superseded"))).toMatchObject({
      nextStepId: "restore-strategy",
      recovery: "undecided",
    });
  });

  it("is for people once the plain restore is refused too: they must know that the Deployment is paused", () => {
    const both = look(steps, "restore-template-1", { ...refused("restore-template-1"), ...after("resume-1") });
    const first = look(steps, "restore-template-1", { ...refused("restore-template-1"), ...after("pause-at-share-1") });

    expect(both).toMatchObject({ next: "escalate", nextStepId: null });
    expect(both.reason).toBe(
      `may not patch; the Deployment is still paused: kubectl rollout resume deployment/checkout -n demo goes on towards ${GOOD_IMAGE}`,
    );
    expect(first.reason).toContain("the Deployment may have been paused by this run");
    expect(look(steps, "restore-template-1", refused("restore-template-1")).reason).toBe("may not patch");
  });
});

describe("a template that was restored under a hash that nobody knew", () => {
  const digest = "demo/checkout@sha256:0123";
  const pinned = aPlanStep({ ...template, target: aPlanTarget({ image: digest, images: { app: digest } }) });
  const live = (image: string) => ({ ...restored, templateHash: "new-hash", image, pods: [aPodGroup({ templateHash: "new-hash" })] });

  it("K8S-18 is the one restored when it runs the images by digest", () => {
    expect(look([pinned, strategy], pinned.id, { workload: live(digest) })).toMatchObject({ next: "keep-watching" });
  });

  it("K8S-18 is somebody else's when it does not", () => {
    expect(look([pinned, strategy], pinned.id, { workload: live(GOOD_IMAGE) })).toMatchObject({
      next: "next-step",
      nextStepId: "restore-strategy",
      reason: expect.stringContaining("superseded"),
    });
  });
});

it("an action's step is told apart from a watch by its seconds alone", () => {
  const guard = actionStep("release-guard", { kind: "release-guard" });

  expect(look([guard], "release-guard", { confirmation: said("proven"), previous: null })).toMatchObject({ verdict: "pass" });
});
