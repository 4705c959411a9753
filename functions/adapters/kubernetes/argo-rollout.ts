import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { LabelSelector, ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import { HASH_LABELS } from "./pod-groups.ts";

/** A Rollout of Argo Rollouts (argoproj.io/v1alpha1), as far as it is used here. Unlike a Deployment's, its template gets no defaults from the server. */
export interface ArgoRollout {
  readonly metadata?: ObjectMeta;
  readonly spec?: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly selector?: LabelSelector;
    readonly template?: PodTemplateSpec;
    readonly workloadRef?: { readonly kind?: string; readonly name?: string };
    readonly minReadySeconds?: number;
    readonly progressDeadlineSeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly rollbackWindow?: { readonly revisions?: number };
    readonly strategy?: {
      readonly canary?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };
      readonly blueGreen?: object;
    };
  };
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly abort?: boolean;
    readonly abortedAt?: string;
    /** Skips steps, pauses and analysis. The controller takes it away when it takes up another template, and when the version is the stable one. */
    readonly promoteFull?: boolean;
    readonly stableRS?: string;
    readonly currentPodHash?: string;
    /** A number as text. */
    readonly observedGeneration?: string;
    readonly workloadObservedGeneration?: string;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly {
      readonly type?: string;
      readonly status?: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

/** A Rollout and the Deployment that holds its template, where it refers to one. */
export interface RolloutObjects {
  readonly rollout: ArgoRollout;
  readonly workload: Deployment | null;
}

/** The Deployment whose template a Rollout uses; null when it has its own. */
export function referencedDeployment({ spec }: ArgoRollout): string | null {
  return spec?.workloadRef?.kind === "Deployment" ? (spec.workloadRef.name ?? null) : null;
}

/** The object that a write changes. */
export function writtenObject({ rollout, workload }: RolloutObjects): ArgoRollout | Deployment {
  return workload ?? rollout;
}

/** The hash under which Argo Rollouts runs this template. */
export function rolloutHashOf({ metadata }: ReplicaSet): string {
  return metadata?.labels?.[HASH_LABELS.Rollout] ?? "";
}

/** Has the controller seen the newest spec? */
export function isObserved({ rollout, workload }: RolloutObjects): boolean {
  const { status, metadata } = rollout;
  if (workload !== null && status?.workloadObservedGeneration !== String(workload.metadata?.generation ?? 0)) return false;
  return status?.observedGeneration === String(metadata?.generation ?? 0);
}
