import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction } from "../../domain/cluster-action.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import { changeStrategyPatch } from "../kubernetes/deployment-patch.ts";
import { pathsOf } from "../kubernetes/deployment-paths.ts";
import { identity, isControlledBy } from "../kubernetes/deployment-state.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { writeObject } from "../kubernetes/object-write.ts";
import { deepEqual } from "../kubernetes/template-equality.ts";
import { rollingStrategy } from "../kubernetes/workload-strategy.ts";
import { scaleReplicaSet } from "./scale-replica-set.ts";

type RelaxRollout = Extract<ClusterAction, { kind: "relax-rollout" }>;

/**
 * No room for the surge: old pods are taken away first, a few at a time. The author's strategy stays saved in its annotation. A ReplicaSet whose pods
 * were refused tries again ever more rarely, up to every quarter of an hour: it is scaled back to the pods that it has, so that its Deployment asks anew.
 */
export const relaxRollout: ActionModule<RelaxRollout> = {
  async apply(kubernetes, target, action, stamp) {
    const { maxUnavailable } = action;
    const bounds = { maxSurge: "0", maxUnavailable: String(maxUnavailable) };
    let generation = 0;
    const relaxed = await writeObject<Deployment>(kubernetes, target, stamp, {
      path: pathsOf(target).deployment,
      what: `Deployment ${target.namespace}/${target.name}`,
      query: "&fieldValidation=Strict",
      decide(live) {
        generation = live.metadata?.generation ?? 0;
        const { stamps, paused } = identity(live);
        if (stamps.execution !== stamp.execution) {
          return { decision: "superseded", reason: "the rollout is not this execution's: somebody else has written the Deployment since" };
        }
        if (paused) return { decision: "refused", reason: "the Deployment is paused: no strategy moves its pods" };
        if (isRelaxed(live, maxUnavailable)) return { decision: "already-applied", reason: `${maxUnavailable} pods at a time, no surge` };
        const { operations, reason } = changeStrategyPatch(live, bounds, stamp);
        return { decision: "write", reason: `no room for the surge: ${reason}`, patch: operations };
      },
    });
    const done = relaxed.outcome === "applied" || relaxed.outcome === "already-applied";
    const refused = done ? await refusedPods(kubernetes, target, action) : null;
    if (refused === null) return { ...relaxed, generation };
    const scaled = await scaleReplicaSet(kubernetes, target, refused, stamp);
    if (scaled.outcome === "superseded" || scaled.outcome === "refused") return { ...scaled, generation };
    return { outcome: "applied", generation, reason: `${relaxed.reason}; ${scaled.reason}, to be asked for anew` };
  },

  async confirm(kubernetes, target, action) {
    const { maxUnavailable } = action;
    const live = await kubernetes.get<Deployment>(pathsOf(target).deployment);
    if (live === null) return { verdict: "lost", reason: "the Deployment does not exist any more" };
    if (!isRelaxed(live, maxUnavailable)) return { verdict: "lost", reason: "somebody has changed the strategy since" };
    const refused = await refusedPods(kubernetes, target, action);
    return refused === null
      ? { verdict: "proven", reason: `old pods go first, ${maxUnavailable} at a time` }
      : { verdict: "again", reason: `${refused.replicaSet} waits for pods that were refused` };
  },
};

/**
 * The restored ReplicaSet and the pods that it has, where it was asked for more at once than this strategy ever does: that was before the strategy.
 * Null where there is nothing to ask anew, and before the controller has seen the strategy: it would ask for all of them again.
 */
async function refusedPods(kubernetes: KubernetesClient, target: Target, { replicaSet, maxUnavailable }: RelaxRollout) {
  if (replicaSet === undefined) return null;
  const paths = pathsOf(target);
  const live = await kubernetes.get<Deployment>(paths.deployment);
  if (live === null || (live.status?.observedGeneration ?? 0) < (live.metadata?.generation ?? 0)) return null;
  const restored = await kubernetes.get<ReplicaSet>(paths.replicaSet(replicaSet));
  if (restored === null || !isControlledBy(restored, live.metadata?.uid)) return null;
  const made = restored.status?.replicas ?? 0;
  return (restored.spec?.replicas ?? 0) - made > maxUnavailable ? { replicaSet, replicas: made } : null;
}

function isRelaxed({ spec }: Deployment, maxUnavailable: number): boolean {
  return deepEqual(spec?.strategy, rollingStrategy({ maxSurge: "0", maxUnavailable: String(maxUnavailable) }));
}
