import type { KubernetesObject } from "../objects.ts";
import type { ObjectStore } from "./object-store.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";

/** Who asks, after authentication. */
export interface User {
  readonly username: string;
  readonly groups: readonly string[];
}

/** What is asked for. */
export interface AccessRequest {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

interface Role extends KubernetesObject {
  rules?: Rule[];
}

interface Binding extends KubernetesObject {
  roleRef: { kind: string; name: string };
  subjects?: { kind: string; name: string; namespace?: string }[];
}

const READ_VERBS = ["get", "list", "watch"];
const READABLE = [
  "namespaces",
  "nodes",
  "pods",
  "pods/log",
  "services",
  "configmaps",
  "events",
  "serviceaccounts",
  "resourcequotas",
  "deployments",
  "replicasets",
  "horizontalpodautoscalers",
];
const READ: Rule = { verbs: READ_VERBS, apiGroups: ["*"], resources: READABLE };
const PATCH_DEPLOYMENTS: Rule = { verbs: ["patch"], apiGroups: ["apps"], resources: ["deployments"] };

/** What Rollguard's two groups may do when no role binding of the cluster says so. */
export const ROLLGUARD_GRANTS: Readonly<Record<string, readonly Rule[]>> = {
  "rollguard:read": [READ],
  "rollguard:write": [READ, PATCH_DEPLOYMENTS],
};

function allows(rule: Rule, request: AccessRequest): boolean {
  const resource = request.subresource ? `${request.resource}/${request.subresource}` : request.resource;
  const has = (list: readonly string[] | undefined, value: string): boolean => list?.includes("*") || list?.includes(value) || false;
  const named = !rule.resourceNames?.length || (request.name !== undefined && rule.resourceNames.includes(request.name));
  return named && has(rule.verbs, request.verb) && has(rule.apiGroups, request.group) && has(rule.resources, resource);
}

function binds(binding: Binding, user: User): boolean {
  return (binding.subjects ?? []).some(
    ({ kind, name, namespace }) =>
      (kind === "Group" && user.groups.includes(name)) ||
      (kind === "User" && user.username === name) ||
      (kind === "ServiceAccount" && user.username === `system:serviceaccount:${namespace}:${name}`),
  );
}

function rulesFromBindings(store: ObjectStore, user: User, namespace: string | undefined): Rule[] {
  const clusterWide = store.list<Binding>(RESOURCE_TYPES.clusterrolebindings);
  const local = namespace === undefined ? [] : store.list<Binding>(RESOURCE_TYPES.rolebindings, namespace);
  return [...clusterWide, ...local]
    .filter((binding) => binds(binding, user))
    .flatMap(({ roleRef, metadata }) => {
      const role =
        roleRef.kind === "ClusterRole"
          ? store.find<Role>(RESOURCE_TYPES.clusterroles, undefined, roleRef.name)
          : store.find<Role>(RESOURCE_TYPES.roles, metadata.namespace, roleRef.name);
      return role?.rules ?? [];
    });
}

/** Decides as RBAC does: a rule of a role bound to the user or one of the groups, or one of the `grants` given by configuration. */
export function isAllowed(store: ObjectStore, grants: typeof ROLLGUARD_GRANTS, user: User, request: AccessRequest): boolean {
  if (user.groups.includes("system:masters")) return true;
  if (request.group === "authorization.k8s.io" && request.resource === "selfsubjectaccessreviews") return true;
  const granted = user.groups.flatMap((group) => grants[group] ?? []);
  return [...granted, ...rulesFromBindings(store, user, request.namespace)].some((rule) => allows(rule, request));
}

/** The sentence of Kubernetes' own 403. */
export function refusalText(user: User, request: AccessRequest): string {
  const resource = request.subresource ? `${request.resource}/${request.subresource}` : request.resource;
  const where = request.namespace === undefined ? "at the cluster scope" : `in the namespace "${request.namespace}"`;
  return `User "${user.username}" cannot ${request.verb} resource "${resource}" in API group "${request.group}" ${where}`;
}
