import type { Condition, KubernetesObject, LabelSelector, PodTemplate } from "./objects.ts";

/** A StatefulSet after server-side defaults. */
export interface StatefulSet extends KubernetesObject {
  spec: {
    replicas: number;
    selector: LabelSelector;
    template: PodTemplate;
    serviceName?: string;
    podManagementPolicy: "OrderedReady" | "Parallel";
    updateStrategy: { type: "RollingUpdate" | "OnDelete"; rollingUpdate?: { partition?: number } };
    revisionHistoryLimit: number;
    minReadySeconds?: number;
    volumeClaimTemplates?: unknown[];
  };
  status: StatefulSetStatus;
}

export interface StatefulSetStatus {
  observedGeneration?: number;
  replicas: number;
  readyReplicas?: number;
  availableReplicas?: number;
  currentReplicas?: number;
  updatedReplicas?: number;
  currentRevision?: string;
  updateRevision?: string;
  collisionCount?: number;
  conditions?: Condition[];
}

/** A DaemonSet after server-side defaults. */
export interface DaemonSet extends KubernetesObject {
  spec: {
    selector: LabelSelector;
    template: PodTemplate;
    updateStrategy: {
      type: "RollingUpdate" | "OnDelete";
      rollingUpdate?: { maxUnavailable?: number | string; maxSurge?: number | string };
    };
    revisionHistoryLimit: number;
    minReadySeconds?: number;
  };
  status: DaemonSetStatus;
}

export interface DaemonSetStatus {
  observedGeneration?: number;
  currentNumberScheduled: number;
  desiredNumberScheduled: number;
  numberMisscheduled: number;
  numberReady: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
  numberUnavailable?: number;
}

/** One template of a StatefulSet or DaemonSet; `data` is the patch that brings it back. */
export interface ControllerRevision extends KubernetesObject {
  revision: number;
  data: { spec: { template: PodTemplate & { $patch: "replace" } } };
}

/** A Job after server-side defaults. */
export interface Job extends KubernetesObject {
  spec: {
    template: PodTemplate;
    selector?: LabelSelector;
    backoffLimit: number;
    completions?: number;
    parallelism?: number;
    manualSelector?: boolean;
    activeDeadlineSeconds?: number;
  };
  status?: JobStatus;
}

/** A CronJob after server-side defaults. */
export interface CronJob extends KubernetesObject {
  spec: { schedule: string; suspend: boolean; concurrencyPolicy: string; jobTemplate: { metadata?: unknown; spec: Job["spec"] } };
}

export interface JobStatus {
  active?: number;
  succeeded?: number;
  failed?: number;
  startTime?: string;
  completionTime?: string;
  conditions?: Condition[];
}

export interface Taint {
  key: string;
  value?: string;
  effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export interface Toleration {
  key?: string;
  operator?: "Exists" | "Equal";
  value?: string;
  effect?: string;
}

export interface Node extends KubernetesObject {
  spec?: { unschedulable?: boolean; taints?: Taint[]; [field: string]: unknown };
  status?: { conditions?: Condition[]; allocatable?: Record<string, string>; [field: string]: unknown };
}

/** The parts of a HorizontalPodAutoscaler that every served version has. */
export interface HorizontalPodAutoscaler extends KubernetesObject {
  spec: { scaleTargetRef: { apiVersion?: string; kind: string; name: string }; minReplicas?: number; maxReplicas: number };
  status?: { currentReplicas?: number; desiredReplicas?: number; lastScaleTime?: string; conditions?: Condition[] };
}

export interface ResourceQuota extends KubernetesObject {
  spec: { hard?: Record<string, string> };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

export interface Service extends KubernetesObject {
  spec: {
    selector?: Record<string, string>;
    ports?: { name?: string; port: number; targetPort?: number | string; protocol?: string }[];
    [field: string]: unknown;
  };
}
