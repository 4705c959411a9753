import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { ClusterAction } from "../../domain/cluster-action.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import { changeStrategyPatch } from "../kubernetes/deployment-patch.ts";
import { pathsOf } from "../kubernetes/deployment-paths.ts";
import { identity } from "../kubernetes/deployment-state.ts";
import { writeObject } from "../kubernetes/object-write.ts";
import { deepEqual } from "../kubernetes/template-equality.ts";
import { rollingStrategy } from "../kubernetes/workload-strategy.ts";

type RelaxRollout = Extract<ClusterAction, { kind: "relax-rollout" }>;

/** No room for the surge: old pods are taken away first, a few at a time. The author's strategy stays saved in its annotation. */
export const relaxRollout: ActionModule<RelaxRollout> = {
  async apply(kubernetes, target, { maxUnavailable }, stamp) {
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
    return { ...relaxed, generation };
  },

  async confirm(kubernetes, target, { maxUnavailable }) {
    const live = await kubernetes.get<Deployment>(pathsOf(target).deployment);
    if (live === null) return { verdict: "lost", reason: "the Deployment does not exist any more" };
    return isRelaxed(live, maxUnavailable)
      ? { verdict: "proven", reason: `old pods go first, ${maxUnavailable} at a time` }
      : { verdict: "lost", reason: "somebody has changed the strategy since" };
  },
};

function isRelaxed({ spec }: Deployment, maxUnavailable: number): boolean {
  return deepEqual(spec?.strategy, rollingStrategy({ maxSurge: "0", maxUnavailable: String(maxUnavailable) }));
}
