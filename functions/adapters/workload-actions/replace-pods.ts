import type { ControllerRevision } from "kubernetes-types/apps/v1.d.ts";
import type { Pod } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction } from "../../domain/cluster-action.ts";
import { podsToReplace, type ReplaceScene } from "../../domain/replace-pods.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import { liveRevision, type RevisionedWorkload, revisionHash } from "../kubernetes/controller-revisions.ts";
import { pathsOf } from "../kubernetes/deployment-paths.ts";
import { isControlledBy, selectorText } from "../kubernetes/deployment-state.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { laterFence, result, workloadPath } from "../kubernetes/object-write.ts";
import { isReady } from "../kubernetes/pod-failure.ts";
import { HASH_LABELS } from "../kubernetes/pod-groups.ts";
import { partitionOf } from "../kubernetes/stateful-set-state.ts";

type ReplacePods = Extract<ClusterAction, { kind: "replace-pods" }>;

/**
 * Deletes pods that their controller does not replace by itself: broken ones that an ordered StatefulSet waits for, for ever, or each one under `OnDelete`.
 * A DELETE cannot carry a fence: the workload's is read again right before each, and the uid says which pod is meant.
 */
export const replacePods: ActionModule<ReplacePods> = {
  async apply(kubernetes, target, { pods: which }, stamp) {
    const scene = await readScene(kubernetes, target);
    if (scene === null) return result("superseded", `${target.kind} ${target.namespace}/${target.name} does not exist any more`);
    const { next, reason } = podsToReplace(scene, which);
    if (next.length === 0) return result("already-applied", reason);
    const deleted: string[] = [];
    for (const { name, uid } of next) {
      const fenced = await laterFence(kubernetes, target, stamp);
      if (fenced !== null) return result("superseded", fenced);
      const answer = await kubernetes.remove(pathsOf(target).pod(name), { uid });
      if (answer.outcome === "denied") return result("refused", `the API server denied the deletion of ${name}: ${answer.message ?? ""}`);
      if (answer.outcome === "removed") deleted.push(name);
    }
    return deleted.length === 0
      ? result("already-applied", "the pods are gone already")
      : result("applied", `deleted ${deleted.join(", ")}`);
  },

  async confirm(kubernetes, target, { pods: which }) {
    const scene = await readScene(kubernetes, target);
    if (scene === null) return { verdict: "lost", reason: "the workload does not exist any more" };
    const { next, waiting, reason } = podsToReplace(scene, which);
    if (next.length > 0) return { verdict: "again", reason };
    return { verdict: waiting ? "not-yet" : "proven", reason };
  },
};

/** Workload and pods at one moment. */
async function readScene(kubernetes: KubernetesClient, target: Target): Promise<ReplaceScene | null> {
  const kind = target.kind === "DaemonSet" ? "DaemonSet" : "StatefulSet";
  const live = await kubernetes.get<RevisionedWorkload>(workloadPath(target));
  if (live === null) return null;
  const paths = pathsOf(target);
  const selector = selectorText(live.spec?.selector ?? {});
  const [pods, revisions] = await Promise.all([
    kubernetes.list<Pod>(paths.pods, selector),
    kubernetes.list<ControllerRevision>(paths.controllerRevisions, selector),
  ]);
  const revision = liveRevision(live, revisions ?? []);
  const observed = (live.status?.observedGeneration ?? 0) >= (live.metadata?.generation ?? 0);
  return {
    revision: observed && revision !== null ? revisionHash(kind, revision) : null,
    partition: partitionOf(live),
    wanted: wantedPods(live),
    pods: (pods ?? [])
      .filter((pod) => isControlledBy(pod, live.metadata?.uid))
      .map((pod) => ({
        name: pod.metadata?.name ?? "",
        uid: pod.metadata?.uid ?? "",
        ordinal: kind === "StatefulSet" ? Number(/-(\d+)$/.exec(pod.metadata?.name ?? "")?.[1] ?? 0) : null,
        revision: pod.metadata?.labels?.[HASH_LABELS[kind]] ?? "",
        ready: isReady(pod),
        terminating: pod.metadata?.deletionTimestamp !== undefined,
      })),
  };
}

function wantedPods({ spec, status }: RevisionedWorkload): number {
  if (status !== undefined && "desiredNumberScheduled" in status) return status.desiredNumberScheduled;
  return spec !== undefined && "replicas" in spec ? (spec.replicas ?? 1) : 1;
}
