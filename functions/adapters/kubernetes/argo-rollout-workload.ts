import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import type { Pod } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { WorkloadState } from "../../domain/workload.ts";
import { type ArgoRollout, type RolloutObjects, referencedDeployment } from "./argo-rollout.ts";
import { argoRolloutState } from "./argo-rollout-state.ts";
import { applyToRollout } from "./argo-rollout-write.ts";
import { pathsOf } from "./deployment-paths.ts";
import { selectorText } from "./deployment-state.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import type { WorkloadOfKind } from "./kubernetes-workload.ts";

/** A Rollout of Argo Rollouts, with its own template or a Deployment's. */
export const argoRolloutWorkload: WorkloadOfKind = { read: readRollout, apply: applyToRollout };

/** What is known of it; null when it does not exist. */
export async function readRollout(kubernetes: KubernetesClient, target: Target, now: Date): Promise<WorkloadState | null> {
  const paths = pathsOf(target);
  const objects = await readRolloutObjects(kubernetes, target);
  if (objects === null) return null;
  const selector = selectorText(objects.rollout.spec?.selector ?? objects.workload?.spec?.selector ?? {});
  const [replicaSets, pods, autoscalers] = await Promise.all([
    kubernetes.list<ReplicaSet>(paths.replicaSets, selector),
    kubernetes.list<Pod>(paths.pods, selector),
    kubernetes.list<HorizontalPodAutoscaler>(paths.autoscalers),
  ]);
  return argoRolloutState({ ...objects, replicaSets: replicaSets ?? [], pods: pods ?? [], autoscalers: autoscalers ?? [] }, now);
}

/** Null when there is no such Rollout, or when the Deployment that it refers to is gone: then there is no template to speak of. */
export async function readRolloutObjects(kubernetes: KubernetesClient, target: Target): Promise<RolloutObjects | null> {
  const rollout = await kubernetes.get<ArgoRollout>(pathsOf(target).rollout);
  if (rollout === null) return null;
  const name = referencedDeployment(rollout);
  if (name === null) return { rollout, workload: null };
  const workload = await kubernetes.get<Deployment>(pathsOf({ ...target, name }).deployment);
  return workload === null ? null : { rollout, workload };
}
