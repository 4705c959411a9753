import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { ClusterClient } from "./cluster-client.ts";
import type { KubernetesObject } from "./objects.ts";

const MANIFEST = new URL("../../infra/kubernetes/rbac.yaml", import.meta.url);
const COLLECTIONS: Readonly<Record<string, string>> = { Role: "roles", RoleBinding: "rolebindings" };

/** Gives Rollguard's groups the shipped Roles in a namespace, as an operator does with kubectl. A real API server knows no other rights for them. */
export async function enrolNamespace(client: ClusterClient, namespace: string): Promise<void> {
  const manifest = readFileSync(MANIFEST, "utf8").replaceAll("ENROLLED_NAMESPACE", namespace);
  for (const document of parseAllDocuments(manifest)) {
    const object = document.toJS() as KubernetesObject;
    const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/${COLLECTIONS[object.kind]}`;
    const found = await client.find(`${path}/${object.metadata.name}`);
    if (found) await client.put(`${path}/${object.metadata.name}`, object);
    else await client.post(path, object);
  }
}
