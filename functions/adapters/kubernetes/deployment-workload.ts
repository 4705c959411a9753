import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import type { Pod } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { WorkloadState } from "../../domain/workload.ts";
import { pathsOf } from "./deployment-paths.ts";
import { deploymentState, selectorText } from "./deployment-state.ts";
import { applyToDeployment } from "./deployment-write.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import type { WorkloadOfKind } from "./kubernetes-workload.ts";

/** A Deployment. */
export const deploymentWorkload: WorkloadOfKind = { read: readDeployment, apply: applyToDeployment };

/** The Deployment first, for its selector; the three lists then at the same time. */
export async function readDeployment(kubernetes: KubernetesClient, target: Target, now: Date): Promise<WorkloadState | null> {
  const paths = pathsOf(target);
  const deployment = await kubernetes.get<Deployment>(paths.deployment);
  if (deployment === null) return null;
  const selector = selectorText(deployment.spec?.selector ?? {});
  const [replicaSets, pods, autoscalers] = await Promise.all([
    kubernetes.list<ReplicaSet>(paths.replicaSets, selector),
    kubernetes.list<Pod>(paths.pods, selector),
    kubernetes.list<HorizontalPodAutoscaler>(paths.autoscalers),
  ]);
  return deploymentState({ deployment, replicaSets: replicaSets ?? [], pods: pods ?? [], autoscalers: autoscalers ?? [] }, now);
}
