import { type AccessRule, RBAC_GROUPS } from "../../../functions/domain/rbac-rules.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";

/** A Role with exactly these rights, bound to one of Rollguard's groups: what `rollguard rbac` prints for a blueprint that needs them. */
export async function grantAccess(
  client: ClusterClient,
  namespace: string,
  group: keyof typeof RBAC_GROUPS,
  rules: readonly AccessRule[],
): Promise<void> {
  const name = `rollguard-${group}-more`;
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  await client.post(`${rbac}/roles`, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name, namespace },
    rules: rules.map(({ apiGroup, resource, verb, name: only }) => ({
      apiGroups: [apiGroup],
      resources: [resource],
      verbs: [verb],
      ...(only === undefined ? {} : { resourceNames: [only] }),
    })),
  });
  await client.post(`${rbac}/rolebindings`, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name, namespace },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: RBAC_GROUPS[group] }],
  });
}
