import type { Deployment, ReplicaSet } from "../objects.ts";

function resolve(value: number | string | undefined, total: number, round: (value: number) => number): number {
  if (typeof value === "string") return round((Number.parseInt(value, 10) * total) / 100);
  return value ?? 0;
}

/** How many pods may exist beyond, and be missing below, the wanted number: surge rounds up, unavailable down, never both 0. */
function fenceposts({ spec }: Deployment): { maxSurge: number; maxUnavailable: number } {
  const { maxSurge, maxUnavailable } = spec.strategy.rollingUpdate ?? {};
  const surge = resolve(maxSurge, spec.replicas, Math.ceil);
  const unavailable = resolve(maxUnavailable, spec.replicas, Math.floor);
  return { maxSurge: surge, maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export function maxSurgeOf(deployment: Deployment): number {
  return deployment.spec.strategy.type === "RollingUpdate" ? fenceposts(deployment).maxSurge : 0;
}

export function maxUnavailableOf(deployment: Deployment): number {
  if (deployment.spec.strategy.type !== "RollingUpdate" || deployment.spec.replicas === 0) return 0;
  return Math.min(fenceposts(deployment).maxUnavailable, deployment.spec.replicas);
}

export function wantedBy(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, { spec }) => sum + spec.replicas, 0);
}

export function countOf(replicaSets: readonly ReplicaSet[], counter: "replicas" | "readyReplicas" | "availableReplicas"): number {
  return replicaSets.reduce((sum, { status }) => sum + (status[counter] ?? 0), 0);
}

/** How large the new ReplicaSet may be now, given what else is running. */
export function newReplicaSetSize(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  if (deployment.spec.strategy.type === "Recreate") return deployment.spec.replicas;
  const room = deployment.spec.replicas + maxSurgeOf(deployment) - wantedBy(all);
  if (room <= 0) return current;
  return current + Math.min(room, deployment.spec.replicas - current);
}
