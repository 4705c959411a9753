import type { ControllerRevision, DaemonSet } from "kubernetes-types/apps/v1.d.ts";
import type { Pod } from "kubernetes-types/core/v1.d.ts";
import type { WorkloadState } from "../../domain/workload.ts";
import { liveRevision, revisionHash, revisionSummaries } from "./controller-revisions.ts";
import { isControlledBy } from "./deployment-state.ts";
import { isReady } from "./pod-failure.ts";
import { HASH_LABELS, podGroups } from "./pod-groups.ts";
import { terminatingPods } from "./terminating-pods.ts";
import { workloadIdentity } from "./workload-identity.ts";

/** A DaemonSet has no deadline of its own. Seconds. */
const PROGRESS_SECONDS = 600;
/** More Nodes than these are not asked after in one look. */
const MOST_NODES = 10;

export interface DaemonSetObjects {
  readonly daemonSet: DaemonSet;
  readonly revisions: readonly ControllerRevision[];
  readonly pods: readonly Pod[];
  /** Names of Nodes with a pod of this DaemonSet that are not ready. */
  readonly unreachable: readonly string[];
}

/** Nodes whose pod is not ready, or will not go: they may not be ready themselves. */
export function unreadyNodeNames({ metadata }: DaemonSet, pods: readonly Pod[]): string[] {
  const suspicious = pods.filter((pod) => isControlledBy(pod, metadata?.uid) && (!isReady(pod) || pod.metadata?.deletionTimestamp));
  return [...new Set(suspicious.flatMap(({ spec }) => spec?.nodeName ?? []))].sort().slice(0, MOST_NODES);
}

/** A DaemonSet as the domain knows workloads: one pod on each Node that is ready. */
export function daemonSetState({ daemonSet, revisions, pods, unreachable }: DaemonSetObjects, now: Date): WorkloadState {
  const { metadata = {}, spec, status } = daemonSet;
  const live = liveRevision(daemonSet, revisions);
  const gone = new Set(unreachable);
  const owned = pods.filter((pod) => isControlledBy(pod, metadata.uid));
  const lost = new Set(owned.flatMap(({ spec: pod }) => (pod?.nodeName !== undefined && gone.has(pod.nodeName) ? pod.nodeName : []))).size;
  const hash = live === null ? null : revisionHash("DaemonSet", live);
  const updatedThere = owned.filter(
    (pod) =>
      gone.has(pod.spec?.nodeName ?? "") && !pod.metadata?.deletionTimestamp && pod.metadata?.labels?.[HASH_LABELS.DaemonSet] === hash,
  ).length;
  // A Node whose taint the pods do not tolerate is not counted by the controller itself: its pod is misscheduled there.
  const counted = Math.max(0, lost - (status?.numberMisscheduled ?? 0));
  const replicas = Math.max(0, (status?.desiredNumberScheduled ?? 0) - counted);
  const readyReplicas = status?.numberReady ?? 0;
  const onDelete = spec?.updateStrategy?.type === "OnDelete";
  const there = owned.filter(({ spec: pod }) => !gone.has(pod?.nodeName ?? ""));
  return {
    kind: "DaemonSet",
    ...workloadIdentity({ metadata, ...(spec === undefined ? {} : { spec: { template: spec.template } }) }),
    replicas,
    paused: false,
    observedGeneration: status?.observedGeneration ?? 0,
    templateHash: hash,
    strategy: {
      type: onDelete ? "OnDelete" : "RollingUpdate",
      maxSurge: "0",
      maxUnavailable: String(spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1),
    },
    progressDeadlineSeconds: PROGRESS_SECONDS,
    minReadySeconds: spec?.minReadySeconds ?? 0,
    onDelete,
    revisionHistoryLimit: spec?.revisionHistoryLimit ?? 10,
    unreachableNodes: [...unreachable],
    status: {
      replicas,
      updatedReplicas: Math.max(0, (status?.updatedNumberScheduled ?? 0) - Math.min(counted, updatedThere)),
      readyReplicas,
      availableReplicas: status?.numberAvailable ?? 0,
      progressDeadlineExceeded: false,
      replicaFailure: null,
    },
    hpa: null,
    replicaSets: revisionSummaries("DaemonSet", daemonSet, revisions, { replicas, readyReplicas }),
    pods: podGroups(there, now, HASH_LABELS.DaemonSet),
    terminating: terminatingPods(there, HASH_LABELS.DaemonSet, hash, now),
  };
}
