import type { WriteContext } from "../api/write-operations.ts";
import { type Condition, type Deployment, type DeploymentStatus, type ReplicaSet, timestamp } from "../objects.ts";
import { countOf, maxUnavailableOf, wantedBy } from "./rollout-numbers.ts";

/** The ReplicaSets of a Deployment, sorted by role. */
export interface ReplicaSetsOf {
  /** Serves the live template; undefined while there is none. */
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
  readonly all: readonly ReplicaSet[];
}

export function conditionOf(status: DeploymentStatus, type: string): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

/** Sets a condition as the controllers do: same status and reason means no change, same status keeps the transition time. */
export function withCondition(
  conditions: readonly Condition[],
  { type, status, reason, message, now }: { type: string; status: string; reason: string; message: string; now: Date },
): Condition[] {
  const before = conditions.find((condition) => condition.type === type);
  if (before?.status === status && before.reason === reason) return [...conditions];
  const at = timestamp(now);
  const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? at) : at;
  return [
    ...conditions.filter((condition) => condition.type !== type),
    { type, status, lastUpdateTime: at, lastTransitionTime, reason, message },
  ];
}

/** The counters, and whether enough pods are available. Counters that are 0 are left out, as Go does. */
export function countStatus({ now }: Pick<WriteContext, "now">, deployment: Deployment, { all, current }: ReplicaSetsOf): DeploymentStatus {
  const available = countOf(all, "availableReplicas");
  const counters = {
    observedGeneration: deployment.metadata.generation ?? 1,
    replicas: countOf(all, "replicas"),
    updatedReplicas: current?.status.replicas ?? 0,
    readyReplicas: countOf(all, "readyReplicas"),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wantedBy(all) - available),
    ...(deployment.status.collisionCount ? { collisionCount: deployment.status.collisionCount } : {}),
  };
  const enough = available >= deployment.spec.replicas - maxUnavailableOf(deployment);
  const conditions = withCondition(deployment.status.conditions ?? [], {
    type: "Available",
    status: enough ? "True" : "False",
    reason: enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
    message: enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
    now: now(),
  });
  return { ...Object.fromEntries(Object.entries(counters).filter(([, count]) => count !== 0)), conditions };
}

/** Every pod is of the live template, available, and nothing else is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const { replicas } = deployment.spec;
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 1)
  );
}

function isProgressing(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** Milliseconds until the progress deadline; undefined when none runs (complete, already exceeded, paused). */
export function millisecondsToDeadline(deployment: Deployment, status: DeploymentStatus, now: Date): number | undefined {
  const condition = conditionOf(status, "Progressing");
  if (!condition || deployment.spec.paused || isComplete(deployment, status)) return undefined;
  if (condition.reason === "NewReplicaSetAvailable" || condition.reason === "ProgressDeadlineExceeded") return undefined;
  const from = Date.parse(condition.lastUpdateTime ?? condition.lastTransitionTime ?? "");
  return from + deployment.spec.progressDeadlineSeconds * 1000 - now.getTime();
}

/** Status of a Deployment that rolls out: the counters and how the rollout goes. */
export function rolloutStatus({ now }: Pick<WriteContext, "now">, deployment: Deployment, sets: ReplicaSetsOf): DeploymentStatus {
  const status = countStatus({ now }, deployment, sets);
  let conditions = status.conditions ?? [];
  const progressing = conditionOf(status, "Progressing");
  const subject = sets.current ? `ReplicaSet "${sets.current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const set = (state: string, reason: string, message: string): void => {
    conditions = withCondition(conditions, { type: "Progressing", status: state, reason, message, now: now() });
  };
  const wasComplete = status.replicas === status.updatedReplicas && progressing?.reason === "NewReplicaSetAvailable";
  if (!wasComplete) {
    if (isComplete(deployment, status)) {
      set("True", "NewReplicaSetAvailable", `${subject} has successfully progressed.`);
    } else if (isProgressing(deployment.status, status)) {
      // progress renews the update time, which is what the deadline counts from
      const kept = progressing?.status === "True" ? progressing.lastTransitionTime : undefined;
      conditions = conditions.filter((condition) => condition.type !== "Progressing");
      set("True", "ReplicaSetUpdated", `${subject} is progressing.`);
      if (kept) conditions = conditions.map((one) => (one.type === "Progressing" ? { ...one, lastTransitionTime: kept } : one));
    } else if ((millisecondsToDeadline(deployment, status, now()) ?? 1) < 0) {
      set("False", "ProgressDeadlineExceeded", `${subject} has timed out progressing.`);
    }
  }
  return { ...status, conditions: withReplicaFailure(conditions, sets, now()) };
}

function withReplicaFailure(conditions: readonly Condition[], { current, all }: ReplicaSetsOf, now: Date): Condition[] {
  const failureOf = (replicaSet: ReplicaSet | undefined): Condition | undefined =>
    replicaSet?.status.conditions?.find((condition) => condition.type === "ReplicaFailure");
  const failure = failureOf(current) ?? all.map(failureOf).find((condition) => condition !== undefined);
  const rest = conditions.filter((condition) => condition.type !== "ReplicaFailure");
  if (!failure) return rest;
  const { status, reason = "FailedCreate", message = "" } = failure;
  return withCondition(conditions, { type: "ReplicaFailure", status, reason, message, now });
}
