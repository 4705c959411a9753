import { unreachable } from "./time.ts";
import type { PodGroup, WorkloadState } from "./workload.ts";

export type RolloutPhase =
  | { readonly phase: "complete" }
  | { readonly phase: "progressing"; readonly reason: string }
  | { readonly phase: "failed"; readonly reason: string };

/** Done and failed test of a rollout, as kubectl's `rollout status` (of Argo Rollouts: its own) decides it for the kind of workload. */
export function rolloutPhase(state: WorkloadState): RolloutPhase {
  if (state.observedGeneration < state.generation) {
    return progressing(`generation ${state.generation} is not observed yet (${state.observedGeneration})`);
  }
  switch (state.kind) {
    case "Deployment":
      return deploymentPhase(state);
    case "StatefulSet":
      return statefulSetPhase(state);
    case "DaemonSet":
      return daemonSetPhase(state);
    case "Rollout":
      return argoRolloutPhase(state);
    default:
      return unreachable(state.kind);
  }
}

/** Every replica is updated, no old one is left and all are available. Progress deadline exceeded is failed. */
function deploymentPhase(state: WorkloadState): RolloutPhase {
  const { status, replicas } = state;
  if (status.progressDeadlineExceeded) {
    return { phase: "failed", reason: `the rollout exceeded its progress deadline of ${state.progressDeadlineSeconds} s` };
  }
  if (status.updatedReplicas < replicas) return progressing(`${status.updatedReplicas} of ${replicas} replicas are updated`);
  if (status.replicas > status.updatedReplicas) return progressing(`${status.replicas - status.updatedReplicas} old replicas are left`);
  if (status.availableReplicas < status.updatedReplicas) {
    return progressing(`${status.availableReplicas} of ${status.updatedReplicas} updated replicas are available`);
  }
  return { phase: "complete" };
}

/** All ready, and all from the partition upwards updated. An ordered set with a pod that cannot get ready never gets further by itself. */
function statefulSetPhase({ status, replicas, partition = 0 }: WorkloadState): RolloutPhase {
  if (status.readyReplicas < replicas) return progressing(`${status.readyReplicas} of ${replicas} pods are ready`);
  const wanted = Math.max(0, replicas - partition);
  if (status.updatedReplicas < wanted) {
    const above = partition === 0 ? "" : ` from ordinal ${partition} upwards`;
    return progressing(`${status.updatedReplicas} of ${wanted} pods${above} are updated`);
  }
  return status.replicas > replicas ? progressing(`${status.replicas - replicas} pods too many are left`) : { phase: "complete" };
}

/** Updated and available on every Node; those that are not ready are told, and not waited for. */
function daemonSetPhase({ status, replicas, unreachableNodes = [] }: WorkloadState): RolloutPhase {
  const without = unreachableNodes.length === 0 ? "" : ` (without ${unreachableNodes.join(", ")}: not ready)`;
  if (status.updatedReplicas < replicas) return progressing(`${status.updatedReplicas} of ${replicas} pods are updated${without}`);
  if (status.availableReplicas < replicas) return progressing(`${status.availableReplicas} of ${replicas} pods are available${without}`);
  return { phase: "complete" };
}

/** What its controller says; one that says nothing yet is judged by its numbers. */
function argoRolloutPhase(state: WorkloadState): RolloutPhase {
  const { phase = null, message = null } = state.argo ?? {};
  const because = message === null ? "" : `: ${message}`;
  switch (phase) {
    case "Healthy":
      return { phase: "complete" };
    case "Degraded":
      return { phase: "failed", reason: `the Rollout is degraded${because}` };
    case "Paused":
    case "Progressing":
      return progressing(`the Rollout is ${phase.toLowerCase()}${because}`);
    default:
      return deploymentPhase(state);
  }
}

/** No room for pods: an older release would find none either, while a strategy that takes old pods away first may. Null when nothing says so. */
export function whatLacks({
  status,
  pods,
  templateHash,
}: WorkloadState): { readonly what: "quota" | "nodes"; readonly reason: string } | null {
  if (status.replicaFailure !== null) return { what: "quota", reason: status.replicaFailure };
  const unschedulable = pods.find((group) => group.templateHash === templateHash)?.reasons.find(({ reason }) => reason === "Unschedulable");
  return unschedulable === undefined ? null : { what: "nodes", reason: `Unschedulable: ${unschedulable.message}` };
}

/** The pods of one template; zeros when it has none. */
export function podsOf(state: WorkloadState, templateHash: string | null): PodGroup {
  return (
    state.pods.find((group) => group.templateHash === templateHash) ?? {
      templateHash: templateHash ?? "",
      total: 0,
      ready: 0,
      failing: 0,
      restarts: 0,
      reasons: [],
    }
  );
}

function progressing(reason: string): RolloutPhase {
  return { phase: "progressing", reason };
}
