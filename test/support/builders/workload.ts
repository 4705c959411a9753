import type { ReleaseObservation, ScaleObservation } from "../../../functions/domain/release-observation.ts";
import type { PodGroup, ReplicaSetSummary, WorkloadState } from "../../../functions/domain/workload.ts";
import {
  BAD_HASH,
  BAD_IMAGE,
  BAD_REPLICA_SET,
  GOOD_HASH,
  GOOD_IMAGE,
  GOOD_REPLICA_SET,
  MOMENTS,
  SERVICE,
  WORKLOAD_UID,
} from "./moments.ts";

/** The live ReplicaSet of the bad release. */
export function aReplicaSet(overrides: Partial<ReplicaSetSummary> = {}): ReplicaSetSummary {
  return {
    name: BAD_REPLICA_SET,
    uid: "c7a1be9c-30bb-4a8e-9d0a-6d5f0f6f7a02",
    templateHash: BAD_HASH,
    revision: 2,
    createdAt: MOMENTS.changeAt,
    replicas: 3,
    readyReplicas: 3,
    image: BAD_IMAGE,
    ...overrides,
  };
}

/** The earlier ReplicaSet of the good release, scaled to 0. */
export function aGoodReplicaSet(overrides: Partial<ReplicaSetSummary> = {}): ReplicaSetSummary {
  return aReplicaSet({
    name: GOOD_REPLICA_SET,
    uid: "5d1b9f44-0c53-49d6-9a27-0e5be4ad7b01",
    templateHash: GOOD_HASH,
    revision: 1,
    createdAt: MOMENTS.goodReleaseAt,
    replicas: 0,
    readyReplicas: 0,
    image: GOOD_IMAGE,
    ...overrides,
  });
}

/** Healthy pods of the bad release: a latency regression breaks no pod. */
export function aPodGroup(overrides: Partial<PodGroup> = {}): PodGroup {
  return { templateHash: BAD_HASH, total: 3, ready: 3, failing: 0, restarts: 0, reasons: [], ...overrides };
}

/** `checkout` as assessed: v2 fully rolled out, three healthy pods. */
export function aWorkloadState(overrides: Partial<WorkloadState> = {}): WorkloadState {
  return {
    kind: "Deployment",
    uid: WORKLOAD_UID,
    generation: 4,
    observedGeneration: 4,
    image: BAD_IMAGE,
    templateHash: BAD_HASH,
    replicas: 3,
    paused: false,
    strategy: { type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%" },
    progressDeadlineSeconds: 600,
    minReadySeconds: 0,
    status: {
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      progressDeadlineExceeded: false,
      replicaFailure: null,
    },
    stamps: { execution: null, fence: null, savedStrategy: null },
    hpa: null,
    owner: null,
    replicaSets: [aReplicaSet(), aGoodReplicaSet()],
    pods: [aPodGroup()],
    ...overrides,
  };
}

export function aScaleObservation(overrides: Partial<ScaleObservation> = {}): ScaleObservation {
  return {
    replicas: 3,
    since: MOMENTS.goodReleaseAt,
    lastSeenAt: "2026-11-20T03:10:00.000Z",
    healthySince: MOMENTS.goodReleaseAt,
    verdict: "good",
    ...overrides,
  };
}

/** The good release of `checkout` as the ledger knows it. */
export function aReleaseObservation(overrides: Partial<ReleaseObservation> = {}): ReleaseObservation {
  return {
    service: SERVICE,
    templateHash: GOOD_HASH,
    replicaSet: GOOD_REPLICA_SET,
    image: GOOD_IMAGE,
    firstSeenAt: MOMENTS.goodReleaseAt,
    liveSince: MOMENTS.goodReleaseAt,
    lastSeenAt: "2026-11-20T03:10:00.000Z",
    verdict: "good",
    verdictBy: "observe-releases",
    scales: [aScaleObservation()],
    ...overrides,
  };
}
