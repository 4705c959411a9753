import type { ResourceName } from "./status-error.ts";
import type { Schema } from "./structural-schema.ts";

/** What a CustomResourceDefinition says of its objects. */
export interface CustomDefinition {
  readonly singular: string;
  /** Of the version that is stored. */
  readonly schema: Schema;
  readonly hasStatusSubresource: boolean;
  /** Where `/scale` finds its numbers: `.spec.replicas`. */
  readonly scale?: { readonly specReplicasPath: string; readonly statusReplicasPath: string; readonly labelSelectorPath?: string };
}

/** One kind of object that the API serves. */
export interface ResourceType extends ResourceName {
  /** The version that objects are stored in. */
  readonly version: string;
  /** Every version that is served, the preferred one first. @default the stored one */
  readonly served?: readonly string[];
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  /** The server counts spec changes in `metadata.generation`. */
  readonly counted: boolean;
  readonly shortNames?: readonly string[];
  /** Absent for the kinds that Kubernetes brings along. */
  readonly custom?: CustomDefinition;
}

function resourceType(
  group: string,
  version: string,
  plural: string,
  kind: string,
  more: Partial<Pick<ResourceType, "namespaced" | "subresources" | "counted" | "shortNames" | "served">> = {},
): ResourceType {
  return { group, version, plural, kind, namespaced: true, subresources: [], counted: false, ...more };
}

const RBAC = "rbac.authorization.k8s.io";

/** Everything the simulator stores. */
export const RESOURCE_TYPES = {
  namespaces: resourceType("", "v1", "namespaces", "Namespace", { namespaced: false, subresources: ["status"], shortNames: ["ns"] }),
  nodes: resourceType("", "v1", "nodes", "Node", { namespaced: false, subresources: ["status"], shortNames: ["no"] }),
  pods: resourceType("", "v1", "pods", "Pod", { subresources: ["status", "binding", "log"], shortNames: ["po"] }),
  services: resourceType("", "v1", "services", "Service", { subresources: ["status"], shortNames: ["svc"] }),
  configmaps: resourceType("", "v1", "configmaps", "ConfigMap", { shortNames: ["cm"] }),
  secrets: resourceType("", "v1", "secrets", "Secret"),
  events: resourceType("", "v1", "events", "Event", { shortNames: ["ev"] }),
  serviceaccounts: resourceType("", "v1", "serviceaccounts", "ServiceAccount", { shortNames: ["sa"] }),
  resourcequotas: resourceType("", "v1", "resourcequotas", "ResourceQuota", { subresources: ["status"], shortNames: ["quota"] }),
  deployments: resourceType("apps", "v1", "deployments", "Deployment", {
    subresources: ["status", "scale"],
    counted: true,
    shortNames: ["deploy"],
  }),
  replicasets: resourceType("apps", "v1", "replicasets", "ReplicaSet", {
    subresources: ["status", "scale"],
    counted: true,
    shortNames: ["rs"],
  }),
  statefulsets: resourceType("apps", "v1", "statefulsets", "StatefulSet", {
    subresources: ["status", "scale"],
    counted: true,
    shortNames: ["sts"],
  }),
  daemonsets: resourceType("apps", "v1", "daemonsets", "DaemonSet", { subresources: ["status"], counted: true, shortNames: ["ds"] }),
  controllerrevisions: resourceType("apps", "v1", "controllerrevisions", "ControllerRevision"),
  jobs: resourceType("batch", "v1", "jobs", "Job", { subresources: ["status"] }),
  cronjobs: resourceType("batch", "v1", "cronjobs", "CronJob", { subresources: ["status"], counted: true, shortNames: ["cj"] }),
  persistentvolumeclaims: resourceType("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", {
    subresources: ["status"],
    shortNames: ["pvc"],
  }),
  horizontalpodautoscalers: resourceType("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", {
    subresources: ["status"],
    shortNames: ["hpa"],
    served: ["v2", "v1"],
  }),
  endpoints: resourceType("", "v1", "endpoints", "Endpoints", { shortNames: ["ep"] }),
  endpointslices: resourceType("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", { counted: true }),
  poddisruptionbudgets: resourceType("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", {
    subresources: ["status"],
    counted: true,
    shortNames: ["pdb"],
  }),
  priorityclasses: resourceType("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", {
    namespaced: false,
    counted: true,
    shortNames: ["pc"],
  }),
  ingresses: resourceType("networking.k8s.io", "v1", "ingresses", "Ingress", {
    subresources: ["status"],
    counted: true,
    shortNames: ["ing"],
  }),
  customresourcedefinitions: resourceType("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", {
    namespaced: false,
    subresources: ["status"],
    counted: true,
    shortNames: ["crd", "crds"],
  }),
  validatingwebhookconfigurations: resourceType(
    "admissionregistration.k8s.io",
    "v1",
    "validatingwebhookconfigurations",
    "ValidatingWebhookConfiguration",
    { namespaced: false, counted: true },
  ),
  roles: resourceType(RBAC, "v1", "roles", "Role"),
  rolebindings: resourceType(RBAC, "v1", "rolebindings", "RoleBinding"),
  clusterroles: resourceType(RBAC, "v1", "clusterroles", "ClusterRole", { namespaced: false }),
  clusterrolebindings: resourceType(RBAC, "v1", "clusterrolebindings", "ClusterRoleBinding", { namespaced: false }),
} as const satisfies Record<string, ResourceType>;

/** What Kubernetes brings along; custom resources come and go (`servedTypes`). */
export const BUILT_IN_TYPES: readonly ResourceType[] = Object.values(RESOURCE_TYPES);

/** Group and version as objects write it: `v1`, `apps/v1`. */
export function apiVersionOf(type: ResourceType, version: string = type.version): string {
  return type.group === "" ? version : `${type.group}/${version}`;
}

/** Do both name the same resource? A definition that is changed makes new types of the same name. */
export function isSameResource(one: ResourceType, other: ResourceType): boolean {
  return one === other || (one.group === other.group && one.plural === other.plural);
}
