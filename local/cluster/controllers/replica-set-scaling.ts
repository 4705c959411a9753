import { RESOURCE_TYPES } from "../api/resource-types.ts";
import type { WriteContext } from "../api/write-operations.ts";
import type { Deployment, ReplicaSet } from "../objects.ts";
import { change, recordEvent } from "./cluster-access.ts";
import type { ReplicaSetsOf } from "./deployment-status.ts";
import { DESIRED_REPLICAS, MAX_REPLICAS, replicaAnnotations } from "./revisions.ts";
import { maxSurgeOf, wantedBy } from "./rollout-numbers.ts";

/** Gives a ReplicaSet a size (and notes what the Deployment wanted then). Returns the ReplicaSet as it now is. */
export function scaleReplicaSet(context: WriteContext, deployment: Deployment, replicaSet: ReplicaSet, size: number): ReplicaSet {
  const before = replicaSet.spec.replicas;
  const after = change<ReplicaSet>(context, RESOURCE_TYPES.replicasets, replicaSet, (copy) => {
    copy.spec.replicas = size;
    copy.metadata.annotations = { ...copy.metadata.annotations, ...replicaAnnotations(deployment) };
  });
  if (size !== before) {
    const message = `Scaled ${size > before ? "up" : "down"} replica set ${replicaSet.metadata.name} to ${size}`;
    recordEvent(context, deployment, { reason: "ScalingReplicaSet", message, component: "deployment-controller" });
  }
  return after;
}

const isActive = ({ spec }: ReplicaSet): boolean => spec.replicas > 0;

/** Has `spec.replicas` of the Deployment changed since its ReplicaSets were last sized? */
export function isScalingEvent(deployment: Deployment, sets: ReplicaSetsOf): boolean {
  return sets.all.filter(isActive).some(({ metadata }) => {
    const desired = metadata.annotations?.[DESIRED_REPLICAS];
    return desired !== undefined && Number(desired) !== deployment.spec.replicas;
  });
}

function isSaturated(deployment: Deployment, replicaSet: ReplicaSet | undefined): boolean {
  const { replicas } = deployment.spec;
  return (
    replicaSet !== undefined &&
    Number(replicaSet.metadata.annotations?.[DESIRED_REPLICAS]) === replicas &&
    replicaSet.spec.replicas === replicas &&
    (replicaSet.status.availableReplicas ?? 0) === replicas
  );
}

function newestFirst(a: ReplicaSet, b: ReplicaSet): number {
  const age = Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp);
  return age || Number(b.metadata.resourceVersion) - Number(a.metadata.resourceVersion);
}

/** The one ReplicaSet that takes all of a scaling: the only active one, or (when none is) the current or newest. */
function soleTarget({ all, current, old }: ReplicaSetsOf): ReplicaSet | undefined {
  const active = all.filter(isActive);
  if (active.length === 0) return current ?? [...old].sort(newestFirst)[0];
  return active.length === 1 ? active[0] : undefined;
}

/** Scales without rolling anything out: one ReplicaSet takes all, a saturated new one ends the old ones, otherwise in proportion. */
export function scaleDeployment(context: WriteContext, deployment: Deployment, sets: ReplicaSetsOf): void {
  const sole = soleTarget(sets);
  if (sole) {
    if (sole.spec.replicas !== deployment.spec.replicas) scaleReplicaSet(context, deployment, sole, deployment.spec.replicas);
    return;
  }
  if (isSaturated(deployment, sets.current)) {
    for (const replicaSet of sets.old.filter(isActive)) scaleReplicaSet(context, deployment, replicaSet, 0);
    return;
  }
  if (deployment.spec.strategy.type === "RollingUpdate") scaleInProportion(context, deployment, sets.all.filter(isActive));
}

function scaleInProportion(context: WriteContext, deployment: Deployment, active: readonly ReplicaSet[]): void {
  const { replicas } = deployment.spec;
  const allowed = replicas > 0 ? replicas + maxSurgeOf(deployment) : 0;
  const toAdd = allowed - wantedBy(active);
  const bySize = [...active].sort((a, b) => b.spec.replicas - a.spec.replicas || (toAdd > 0 ? newestFirst(a, b) : newestFirst(b, a)));
  let added = 0;
  const sizes = bySize.map((replicaSet) => {
    const share = toAdd === 0 ? 0 : proportionOf(deployment, replicaSet, toAdd, added);
    added += share;
    return replicaSet.spec.replicas + share;
  });
  bySize.forEach((replicaSet, index) => {
    const leftover = index === 0 && toAdd !== 0 ? toAdd - added : 0;
    scaleReplicaSet(context, deployment, replicaSet, Math.max(0, (sizes[index] ?? 0) + leftover));
  });
}

function proportionOf(deployment: Deployment, replicaSet: ReplicaSet, toAdd: number, added: number): number {
  if (toAdd === added) return 0;
  const size = replicaSet.spec.replicas;
  const annotated = Number(replicaSet.metadata.annotations?.[MAX_REPLICAS] ?? deployment.status.replicas ?? 0);
  const target = deployment.spec.replicas + maxSurgeOf(deployment);
  const share = deployment.spec.replicas === 0 ? -size : Math.round((size * target) / Math.max(1, annotated)) - size;
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
}
