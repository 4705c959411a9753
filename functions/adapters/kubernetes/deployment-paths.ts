import type { Target } from "../../domain/blueprint.ts";
import { FIELD_MANAGER } from "../../domain/workload.ts";

/** Unknown fields in a write are errors, not silently dropped. */
const WRITE = `fieldManager=${FIELD_MANAGER}&fieldValidation=Strict`;

/** Where the objects of a target's namespace are. autoscaling/v1 is served by every version that serves autoscalers at all. */
export function pathsOf({ namespace, name }: Pick<Target, "namespace" | "name">) {
  const segment = encodeURIComponent;
  const apps = `/apis/apps/v1/namespaces/${segment(namespace)}`;
  const core = `/api/v1/namespaces/${segment(namespace)}`;
  const argo = `/apis/argoproj.io/v1alpha1/namespaces/${segment(namespace)}`;
  return {
    deployment: `${apps}/deployments/${segment(name)}`,
    patchDeployment: `${apps}/deployments/${segment(name)}?${WRITE}`,
    statefulSet: `${apps}/statefulsets/${segment(name)}`,
    daemonSet: `${apps}/daemonsets/${segment(name)}`,
    rollout: `${argo}/rollouts/${segment(name)}`,
    replicaSets: `${apps}/replicasets`,
    replicaSet: (replicaSet: string) => `${apps}/replicasets/${segment(replicaSet)}`,
    controllerRevisions: `${apps}/controllerrevisions`,
    controllerRevision: (revision: string) => `${apps}/controllerrevisions/${segment(revision)}`,
    pods: `${core}/pods`,
    pod: (pod: string) => `${core}/pods/${segment(pod)}`,
    node: (node: string) => `/api/v1/nodes/${segment(node)}`,
    autoscalers: `/apis/autoscaling/v1/namespaces/${segment(namespace)}/horizontalpodautoscalers`,
  };
}

/** The same object for a write of ours. A dry run is validated and admitted, and not stored. */
export function forWriting(path: string, { dryRun }: { readonly dryRun: boolean } = { dryRun: false }): string {
  return `${path}?${WRITE}${dryRun ? "&dryRun=All" : ""}`;
}
