import type { ResourceName } from "./status-error.ts";

/** One kind of object that the API serves. */
export interface ResourceType extends ResourceName {
  readonly version: string;
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  /** The server counts spec changes in `metadata.generation`. */
  readonly counted: boolean;
  readonly shortNames?: readonly string[];
}

function resourceType(
  group: string,
  version: string,
  plural: string,
  kind: string,
  more: Partial<Pick<ResourceType, "namespaced" | "subresources" | "counted" | "shortNames">> = {},
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
  persistentvolumeclaims: resourceType("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", {
    subresources: ["status"],
    shortNames: ["pvc"],
  }),
  horizontalpodautoscalers: resourceType("autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler", {
    subresources: ["status"],
    shortNames: ["hpa"],
  }),
  roles: resourceType(RBAC, "v1", "roles", "Role"),
  rolebindings: resourceType(RBAC, "v1", "rolebindings", "RoleBinding"),
  clusterroles: resourceType(RBAC, "v1", "clusterroles", "ClusterRole", { namespaced: false }),
  clusterrolebindings: resourceType(RBAC, "v1", "clusterrolebindings", "ClusterRoleBinding", { namespaced: false }),
} as const satisfies Record<string, ResourceType>;

const ALL: readonly ResourceType[] = Object.values(RESOURCE_TYPES);

/** Group and version as objects write it: `v1`, `apps/v1`. */
export function apiVersionOf(type: ResourceType): string {
  return type.group === "" ? type.version : `${type.group}/${type.version}`;
}

export function findResourceType(group: string, version: string, plural: string): ResourceType | undefined {
  return ALL.find((type) => type.group === group && type.version === version && type.plural === plural);
}

/** The type of an owner reference or a scale target. */
export function findResourceTypeByKind(apiVersion: string, kind: string): ResourceType | undefined {
  return ALL.find((type) => apiVersionOf(type) === apiVersion && type.kind === kind);
}

/** All types of one group and version, for discovery. */
export function resourceTypesOf(group: string, version: string): readonly ResourceType[] {
  return ALL.filter((type) => type.group === group && type.version === version);
}

/** All groups other than core, for discovery. */
export function apiGroups(): readonly { group: string; version: string }[] {
  const named = ALL.filter((type) => type.group !== "").map(({ group, version }) => ({ group, version }));
  return named.filter((one, index) => named.findIndex((other) => other.group === one.group) === index);
}
