import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction } from "../../domain/cluster-action.ts";
import { FIELD_MANAGER } from "../../domain/workload.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import { type ArgoRollout, referencedDeployment } from "../kubernetes/argo-rollout.ts";
import { forWriting, pathsOf } from "../kubernetes/deployment-paths.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { type LiveObject, laterFence, result, workloadPath } from "../kubernetes/object-write.ts";
import { holdsFields, releaseFieldGuard } from "../kubernetes/workload-field-guard.ts";

/** Our field-manager entry away, so that the fix's server-side apply meets no conflict. The fields keep their values. */
export const releaseGuard: ActionModule<Extract<ClusterAction, { kind: "release-guard" }>> = {
  async apply(kubernetes, target, _action, stamp) {
    const fenced = await laterFence(kubernetes, target, stamp);
    if (fenced !== null) return result("superseded", fenced);
    const path = await writtenPath(kubernetes, target);
    const { outcome, generation, reason } = await releaseFieldGuard(kubernetes, { get: path, patch: forWriting(path) });
    switch (outcome) {
      case "released":
        return { outcome: "applied", generation, reason };
      case "nothing-to-release":
        return { outcome: "already-applied", generation, reason };
      case "kept":
        return { outcome: "refused", generation, reason };
      case "absent":
        return { outcome: "superseded", generation, reason };
    }
  },

  async confirm(kubernetes, target) {
    const live = await kubernetes.get<LiveObject>(await writtenPath(kubernetes, target));
    if (live === null) return { verdict: "lost", reason: "the workload does not exist any more" };
    return holdsFields(live)
      ? { verdict: "lost", reason: `fields are held by ${FIELD_MANAGER}: a server-side apply of them needs --force-conflicts` }
      : { verdict: "proven", reason: "a server-side apply meets no conflict with us" };
  },
};

/** The object that restores write: with a Rollout it may be the Deployment that it refers to. */
async function writtenPath(kubernetes: KubernetesClient, target: Target): Promise<string> {
  const path = workloadPath(target);
  const rollout = target.kind === "Rollout" ? await kubernetes.get<ArgoRollout>(path) : null;
  const name = rollout === null ? null : referencedDeployment(rollout);
  return name === null ? path : pathsOf({ ...target, name }).deployment;
}
