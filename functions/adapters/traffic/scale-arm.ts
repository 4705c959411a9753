import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { ClusterAction } from "../../domain/cluster-action.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import { stampOperations, workloadPath, writeObject } from "../kubernetes/object-write.ts";

type ScaleArm = Extract<ClusterAction, { kind: "scale-arm" }>;

/** Replicas of the Deployment behind one arm. Written to the Deployment itself, since its `/scale` drops annotations, and with them our stamp. */
export const scaleArm: ActionModule<ScaleArm> = {
  apply(kubernetes, target, { deployment, replicas, prior }, stamp) {
    const what = `Deployment ${target.namespace}/${deployment}`;
    return writeObject<Deployment>(kubernetes, target, stamp, {
      path: workloadPath({ ...target, kind: "Deployment", name: deployment }),
      what,
      decide(live) {
        const now = live.spec?.replicas ?? 1;
        if (now === replicas) return { decision: "already-applied", reason: `${what} has ${replicas} replicas already` };
        if (now !== prior)
          return { decision: "superseded", reason: `${what} has ${now} replicas, not ${prior}: somebody else has scaled it` };
        return {
          decision: "write",
          reason: `${what}: ${prior} -> ${replicas} replicas`,
          patch: [
            { op: "test", path: "/metadata/uid", value: live.metadata?.uid },
            { op: "test", path: "/metadata/generation", value: live.metadata?.generation },
            { op: "replace", path: "/spec/replicas", value: replicas },
            ...stampOperations(live, stamp),
          ],
        };
      },
    });
  },

  async confirm(kubernetes, target, { deployment, replicas }) {
    const live = await kubernetes.get<Deployment>(workloadPath({ ...target, kind: "Deployment", name: deployment }));
    if (live === null) return { verdict: "lost", reason: `Deployment ${deployment} does not exist` };
    if (live.spec?.replicas !== replicas)
      return { verdict: "lost", reason: `Deployment ${deployment} has ${live.spec?.replicas} replicas, not ${replicas}` };
    const current = (live.status?.observedGeneration ?? 0) >= (live.metadata?.generation ?? 0);
    const available = live.status?.availableReplicas ?? 0;
    const done = current && available === replicas && (live.status?.replicas ?? 0) === replicas;
    return {
      verdict: done ? "proven" : "not-yet",
      reason: `${available} of ${replicas} replicas of Deployment ${deployment} are available`,
    };
  },
};
