import type { ClusterAction, Confirmation } from "./cluster-action.ts";
import { describeObject } from "./gitops.ts";
import type { WorkloadState } from "./workload.ts";

export type WatchDrift = Extract<ClusterAction, { kind: "watch-drift" }>;

/** Has what was taken back come again? Null while it has not: then only the owning object itself has more to say. A third release is somebody's repair, not a drift. */
export function driftOf({ suspect, gitops }: WatchDrift, workload: WorkloadState): Confirmation | null {
  const who = gitops === null ? "whoever owns it" : describeObject(gitops.object);
  if (suspect.templateHash !== null && workload.templateHash === suspect.templateHash) {
    return lost(`GitOps reverted us: template ${suspect.templateHash} (${workload.image}) is live again, written by ${who}`);
  }
  if (suspect.replicas !== null && workload.replicas === suspect.replicas) {
    return lost(`GitOps reverted us: ${suspect.replicas} replicas are set again, written by ${who}`);
  }
  return null;
}

function lost(reason: string): Confirmation {
  return { verdict: "lost", reason };
}
