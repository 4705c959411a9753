import type { WriteContext } from "../api/write-operations.ts";
import type { Deployment, ReplicaSet } from "../objects.ts";
import type { ReplicaSetsOf } from "./deployment-status.ts";
import { scaleReplicaSet } from "./replica-set-scaling.ts";
import { countOf, maxUnavailableOf, newReplicaSetSize, wantedBy } from "./rollout-numbers.ts";

const oldestFirst = (a: ReplicaSet, b: ReplicaSet): number =>
  Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) || (a.metadata.name < b.metadata.name ? -1 : 1);

/** Scales the current ReplicaSet as far as the surge allows. Returns whether it did anything. */
export function scaleCurrent(context: WriteContext, deployment: Deployment, { current, all }: ReplicaSetsOf): boolean {
  if (!current || current.spec.replicas === deployment.spec.replicas) return false;
  const surplus = current.spec.replicas > deployment.spec.replicas;
  const size = surplus ? deployment.spec.replicas : newReplicaSetSize(deployment, all, current.spec.replicas);
  if (size === current.spec.replicas) return false;
  scaleReplicaSet(context, deployment, current, size);
  return true;
}

/** Scales old ReplicaSets down as far as availability allows, pods that are not available first. Returns whether it did anything. */
export function scaleOldDown(context: WriteContext, deployment: Deployment, { current, old, all }: ReplicaSetsOf): boolean {
  if (wantedBy(old) === 0) return false;
  const minAvailable = deployment.spec.replicas - maxUnavailableOf(deployment);
  const currentUnavailable = current ? current.spec.replicas - (current.status.availableReplicas ?? 0) : 0;
  const mayGo = wantedBy(all) - minAvailable - currentUnavailable;
  if (mayGo <= 0) return false;

  let changed = false;
  const scaleDown = (replicaSet: ReplicaSet, count: number): ReplicaSet => {
    changed = true;
    return scaleReplicaSet(context, deployment, replicaSet, replicaSet.spec.replicas - count);
  };

  let unhealthyGone = 0;
  const remaining = [...old].sort(oldestFirst).map((replicaSet) => {
    const unavailable = replicaSet.spec.replicas - (replicaSet.status.availableReplicas ?? 0);
    const count = Math.min(mayGo - unhealthyGone, unavailable);
    if (count <= 0) return replicaSet;
    unhealthyGone += count;
    return scaleDown(replicaSet, count);
  });

  let spare = countOf(all, "availableReplicas") - minAvailable;
  for (const replicaSet of remaining) {
    const count = Math.min(spare, replicaSet.spec.replicas);
    if (count <= 0) continue;
    spare -= count;
    scaleDown(replicaSet, count);
  }
  return changed;
}
