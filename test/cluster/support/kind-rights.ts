import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";

const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]) => ({ apiGroups: [apiGroup], resources, verbs });

/** What the workload kinds and the actions on them need besides the shipped Role of a Deployment; which is least is another suite's question. */
const RULES = [
  rule("apps", ["statefulsets", "daemonsets"], ["get", "patch"]),
  rule("apps", ["controllerrevisions"], ["get", "list"]),
  rule("apps", ["replicasets"], ["get", "list", "patch", "delete"]),
  rule("apps", ["replicasets/scale"], ["patch"]),
  rule("", ["pods"], ["list", "delete"]),
  rule("", ["events"], ["create"]),
  rule("argoproj.io", ["rollouts"], ["get", "patch"]),
  rule("argoproj.io", ["rollouts/status"], ["patch"]),
];

const RBAC = "/apis/rbac.authorization.k8s.io/v1";

/** Both groups may touch every kind of workload in a namespace, and look at Nodes. */
export async function grantEveryKind(client: ClusterClient, namespace: string): Promise<void> {
  const subjects = ["rollguard:read", "rollguard:write"].map((name) => ({ kind: "Group", name, apiGroup: "rbac.authorization.k8s.io" }));
  const roleRef = (kind: string) => ({ kind, name: "test-kinds", apiGroup: "rbac.authorization.k8s.io" });
  const metadata = { name: "test-kinds" };
  await client.post(`${RBAC}/namespaces/${namespace}/roles`, { metadata: { ...metadata, namespace }, rules: RULES });
  await client.post(`${RBAC}/namespaces/${namespace}/rolebindings`, {
    metadata: { ...metadata, namespace },
    roleRef: roleRef("Role"),
    subjects,
  });
  if ((await client.find(`${RBAC}/clusterroles/test-kinds`)) !== undefined) return;
  await client.post(`${RBAC}/clusterroles`, { metadata, rules: [rule("", ["nodes"], ["get", "list"])] });
  await client.post(`${RBAC}/clusterrolebindings`, { metadata, roleRef: roleRef("ClusterRole"), subjects });
}
