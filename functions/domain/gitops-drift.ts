import type { ClusterAction, Confirmation, RestoredConfig } from "./cluster-action.ts";
import { describeObject } from "./gitops.ts";
import type { ReleaseObservation } from "./release-observation.ts";
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

/** Content that was brought back and is not there any more; `live` is the hash of what is there, null where the object is gone. */
export function configDriftOf(
  { kind, name, dataHashes, fromHash }: RestoredConfig,
  live: string | null,
  { gitops }: Pick<WatchDrift, "gitops">,
): Confirmation | null {
  if (live !== null && dataHashes.includes(live)) return null;
  const who = gitops === null ? "whoever owns the workload" : describeObject(gitops.object);
  if (live === null) return lost(`GitOps reverted us: ${kind} ${name} does not exist any more, taken away by ${who}`);
  if (fromHash === null || live === fromHash)
    return lost(`GitOps reverted us: ${kind} ${name} has the later content again, written by ${who}`);
  // As with a third release: somebody's repair, which a person should know of.
  return { verdict: "inconclusive", reason: `${kind} ${name} was edited since its earlier content came back` };
}

/**
 * A release that a rollback has taken away is live again while nobody is at work: for the log, since nobody is hurt yet. The next alarm takes it back;
 * a person who wants it marks it good.
 */
export function returnedRelease(
  { templateHash, image, stamps, owner }: WorkloadState,
  observations: readonly ReleaseObservation[],
  lockHeld: boolean,
): string | null {
  const bad = observations.some((observation) => observation.templateHash === templateHash && observation.verdict === "bad");
  if (!bad || lockHeld || stamps.execution === null) return null;
  const who = owner === null ? "somebody" : `${owner.kind} (${owner.ref}) or somebody`;
  return `${who} has brought template ${templateHash} (${image}) back, which ${stamps.execution} had replaced and which is marked bad`;
}

function lost(reason: string): Confirmation {
  return { verdict: "lost", reason };
}
