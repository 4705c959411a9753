import type { PodGroup, WorkloadState } from "./workload.ts";

export type RolloutPhase =
  | { readonly phase: "complete" }
  | { readonly phase: "progressing"; readonly reason: string }
  | { readonly phase: "failed"; readonly reason: string };

/**
 * Done and failed test of a Deployment's rollout, as kubectl's `rollout status` decides it: the spec is observed, every replica is updated,
 * no old one is left and all are available. Progress deadline exceeded is failed.
 */
export function rolloutPhase(state: WorkloadState): RolloutPhase {
  const { status, replicas } = state;
  if (state.observedGeneration < state.generation) {
    return { phase: "progressing", reason: `generation ${state.generation} is not observed yet (${state.observedGeneration})` };
  }
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
