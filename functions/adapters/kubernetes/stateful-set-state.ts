import type { ControllerRevision, StatefulSet } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import type { Pod } from "kubernetes-types/core/v1.d.ts";
import type { WorkloadState } from "../../domain/workload.ts";
import { liveRevision, type RevisionedWorkload, revisionHash, revisionSummaries } from "./controller-revisions.ts";
import { autoscalerOf, isControlledBy } from "./deployment-state.ts";
import { HASH_LABELS, podGroups } from "./pod-groups.ts";
import { terminatingPods } from "./terminating-pods.ts";
import { workloadIdentity } from "./workload-identity.ts";

/** A StatefulSet has no deadline of its own: each pod waits for the one before. Seconds. */
const PROGRESS_SECONDS = 600;

export interface StatefulSetObjects {
  readonly statefulSet: StatefulSet;
  readonly revisions: readonly ControllerRevision[];
  readonly pods: readonly Pod[];
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
}

/** Ordinals below it are not touched by a rolling update; 0 where nothing has ordinals. */
export function partitionOf({ spec }: RevisionedWorkload): number {
  const { type, rollingUpdate = {} } = spec?.updateStrategy ?? {};
  return type !== "OnDelete" && "partition" in rollingUpdate ? (rollingUpdate.partition ?? 0) : 0;
}

/** A StatefulSet as the domain knows workloads. Servers before 1.22 have no `availableReplicas` here: there, ready is available. */
export function statefulSetState({ statefulSet, revisions, pods, autoscalers }: StatefulSetObjects, now: Date): WorkloadState {
  const { metadata = {}, spec, status } = statefulSet;
  const live = liveRevision(statefulSet, revisions);
  const replicas = spec?.replicas ?? 1;
  const readyReplicas = status?.readyReplicas ?? 0;
  const onDelete = spec?.updateStrategy?.type === "OnDelete";
  const observed = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const templateHash = live === null ? null : revisionHash("StatefulSet", live);
  const ownPods = pods.filter((pod) => isControlledBy(pod, metadata.uid));
  return {
    kind: "StatefulSet",
    ...workloadIdentity(statefulSet),
    paused: false,
    observedGeneration: status?.observedGeneration ?? 0,
    templateHash,
    strategy: { type: onDelete ? "OnDelete" : "RollingUpdate", maxSurge: "0", maxUnavailable: "1" },
    progressDeadlineSeconds: PROGRESS_SECONDS,
    minReadySeconds: spec?.minReadySeconds ?? 0,
    partition: partitionOf(statefulSet),
    podManagement: spec?.podManagementPolicy === "Parallel" ? "Parallel" : "OrderedReady",
    onDelete,
    revisionHistoryLimit: spec?.revisionHistoryLimit ?? 10,
    status: {
      replicas: status?.replicas ?? 0,
      // Of a set that has only one revision every pod is up to date, which old servers do not count.
      updatedReplicas:
        observed && status?.updateRevision === status?.currentRevision ? (status?.replicas ?? 0) : (status?.updatedReplicas ?? 0),
      readyReplicas,
      availableReplicas: status?.availableReplicas ?? readyReplicas,
      progressDeadlineExceeded: false,
      replicaFailure: null,
    },
    hpa: autoscalerOf(metadata.name, autoscalers, "StatefulSet"),
    replicaSets: revisionSummaries("StatefulSet", statefulSet, revisions, { replicas, readyReplicas }),
    pods: podGroups(ownPods, now, HASH_LABELS.StatefulSet),
    terminating: terminatingPods(ownPods, HASH_LABELS.StatefulSet, templateHash, now),
  };
}
