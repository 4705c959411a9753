import type { ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import { FIELD_MANAGER, type WriteResult, type WriteStamp } from "../../domain/workload.ts";
import { pathsOf } from "../kubernetes/deployment-paths.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { laterFence, result } from "../kubernetes/object-write.ts";

const MOST_TRIES = 3;

/** The scale subresource drops annotations: the fence is read again right before, and the resourceVersion says what was read. */
export async function scaleReplicaSet(
  kubernetes: KubernetesClient,
  target: Target,
  { replicaSet, replicas }: { readonly replicaSet: string; readonly replicas: number },
  stamp: WriteStamp,
): Promise<WriteResult> {
  const path = pathsOf(target).replicaSet(replicaSet);
  let conflict = "";
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const live = await kubernetes.get<ReplicaSet>(path);
    if (live === null) return result("refused", `ReplicaSet ${replicaSet} does not exist any more`);
    if (live.spec?.replicas === replicas) return result("already-applied", `${replicas} pods of ${replicaSet}`);
    const fenced = await laterFence(kubernetes, target, stamp);
    if (fenced !== null) return result("superseded", fenced);
    const body = { metadata: { resourceVersion: live.metadata?.resourceVersion }, spec: { replicas } };
    const answer = await kubernetes.merge<{ spec?: { replicas?: number } }>(`${path}/scale?fieldManager=${FIELD_MANAGER}`, body);
    if (answer.outcome === "denied") return result("refused", `the API server denied the scale of ${replicaSet}: ${answer.message}`);
    if (answer.outcome === "absent") return result("refused", `ReplicaSet ${replicaSet} does not exist any more`);
    if (answer.outcome === "stored") return result("applied", `${replicas} pods of ${replicaSet}`);
    conflict = answer.message;
  }
  return result("refused", `ReplicaSet ${replicaSet} changed during each of ${MOST_TRIES} tries to scale it (${conflict})`);
}
