import type { ClusterAction } from "../../domain/cluster-action.ts";
import { ANNOTATIONS } from "../../domain/workload.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import type { LiveObject } from "../kubernetes/object-write.ts";
import { writeObject } from "../kubernetes/object-write.ts";

type RestoreAutoscaler = Extract<ClusterAction, { kind: "restore-autoscaler" }>;

interface Autoscaler extends LiveObject {
  readonly spec?: { readonly minReplicas?: number; readonly maxReplicas?: number };
}

/** The bounds that the change had changed, as long as they are still as it left them. Every version of the API has the two fields; v1 is served wherever there are autoscalers. */
export const restoreAutoscaler: ActionModule<RestoreAutoscaler> = {
  apply: (kubernetes, target, action, stamp) =>
    writeObject<Autoscaler>(kubernetes, target, stamp, {
      path: pathOf(target.namespace, action.hpa),
      what: `HorizontalPodAutoscaler ${target.namespace}/${action.hpa}`,
      decide(live) {
        const bounds = boundsOf(live);
        const words = `bounds of HorizontalPodAutoscaler ${action.hpa}`;
        if (same(bounds, action)) return { decision: "already-applied", reason: `${words} are ${text(bounds)} already` };
        if (JSON.stringify(bounds) !== action.prior) {
          return { decision: "superseded", reason: `${words} were changed since it was assessed (${text(bounds)}): they stay` };
        }
        return {
          decision: "write",
          reason: `${words} ${text(bounds)} -> ${text(action)}`,
          merge: {
            metadata: {
              resourceVersion: live.metadata?.resourceVersion,
              annotations: { [ANNOTATIONS.execution]: stamp.execution, [ANNOTATIONS.fence]: String(stamp.fence) },
            },
            spec: { minReplicas: action.minReplicas, maxReplicas: action.maxReplicas },
          },
        };
      },
    }),

  async confirm(kubernetes, target, action) {
    const live = await kubernetes.get<Autoscaler>(pathOf(target.namespace, action.hpa));
    if (live === null) return { verdict: "lost", reason: `HorizontalPodAutoscaler ${action.hpa} does not exist any more` };
    const bounds = boundsOf(live);
    const reason = `bounds of HorizontalPodAutoscaler ${action.hpa} are ${text(bounds)}`;
    return { verdict: same(bounds, action) ? "proven" : "lost", reason };
  },
};

type Bounds = Pick<RestoreAutoscaler, "minReplicas" | "maxReplicas">;

function pathOf(namespace: string, name: string): string {
  return `/apis/autoscaling/v1/namespaces/${encodeURIComponent(namespace)}/horizontalpodautoscalers/${encodeURIComponent(name)}`;
}

function boundsOf({ spec }: Autoscaler): Bounds {
  return { minReplicas: spec?.minReplicas ?? 1, maxReplicas: spec?.maxReplicas ?? 1 };
}

function same(one: Bounds, other: Bounds): boolean {
  return one.minReplicas === other.minReplicas && one.maxReplicas === other.maxReplicas;
}

function text({ minReplicas, maxReplicas }: Bounds): string {
  return `${minReplicas} to ${maxReplicas}`;
}
