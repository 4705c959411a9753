import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import type { Pod } from "kubernetes-types/core/v1.d.ts";
import { redactedTo } from "../../domain/redact.ts";
import type { ReplicaSetSummary, WorkloadState } from "../../domain/workload.ts";
import { type ArgoRollout, isObserved, type RolloutObjects, referencedDeployment, rolloutHashOf, writtenObject } from "./argo-rollout.ts";
import { autoscalerOf, isControlledBy } from "./deployment-state.ts";
import { HASH_LABELS, podGroups } from "./pod-groups.ts";
import { templatesEqual } from "./template-equality.ts";
import { terminatingPods } from "./terminating-pods.ts";
import { workloadIdentity } from "./workload-identity.ts";

const REVISION_ANNOTATION = "rollout.argoproj.io/revision";
const MOST_REPLICA_SETS = 20;
const MESSAGE_LENGTH = 300;

export interface RolloutStateObjects extends RolloutObjects {
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
}

/** A Rollout as the domain knows workloads. Generation and stamps are those of the object that has the template: with `workloadRef` the Deployment. */
export function argoRolloutState(objects: RolloutStateObjects, now: Date): WorkloadState {
  const { rollout, replicaSets, pods, autoscalers } = objects;
  const { metadata = {}, spec, status = {} } = rollout;
  const owned = replicaSets.filter((replicaSet) => isControlledBy(replicaSet, metadata.uid));
  const ownedUids = new Set(owned.map((replicaSet) => replicaSet.metadata?.uid));
  const identity = rolloutIdentity(objects);
  const templateHash = liveHash(objects, owned);
  const ownPods = pods.filter(({ metadata: pod }) => pod?.ownerReferences?.some(({ controller, uid }) => controller && ownedUids.has(uid)));
  const condition = (type: string) => status.conditions?.find((entry) => entry.type === type);
  const failure = condition("ReplicaFailure");
  return {
    ...identity,
    observedGeneration: isObserved(objects) ? identity.generation : 0,
    templateHash,
    strategy: strategyOf(rollout),
    progressDeadlineSeconds: spec?.progressDeadlineSeconds ?? 600,
    minReadySeconds: spec?.minReadySeconds ?? 0,
    revisionHistoryLimit: spec?.revisionHistoryLimit ?? 10,
    argo: {
      phase: status.phase ?? null,
      message: status.message === undefined ? null : redactedTo(MESSAGE_LENGTH, status.message),
      aborted: status.abort ?? false,
      stableHash: status.stableRS || null,
      workloadRef: referencedDeployment(rollout),
      rollbackWindow: spec?.rollbackWindow?.revisions ?? null,
    },
    status: {
      replicas: status.replicas ?? 0,
      updatedReplicas: status.updatedReplicas ?? 0,
      readyReplicas: status.readyReplicas ?? 0,
      availableReplicas: status.availableReplicas ?? 0,
      progressDeadlineExceeded: condition("Progressing")?.reason === "ProgressDeadlineExceeded",
      replicaFailure: failure?.status === "True" ? redactedTo(MESSAGE_LENGTH, failure.message ?? "ReplicaFailure") : null,
    },
    hpa: autoscalerOf(metadata.name, autoscalers, "Rollout"),
    replicaSets: owned.map(summary).sort(newestFirst).slice(0, MOST_REPLICA_SETS),
    pods: podGroups(ownPods, now, HASH_LABELS.Rollout),
    terminating: terminatingPods(ownPods, HASH_LABELS.Rollout, templateHash, now),
  };
}

/** What a GET of the Rollout, and of the Deployment that it refers to, tells. `stamped` is the object that a write changes. */
export function rolloutIdentity(objects: RolloutObjects, stamped: ArgoRollout | Deployment = writtenObject(objects)) {
  const { rollout } = objects;
  const templated = workloadIdentity(writtenObject(objects));
  return {
    kind: "Rollout" as const,
    ...templated,
    uid: rollout.metadata?.uid ?? "",
    replicas: rollout.spec?.replicas ?? 1,
    paused: rollout.spec?.paused ?? false,
    stamps: workloadIdentity(stamped).stamps,
    owner: templated.owner ?? workloadIdentity(rollout).owner,
  };
}

/** By the template where the server has completed it, else by what the controller says of the newest spec. */
function liveHash(objects: RolloutObjects, owned: readonly ReplicaSet[]): string | null {
  const template = writtenObject(objects).spec?.template;
  const equal = owned.find(({ spec }) => template !== undefined && spec?.template !== undefined && templatesEqual(spec.template, template));
  if (equal) return rolloutHashOf(equal);
  return isObserved(objects) ? objects.rollout.status?.currentPodHash || null : null;
}

function strategyOf({ spec }: RolloutObjects["rollout"]): WorkloadState["strategy"] {
  const { canary, blueGreen } = spec?.strategy ?? {};
  if (blueGreen !== undefined) return { type: "blueGreen", maxSurge: "100%", maxUnavailable: "0" };
  return { type: "canary", maxSurge: String(canary?.maxSurge ?? "25%"), maxUnavailable: String(canary?.maxUnavailable ?? "25%") };
}

function summary(replicaSet: ReplicaSet): ReplicaSetSummary {
  const { metadata = {}, spec, status } = replicaSet;
  return {
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    templateHash: rolloutHashOf(replicaSet),
    revision: Number.parseInt(metadata.annotations?.[REVISION_ANNOTATION] ?? "", 10) || 0,
    createdAt: metadata.creationTimestamp ?? "",
    replicas: spec?.replicas ?? 0,
    readyReplicas: status?.readyReplicas ?? 0,
    image: spec?.template?.spec?.containers[0]?.image ?? "",
  };
}

function newestFirst(a: ReplicaSetSummary, b: ReplicaSetSummary): number {
  return b.revision - a.revision || b.createdAt.localeCompare(a.createdAt);
}
