import { describe, expect, it } from "vitest";
import { workloadSteps } from "../../functions/domain/plan/workload-steps.ts";
import { isRestoring } from "../../functions/domain/plan-steps.ts";
import { verify } from "../../functions/domain/verify.ts";
import type { WorkloadState } from "../../functions/domain/workload.ts";
import {
  aGoodReplicaSet,
  aPlanStep,
  aPlanTarget,
  aReplicaSet,
  aWorkloadState,
  BAD_HASH,
  BAD_REPLICA_SET,
} from "../support/builders/index.ts";
import { facts, plan, progress, restored } from "./support/verification-facts.ts";

const target = aPlanTarget();
const template = aPlanStep({ onFail: "restore-strategy", deadlineSeconds: 700 });
/** A release whose replicas come back too: the second step is what is judged. */
const withScale = [
  aPlanStep({ ...template, onPass: "restore-scale-1", judged: false, bakeSeconds: 1 }),
  aPlanStep({ ...template, id: "restore-scale-1", kind: "restore-scale", target, replicas: 5, onFail: "restore-template-2" }),
];
const strategy = aPlanStep({ id: "restore-strategy", kind: "restore-strategy", target: null });
const stepsFor = (steps: readonly (typeof template)[], workload: Partial<WorkloadState>, how: "fast" | "gradual" = "fast") =>
  workloadSteps([...steps, strategy], aWorkloadState(workload), { name: "checkout", strategy: how });
const edges = (steps: readonly (typeof template)[]) => steps.map(({ id, onPass, onFail }) => [id, onPass, onFail]);

describe("a release whose template and replicas come back", () => {
  it("is judged with both where there is no room for a surge, and leads on to the next release", () => {
    expect(edges(stepsFor(withScale, {}))).toEqual([
      ["restore-template-1", "restore-scale-1", "restore-strategy"],
      ["relax-rollout-1", "restore-strategy", "restore-template-2"],
      ["restore-scale-1", "restore-strategy", "restore-template-2"],
      ["restore-strategy", "restore-strategy", "end"],
    ]);
  });

  it("has its replicas before the pods of a StatefulSet are replaced one by one, which is what is judged", () => {
    const steps = stepsFor(withScale, { kind: "StatefulSet", podManagement: "OrderedReady" });

    expect(edges(steps).slice(0, 3)).toEqual([
      ["restore-template-1", "restore-scale-1", "restore-strategy"],
      ["restore-scale-1", "replace-pods-1", "restore-strategy"],
      ["replace-pods-1", "restore-strategy", "restore-template-2"],
    ]);
    expect(steps.map(({ judged }) => judged)).toEqual([false, false, undefined, undefined]);
  });

  it("is not judged before its replicas are back where both versions run side by side first", () => {
    const resume = stepsFor(withScale, {}, "gradual").find(({ kind }) => kind === "resume");

    expect(resume).toMatchObject({ onPass: "restore-scale-1", judged: false });
  });

  it("goes on from the replicas as soon as they are observed", () => {
    const steps = stepsFor(withScale, { kind: "StatefulSet", podManagement: "OrderedReady" });
    const look = { plan: { ...plan, steps: [...steps] }, progress: { ...progress, stepId: "restore-scale-1", stepIndex: 1 } };
    const workload = { ...restored, replicas: 5 };

    expect(verify(facts({ ...look, workload }))).toMatchObject({ next: "next-step", nextStepId: "replace-pods-1", recovery: "undecided" });
    expect(verify(facts({ ...look, workload: { ...workload, observedGeneration: 4 } }))).toMatchObject({ next: "keep-watching" });
    expect(verify(facts({ ...look, workload: restored }))).toMatchObject({ nextStepId: "restore-strategy", recovery: "undecided" });
  });
});

