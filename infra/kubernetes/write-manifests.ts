import { writeFileSync } from "node:fs";
import { rbacManifest } from "../../functions/domain/rbac-manifest.ts";
import { shippedClusterRoles, shippedRoles } from "../../functions/domain/rbac-shipped.ts";

/** `node infra/kubernetes/write-manifests.ts`: writes the manifests beside this file. A test fails while one is out of date. */
export const MANIFESTS = {
  "rbac.yaml": () =>
    rbacManifest(shippedRoles(), [
      "What Rollguard may do in a namespace with plain Deployments, and nothing else. Apply it once for each such namespace:",
      "",
      "  sed 's/ENROLLED_NAMESPACE/shop/' infra/kubernetes/rbac.yaml | kubectl apply -f -",
      "",
      "`rollguard rbac <service>` prints Roles that fit one service: limited to its name, and with what its kind, router and GitOps owner need.",
      "The groups are those of the EKS access entries that the pipeline stack creates: functions that only look are in rollguard:read,",
      "ExecuteStep in rollguard:read and rollguard:write, KeepConfig in rollguard:keep alone. Every verb is used: without it a scenario fails, or",
      "a check says that it was not made, and the rule is named. To withdraw Rollguard from a namespace: kubectl delete -f the same.",
      "Generated: node infra/kubernetes/write-manifests.ts",
    ]),
  "cluster-rbac.yaml": () =>
    rbacManifest(shippedClusterRoles(), [
      "Optional: reads that are not of one namespace. Without them Rollguard does not know how much room there is for new pods beside the old",
      "ones, nor which Nodes are not ready; it says so in the preflight of a plan. Pods of all namespaces are read, with their environment.",
      "",
      "  kubectl apply -f infra/kubernetes/cluster-rbac.yaml",
      "",
      "Generated: node infra/kubernetes/write-manifests.ts",
    ]),
};

if (process.argv[1] === import.meta.filename) {
  for (const [file, text] of Object.entries(MANIFESTS)) writeFileSync(new URL(file, import.meta.url), text());
}
