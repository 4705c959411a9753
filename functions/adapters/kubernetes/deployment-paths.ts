import type { Target } from "../../domain/blueprint.ts";
import { FIELD_MANAGER } from "../../domain/workload.ts";

/** Where the objects of a target's namespace are. autoscaling/v1 is served by every version that serves autoscalers at all. */
export function pathsOf({ namespace, name: deployment }: Pick<Target, "namespace" | "name">) {
  const segment = encodeURIComponent;
  const apps = `/apis/apps/v1/namespaces/${segment(namespace)}`;
  return {
    deployment: `${apps}/deployments/${segment(deployment)}`,
    /** Unknown fields in a write are errors, not silently dropped. */
    patchDeployment: `${apps}/deployments/${segment(deployment)}?fieldManager=${FIELD_MANAGER}&fieldValidation=Strict`,
    replicaSets: `${apps}/replicasets`,
    replicaSet: (name: string) => `${apps}/replicasets/${segment(name)}`,
    pods: `/api/v1/namespaces/${segment(namespace)}/pods`,
    autoscalers: `/apis/autoscaling/v1/namespaces/${segment(namespace)}/horizontalpodautoscalers`,
  };
}
