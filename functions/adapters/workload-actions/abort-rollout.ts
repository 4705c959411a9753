import type { ClusterAction } from "../../domain/cluster-action.ts";
import { FIELD_MANAGER } from "../../domain/workload.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import type { ArgoRollout } from "../kubernetes/argo-rollout.ts";
import { pathsOf } from "../kubernetes/deployment-paths.ts";
import type { KubernetesClient, PatchAnswer } from "../kubernetes/kubernetes-client.ts";
import { laterFence, result } from "../kubernetes/object-write.ts";

const MOST_TRIES = 3;

/**
 * All traffic back to the stable version, at once. The bad spec stays until it is restored: the Rollout is Degraded until then. `abort` is part of the
 * status: sent to the main resource it is answered 200 and dropped, unless the definition has no status subresource.
 */
export const abortRollout: ActionModule<Extract<ClusterAction, { kind: "abort-rollout" }>> = {
  async apply(kubernetes, target, { rollout: name }, stamp) {
    const path = pathsOf({ ...target, name }).rollout;
    let conflict = "";
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const fenced = await laterFence(kubernetes, target, stamp);
      if (fenced !== null) return result("superseded", fenced);
      const live = await kubernetes.get<ArgoRollout>(path);
      if (live === null) return result("superseded", `Rollout ${target.namespace}/${name} does not exist any more`);
      if (live.status?.abort === true) return result("already-applied", `Rollout ${name} is aborted already`);
      if (isPromoted(live)) return result("already-applied", `Rollout ${name} has nothing to abort: its new version is the stable one`);
      const answer = await sendAbort(kubernetes, path, live.metadata?.resourceVersion);
      if (answer.outcome === "denied") return result("refused", `the API server denied it: ${answer.message}`);
      if (answer.outcome === "absent") return result("superseded", `Rollout ${target.namespace}/${name} does not exist any more`);
      if (answer.outcome === "stored") {
        return answer.object.status?.abort === true
          ? result("applied", `Rollout ${name} is aborted: all traffic goes to its stable version ${live.status?.stableRS ?? ""}`.trim())
          : result("refused", `Rollout ${name}: the API server did not keep status.abort`);
      }
      conflict = answer.message;
    }
    return result("refused", `Rollout ${name} changed during each of ${MOST_TRIES} tries to abort it (${conflict})`);
  },

  async confirm(kubernetes, target, { rollout: name }) {
    const live = await kubernetes.get<ArgoRollout>(pathsOf({ ...target, name }).rollout);
    if (live === null) return { verdict: "lost", reason: `Rollout ${name} does not exist any more` };
    if (isPromoted(live)) return { verdict: "proven", reason: `Rollout ${name}: its live version is the stable one` };
    if (live.status?.abort !== true) return { verdict: "lost", reason: `Rollout ${name} was retried by somebody` };
    return {
      verdict: "proven",
      reason: `Rollout ${name} is aborted${live.status.phase === undefined ? "" : `, phase ${live.status.phase}`}`,
    };
  },
};

/** The resourceVersion makes it a request about what was read: a status patch cannot carry a fence. */
async function sendAbort(kubernetes: KubernetesClient, path: string, resourceVersion = ""): Promise<PatchAnswer<ArgoRollout>> {
  const body = { ...(resourceVersion === "" ? {} : { metadata: { resourceVersion } }), status: { abort: true } };
  const query = `?fieldManager=${FIELD_MANAGER}`;
  const answer = await kubernetes.merge<ArgoRollout>(`${path}/status${query}`, body);
  return answer.outcome === "absent" ? kubernetes.merge<ArgoRollout>(`${path}${query}`, body) : answer;
}

function isPromoted({ status }: ArgoRollout): boolean {
  return status?.currentPodHash !== undefined && status.currentPodHash === status.stableRS;
}