describe("two versions side by side", () => {
  const kinds = (steps: readonly (typeof template)[], workload: Partial<WorkloadState> = {}) =>
    stepsFor(steps, workload, "gradual").map(({ kind }) => kind);

  it("name the release that is replaced: another one that is live by then is left alone", () => {
    expect(stepsFor([template], {}, "gradual")[0]?.action).toMatchObject({ kind: "pause-at-share", from: BAD_REPLICA_SET });
  });

  it("come after the configuration of the release, and fall back on the plain restore", () => {
    const config = aPlanStep({ id: "restore-config-1", kind: "restore-config", target, onPass: template.id, onFail: "restore-strategy" });

    expect(edges(stepsFor([config, template], {}, "gradual")).slice(0, 4)).toEqual([
      ["restore-config-1", "pause-at-share-1", "restore-strategy"],
      ["pause-at-share-1", "resume-1", "resume-1"],
      ["resume-1", "restore-strategy", "restore-strategy"],
      ["restore-template-1", "restore-strategy", "restore-strategy"],
    ]);
  });

  it.each([
    ["the template is only in the snapshot", [template], { replicaSets: [aReplicaSet()] }],
    [
      "an image comes back by its digest",
      [aPlanStep({ ...template, target: aPlanTarget({ images: { app: "demo/checkout@sha256:1" } }) })],
      { replicaSets: [aReplicaSet(), aGoodReplicaSet()] },
    ],
  ])("are no way where %s: no ReplicaSet runs that", (_where, steps, workload) => {
    expect(kinds(steps, workload)).toEqual(["restore-template", "relax-rollout", "restore-strategy"]);
  });
});

describe("pods that are replaced one by one", () => {
  it("are looked at less often the more there are: a run's history has an end", () => {
    const every = (replicas: number) =>
      stepsFor([aPlanStep({ ...template, bakeSeconds: 1 })], { kind: "DaemonSet", onDelete: true, replicas }).find(
        ({ kind }) => kind === "replace-pods",
      )?.bakeSeconds;

    expect([3, 50, 1000].map(every)).toEqual([1, 10, 20]);
  });
});

describe("a Rollout that was promoted", () => {
  const argo = { phase: "Healthy", message: null, aborted: false, stableHash: BAD_HASH, workloadRef: null, rollbackWindow: null };
  const promoted = { kind: "Rollout" as const, templateHash: BAD_HASH, argo };

  it("gets the template, its replicas, and then a full promotion, by which the release is judged", () => {
    const steps = stepsFor(withScale, promoted);

    expect(edges(steps).slice(0, 3)).toEqual([
      ["restore-template-1", "restore-scale-1", "restore-strategy"],
      ["restore-scale-1", "promote-rollout-1", "restore-strategy"],
      ["promote-rollout-1", "restore-strategy", "restore-template-2"],
    ]);
    expect(steps.map(isRestoring)).toEqual([false, false, true, false]);
    expect(steps[2]).toMatchObject({
      action: { kind: "promote-rollout", rollout: "checkout", templateHash: target.templateHash },
      target,
      deadlineSeconds: withScale[1]?.deadlineSeconds,
    });
  });

  it("is promoted once its controller has taken up the template, and judged after that", () => {
    const steps = stepsFor([template], promoted);
    const look = (stepIndex: number, more: object = {}) =>
      verify(
        facts({
          plan: { ...plan, steps: [...steps] },
          progress: { ...progress, stepId: steps[stepIndex]?.id ?? "", stepIndex },
          workload: { ...restored, ...more },
          confirmation: { verdict: "proven", reason: "Rollout checkout is being promoted fully" },
        }),
      );

    expect(look(0, { observedGeneration: 4 })).toMatchObject({ next: "keep-watching" });
    expect(look(0)).toMatchObject({ next: "next-step", nextStepId: "promote-rollout-1", recovery: "undecided" });
    expect(look(1)).toMatchObject({ restoringStepId: "promote-rollout-1", next: "keep-watching" });
  });

  it.each<[string, Partial<WorkloadState>, "fast" | "gradual"]>([
    ["its rollbackWindow may skip the steps", { ...promoted, argo: { ...argo, rollbackWindow: 3 } }, "fast"],
    ["the release is its stable version", { ...promoted, argo: { ...argo, stableHash: target.templateHash } }, "fast"],
    ["it has no stable version yet", { ...promoted, argo: { ...argo, stableHash: null } }, "fast"],
    ["there is time", promoted, "gradual"],
    ["the workload is no Rollout", {}, "fast"],
  ])("is not promoted where %s", (_why, workload, how) => {
    expect(stepsFor([template], workload, how).map(({ kind }) => kind)).not.toContain("promote-rollout");
  });
});
