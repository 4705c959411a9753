import type { ControllerRevision, StatefulSet } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import type { Pod } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { WorkloadState } from "../../domain/workload.ts";
import { applyToRevisioned } from "./controller-revision-write.ts";
import { pathsOf } from "./deployment-paths.ts";
import { selectorText } from "./deployment-state.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import type { WorkloadOfKind } from "./kubernetes-workload.ts";
import { partitionOf, statefulSetState } from "./stateful-set-state.ts";

/** A StatefulSet. Its own strategy stays: there is no surge, and a partition or `OnDelete` is what its author asked for. */
export const statefulSetWorkload: WorkloadOfKind = {
  read: readStatefulSet,
  apply: (kubernetes, target, write, now) =>
    applyToRevisioned<StatefulSet>(kubernetes, target, write, now, {
      kind: "StatefulSet",
      path: (of) => pathsOf(of).statefulSet,
      strategyFor: (live) => ({ operations: [], reason: strategyReason(live) }),
    }),
};

function strategyReason(live: StatefulSet): string {
  const partition = partitionOf(live);
  if (live.spec?.updateStrategy?.type === "OnDelete") return "strategy OnDelete: the pods are replaced one by one by the next step";
  return partition > 0
    ? `partition ${partition}: pods below ordinal ${partition} keep their revision`
    : "one pod after the other, from the highest ordinal";
}

/** What is known of it; null when it does not exist. */
export async function readStatefulSet(kubernetes: KubernetesClient, target: Target, now: Date): Promise<WorkloadState | null> {
  const paths = pathsOf(target);
  const statefulSet = await kubernetes.get<StatefulSet>(paths.statefulSet);
  if (statefulSet === null) return null;
  const selector = selectorText(statefulSet.spec?.selector ?? {});
  const [revisions, pods, autoscalers] = await Promise.all([
    kubernetes.list<ControllerRevision>(paths.controllerRevisions, selector),
    kubernetes.list<Pod>(paths.pods, selector),
    kubernetes.list<HorizontalPodAutoscaler>(paths.autoscalers),
  ]);
  return statefulSetState({ statefulSet, revisions: revisions ?? [], pods: pods ?? [], autoscalers: autoscalers ?? [] }, now);
}
