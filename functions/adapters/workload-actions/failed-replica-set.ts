import type { ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction } from "../../domain/cluster-action.ts";
import { incidentIdOf } from "../../domain/execution-name.ts";
import { ANNOTATIONS } from "../../domain/workload.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import { pathsOf } from "../kubernetes/deployment-paths.ts";
import { isControlledBy } from "../kubernetes/deployment-state.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { type LiveObject, laterFence, result, workloadPath, writeObject } from "../kubernetes/object-write.ts";
import { templatesEqual } from "../kubernetes/template-equality.ts";
import { annotation } from "../kubernetes/workload-patch.ts";

type Delete = Extract<ClusterAction, { kind: "delete-replica-set" }>;
type Quarantine = Extract<ClusterAction, { kind: "quarantine-replica-set" }>;

const MOST_TRIES = 3;

/** Evidence and the way forward stay: the failed ReplicaSet is only marked with the incident that ended with a rollback away from it. */
export const quarantineReplicaSet: ActionModule<Quarantine> = {
  apply(kubernetes, target, { replicaSet, uid }, stamp) {
    const incident = incidentIdOf(stamp.execution);
    return writeObject<ReplicaSet>(kubernetes, target, stamp, {
      path: pathsOf(target).replicaSet(replicaSet),
      what: `ReplicaSet ${target.namespace}/${replicaSet}`,
      decide(live) {
        if (live.metadata?.uid !== uid) return { decision: "superseded", reason: `${replicaSet} is another ReplicaSet of the same name` };
        if (markOf(live) === incident) return { decision: "already-applied", reason: `${replicaSet} is marked with ${incident}` };
        const map = live.metadata.annotations === undefined ? [{ op: "add", path: "/metadata/annotations", value: {} } as const] : [];
        const patch = [{ op: "test", path: "/metadata/uid", value: uid } as const, ...map, annotation(ANNOTATIONS.quarantined, incident)];
        return { decision: "write", reason: `${replicaSet} is kept as evidence, marked with ${incident}`, patch };
      },
    });
  },

  async confirm(kubernetes, target, { replicaSet }) {
    const live = await kubernetes.get<ReplicaSet>(pathsOf(target).replicaSet(replicaSet));
    if (live === null) return { verdict: "proven", reason: `${replicaSet} is gone` };
    const mark = markOf(live);
    return mark === undefined
      ? { verdict: "lost", reason: `${replicaSet} lost its mark` }
      : { verdict: "proven", reason: `${replicaSet} is kept, marked with ${mark}` };
  },
};

/** Deletes it once it runs nothing: one that is active would be made again at once by its controller, an outage of all its pods. */
export const deleteReplicaSet: ActionModule<Delete> = {
  async apply(kubernetes, target, { replicaSet, uid }, stamp) {
    const path = pathsOf(target).replicaSet(replicaSet);
    let conflict = "";
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const fenced = await laterFence(kubernetes, target, stamp);
      if (fenced !== null) return result("superseded", fenced);
      const live = await kubernetes.get<ReplicaSet>(path);
      if (live === null) return result("already-applied", `${replicaSet} is gone`);
      if (live.metadata?.uid !== uid) return result("superseded", `${replicaSet} is another ReplicaSet of the same name`);
      const problem = await whyKept(kubernetes, target, live);
      if (problem !== null) return result("refused", problem);
      const only = { uid, ...(live.metadata.resourceVersion === undefined ? {} : { resourceVersion: live.metadata.resourceVersion }) };
      const answer = await kubernetes.remove(path, only);
      if (answer.outcome === "removed") return result("applied", `${replicaSet} is deleted`);
      if (answer.outcome === "absent") return result("already-applied", `${replicaSet} is gone`);
      if (answer.outcome === "denied") return result("refused", `the API server denied it: ${answer.message ?? ""}`);
      conflict = answer.message ?? "";
    }
    return result("refused", `${replicaSet} changed during each of ${MOST_TRIES} tries to delete it (${conflict}): it is in use`);
  },

  async confirm(kubernetes, target, { replicaSet, uid }) {
    const live = await kubernetes.get<ReplicaSet>(pathsOf(target).replicaSet(replicaSet));
    if (live === null || live.metadata?.uid !== uid) return { verdict: "proven", reason: `${replicaSet} is gone` };
    return live.metadata.deletionTimestamp
      ? { verdict: "not-yet", reason: `${replicaSet} is on its way out` }
      : { verdict: "lost", reason: `${replicaSet} is still there` };
  },
};

function markOf({ metadata }: ReplicaSet): string | undefined {
  return metadata?.annotations?.[ANNOTATIONS.quarantined];
}

async function whyKept(kubernetes: KubernetesClient, target: Target, replicaSet: ReplicaSet): Promise<string | null> {
  const { metadata, spec, status } = replicaSet;
  const name = metadata?.name;
  const workload = await kubernetes.get<LiveObject & { readonly spec?: { readonly template?: PodTemplateSpec } }>(workloadPath(target));
  if (!isControlledBy(replicaSet, workload?.metadata?.uid)) return `${name} does not belong to ${target.kind} ${target.name}: it stays`;
  const template = workload?.spec?.template;
  if (template !== undefined && spec?.template !== undefined && templatesEqual(template, spec.template)) {
    return `${name} is the live release: it stays`;
  }
  const pods = Math.max(spec?.replicas ?? 1, status?.replicas ?? 0);
  return pods === 0 ? null : `${name} still has ${pods} pods: it stays`;
}
