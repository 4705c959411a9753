import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { ContainerState, ContainerStatus, Pod, PodCondition, PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import {
  BAD_HASH,
  BAD_IMAGE,
  BAD_REPLICA_SET,
  GOOD_HASH,
  GOOD_IMAGE,
  GOOD_REPLICA_SET,
  MOMENTS,
  WORKLOAD_UID,
} from "../../../support/builders/index.ts";

/** Objects as a current API server answers them (defaults filled in, bookkeeping present), reduced to one container. */

export const POD_MOMENT = "2026-11-20T03:10:00Z";

/** A template with what the API server adds to it. */
export function aTemplate(image: string, labels: Record<string, string> = {}): PodTemplateSpec {
  return {
    metadata: { creationTimestamp: null as never, labels: { app: "checkout", ...labels } },
    spec: {
      containers: [
        {
          name: "app",
          image,
          ports: [{ containerPort: 8080, protocol: "TCP" }],
          resources: { limits: { memory: "128Mi" }, requests: { cpu: "50m", memory: "128Mi" } },
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
          imagePullPolicy: "IfNotPresent",
        },
      ],
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      securityContext: {},
      schedulerName: "default-scheduler",
    },
  };
}

/** `checkout` with the bad release rolled out, in generation 4. */
export function aDeployment(
  overrides: { metadata?: Deployment["metadata"]; spec?: Partial<Deployment["spec"]>; status?: Deployment["status"] } = {},
): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "checkout",
      namespace: "demo",
      uid: WORKLOAD_UID,
      generation: 4,
      resourceVersion: "1001",
      annotations: { "deployment.kubernetes.io/revision": "2" },
      ...overrides.metadata,
    },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: "checkout" } },
      template: aTemplate(BAD_IMAGE),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...overrides.spec,
    },
    status: {
      observedGeneration: 4,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      conditions: [{ type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" }],
      ...overrides.status,
    },
  };
}

/** A ReplicaSet of `checkout`; its template carries the hash label. */
export function aReplicaSetObject(
  release: "good" | "bad",
  overrides: { metadata?: ReplicaSet["metadata"]; template?: PodTemplateSpec } = {},
): ReplicaSet {
  const good = release === "good";
  const hash = good ? GOOD_HASH : BAD_HASH;
  const replicas = good ? 0 : 3;
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: good ? GOOD_REPLICA_SET : BAD_REPLICA_SET,
      namespace: "demo",
      uid: `uid-${hash}`,
      creationTimestamp: good ? MOMENTS.goodReleaseAt : MOMENTS.changeAt,
      labels: { app: "checkout", "pod-template-hash": hash },
      annotations: { "deployment.kubernetes.io/revision": good ? "1" : "2" },
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "Deployment", name: "checkout", uid: WORKLOAD_UID, controller: true, blockOwnerDeletion: true },
      ],
      ...overrides.metadata,
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: "checkout", "pod-template-hash": hash } },
      template: overrides.template ?? aTemplate(good ? GOOD_IMAGE : BAD_IMAGE, { "pod-template-hash": hash }),
    },
    status: { replicas, readyReplicas: replicas, availableReplicas: replicas, observedGeneration: 1 },
  };
}

/** A pod of the bad release, started at POD_MOMENT, running and ready. */
export function aPod(overrides: { metadata?: Pod["metadata"]; spec?: Pod["spec"]; status?: Pod["status"] } = {}): Pod {
  return {
    metadata: {
      name: `${BAD_REPLICA_SET}-abcde`,
      namespace: "demo",
      creationTimestamp: POD_MOMENT,
      labels: { app: "checkout", "pod-template-hash": BAD_HASH },
      ownerReferences: [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: BAD_REPLICA_SET, uid: `uid-${BAD_HASH}`, controller: true }],
      ...overrides.metadata,
    },
    spec: overrides.spec ?? { containers: [{ name: "app", image: BAD_IMAGE }] },
    status: {
      phase: "Running",
      startTime: POD_MOMENT,
      conditions: [aCondition("PodScheduled", "True"), aCondition("Ready", "True")],
      containerStatuses: [aContainerStatus({ running: { startedAt: POD_MOMENT } }, { ready: true })],
      ...overrides.status,
    },
  };
}

/** A pod that is not ready, with one container in this state. */
export function anUnreadyPod(state: ContainerState, container: Partial<ContainerStatus> = {}, phase = "Running"): Pod {
  return aPod({
    status: {
      phase,
      conditions: [
        aCondition("PodScheduled", "True"),
        aCondition("Ready", "False", { reason: "ContainersNotReady", message: "containers with unready status: [app]" }),
      ],
      containerStatuses: [aContainerStatus(state, container)],
    },
  });
}

export function aContainerStatus(state: ContainerState, overrides: Partial<ContainerStatus> = {}): ContainerStatus {
  return { name: "app", image: BAD_IMAGE, imageID: "", ready: false, restartCount: 0, state, ...overrides };
}

export function aCondition(type: string, status: string, overrides: Partial<PodCondition> = {}): PodCondition {
  return { type, status, lastTransitionTime: POD_MOMENT, ...overrides };
}
