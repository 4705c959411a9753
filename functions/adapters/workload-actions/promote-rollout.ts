import type { ClusterAction } from "../../domain/cluster-action.ts";
import { PermissionError } from "../../domain/errors.ts";
import { FIELD_MANAGER } from "../../domain/workload.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import type { ArgoRollout } from "../kubernetes/argo-rollout.ts";
import { pathsOf } from "../kubernetes/deployment-paths.ts";
import type { KubernetesClient, PatchAnswer } from "../kubernetes/kubernetes-client.ts";
import { laterFence, result } from "../kubernetes/object-write.ts";

const MOST_TRIES = 3;

/**
 * Lets a Rollout that was promoted go back without its steps, pauses and analysis: its controller promotes the restored version as fast as its pods become
 * available. The controller forgets the mark when it takes up a template, so it is set once it has, and never for another one. A Rollout that cannot be
 * promoted goes through its steps, which is slow and no failure: nothing here is refused.
 */
export const promoteRollout: ActionModule<Extract<ClusterAction, { kind: "promote-rollout" }>> = {
  async apply(kubernetes, target, { rollout: name, templateHash }, stamp) {
    const path = pathsOf({ ...target, name }).rollout;
    const replays = (why: string) => result("already-applied", `Rollout ${name} goes through its steps: ${why}`);
    let why = "";
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const fenced = await laterFence(kubernetes, target, stamp);
      if (fenced !== null) return result("superseded", fenced);
      const live = await kubernetes.get<ArgoRollout>(path);
      if (live === null) return result("superseded", `Rollout ${target.namespace}/${name} does not exist any more`);
      const needless = whyNeedless(live, templateHash);
      if (needless !== null) return result("already-applied", `Rollout ${name} ${needless}`);
      // Looked at again: it had taken the template up before this step began, so an answer without it may be an old one.
      why = `its controller has taken up ${live.status?.currentPodHash ?? "no template"}, not ${templateHash}`;
      if (live.status?.currentPodHash !== templateHash) continue;
      const answer = await sendPromotion(kubernetes, path, live.metadata?.resourceVersion ?? "");
      if (answer.outcome === "denied") return replays(`the API server denied the promotion: ${answer.message}`);
      if (answer.outcome === "absent") return replays("its definition has no status subresource");
      if (answer.outcome === "stored") {
        return answer.object.status?.promoteFull === true
          ? result("applied", `Rollout ${name} is promoted fully: no steps, pauses or analysis on the way back`)
          : replays("the API server did not keep status.promoteFull");
      }
      why = `it changed during each of ${MOST_TRIES} tries to promote it (${answer.message})`;
    }
    return replays(why);
  },

  async confirm(kubernetes, target, { rollout: name, templateHash }) {
    const live = await kubernetes.get<ArgoRollout>(pathsOf({ ...target, name }).rollout);
    if (live === null) return { verdict: "lost", reason: `Rollout ${name} does not exist any more` };
    return { verdict: "proven", reason: `Rollout ${name} ${whyNeedless(live, templateHash) ?? "goes through its steps"}` };
  },
};

function whyNeedless({ status }: ArgoRollout, templateHash: string): string | null {
  if (status?.stableRS === templateHash) return "has the restored version as its stable one";
  return status?.promoteFull === true && status.currentPodHash === templateHash ? "is being promoted fully" : null;
}

/** Without the resourceVersion it could meet a template that somebody else has put there since. */
async function sendPromotion(kubernetes: KubernetesClient, path: string, resourceVersion: string): Promise<PatchAnswer<ArgoRollout>> {
  const body = { metadata: { resourceVersion }, status: { promoteFull: true } };
  try {
    return await kubernetes.merge<ArgoRollout>(`${path}/status?fieldManager=${FIELD_MANAGER}`, body);
  } catch (error) {
    if (error instanceof PermissionError) return { outcome: "denied", message: error.message };
    throw error;
  }
}
