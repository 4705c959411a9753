import { describe, expect, it } from "vitest";
import { rolloutPhase, whatLacks } from "../../functions/domain/rollout.ts";
import type { WorkloadState } from "../../functions/domain/workload.ts";
import { aPodGroup, aWorkloadState, BAD_HASH } from "../support/builders/index.ts";

type Counts = Partial<WorkloadState["status"]>;

/** Three pods, all as they should be, but for what is given. */
function state(kind: WorkloadState["kind"], counts: Counts = {}, more: Partial<WorkloadState> = {}): WorkloadState {
  const whole = aWorkloadState({ kind, ...more });
  return { ...whole, status: { ...whole.status, ...counts } };
}

function argo(phase: string | null, message: string | null = null): Partial<WorkloadState> {
  return { argo: { phase, message, aborted: false, stableHash: null, workloadRef: null, rollbackWindow: null } };
}

describe("a rollout", () => {
  it.each(["Deployment", "StatefulSet", "DaemonSet", "Rollout"] as const)("of a %s is complete when all its pods are", (kind) => {
    expect(rolloutPhase(state(kind))).toEqual({ phase: "complete" });
  });

  it.each(["Deployment", "StatefulSet", "DaemonSet", "Rollout"] as const)("of a %s is not judged before its spec is observed", (kind) => {
    expect(rolloutPhase(state(kind, {}, { generation: 5 }))).toMatchObject({
      phase: "progressing",
      reason: expect.stringContaining("observed"),
    });
  });

  it.each([
    ["Deployment", { updatedReplicas: 2 }, "2 of 3 replicas are updated"],
    ["Deployment", { replicas: 4 }, "1 old replicas are left"],
    ["Deployment", { availableReplicas: 2 }, "2 of 3 updated replicas are available"],
    ["StatefulSet", { readyReplicas: 2 }, "2 of 3 pods are ready"],
    ["StatefulSet", { updatedReplicas: 1 }, "1 of 3 pods are updated"],
    ["StatefulSet", { replicas: 4 }, "1 pods too many are left"],
    ["DaemonSet", { updatedReplicas: 1 }, "1 of 3 pods are updated"],
    ["DaemonSet", { availableReplicas: 2 }, "2 of 3 pods are available"],
    ["Rollout", { updatedReplicas: 1 }, "1 of 3 replicas are updated"],
  ] as const)("of a %s with %o goes on", (kind, counts, reason) => {
    expect(rolloutPhase(state(kind, counts))).toEqual({ phase: "progressing", reason });
  });

  it("of a StatefulSet with a partition is complete when the pods above it are updated (K8S-24)", () => {
    expect(rolloutPhase(state("StatefulSet", { updatedReplicas: 1 }, { partition: 2 }))).toEqual({ phase: "complete" });
    expect(rolloutPhase(state("StatefulSet", { updatedReplicas: 0 }, { partition: 2 }))).toEqual({
      phase: "progressing",
      reason: "0 of 1 pods from ordinal 2 upwards are updated",
    });
  });

  it("of a DaemonSet tells the Nodes that are not ready (K8S-25)", () => {
    expect(rolloutPhase(state("DaemonSet", { updatedReplicas: 1 }, { unreachableNodes: ["n7"] }))).toMatchObject({
      reason: "1 of 3 pods are updated (without n7: not ready)",
    });
  });

  it("of a Deployment has failed at its progress deadline", () => {
    expect(rolloutPhase(state("Deployment", { progressDeadlineExceeded: true }))).toMatchObject({ phase: "failed" });
  });

  it.each([
    ["Healthy", { availableReplicas: 0 }, "complete"],
    ["Degraded", {}, "failed"],
    ["Paused", {}, "progressing"],
    ["Progressing", {}, "progressing"],
  ] as const)("of Argo Rollouts that is %s is what its controller says, whatever the numbers are (K8S-34)", (said, counts, phase) => {
    expect(rolloutPhase(state("Rollout", counts, argo(said, "because")))).toMatchObject({ phase });
  });
});

describe("what a rollout lacks", () => {
  it.each([
    ["quota", { status: { ...aWorkloadState().status, replicaFailure: "exceeded quota: pods" } }, "exceeded quota: pods"],
    [
      "nodes",
      { pods: [aPodGroup({ reasons: [{ reason: "Unschedulable", pods: 3, message: "0/3 nodes are available" }] })] },
      "Unschedulable: 0/3 nodes are available",
    ],
  ] as const)("is room in its %s (K8S-20, K8S-21)", (what, workload, reason) => {
    expect(whatLacks(aWorkloadState(workload as Partial<WorkloadState>))).toEqual({ what, reason });
  });

  it("is nothing where only pods of another release wait, or where pods fail by themselves", () => {
    const waiting = [{ reason: "Unschedulable", pods: 1, message: "" }];
    const crashing = [{ reason: "CrashLoopBackOff", pods: 3, message: "" }];

    expect(whatLacks(aWorkloadState({ pods: [aPodGroup({ templateHash: "other", reasons: waiting })] }))).toBeNull();
    expect(whatLacks(aWorkloadState({ pods: [aPodGroup({ templateHash: BAD_HASH, reasons: crashing })] }))).toBeNull();
  });
});
