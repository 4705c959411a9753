import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { rolesOf } from "../../functions/domain/rbac.ts";
import type { ClusterClient } from "./cluster-client.ts";
import type { KubernetesObject } from "./objects.ts";

const MANIFEST = new URL("../../infra/kubernetes/rbac.yaml", import.meta.url);
const COLLECTIONS: Readonly<Record<string, string>> = { Role: "roles", RoleBinding: "rolebindings" };

/** Gives Rollguard's groups the shipped Roles in a namespace, as an operator does with kubectl. A real API server knows no other rights for them. */
export async function enrolNamespace(client: ClusterClient, namespace: string): Promise<void> {
  const manifest = readFileSync(MANIFEST, "utf8").replaceAll("ENROLLED_NAMESPACE", namespace);
  for (const document of parseAllDocuments(manifest)) await grant(client, document.toJS() as KubernetesObject);
}

/** Gives Rollguard what `rollguard rbac <service>` prints: beyond the shipped Roles where the blueprint names a router. */
export async function enrolService(client: ClusterClient, blueprint: Blueprint): Promise<void> {
  for (const object of rolesOf(blueprint)) await grant(client, object as unknown as KubernetesObject);
}

async function grant(client: ClusterClient, object: KubernetesObject): Promise<void> {
  const { name, namespace } = object.metadata;
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/${COLLECTIONS[object.kind]}`;
  const found = await client.find(`${path}/${name}`);
  if (found) await client.put(`${path}/${name}`, object);
  else await client.post(path, object);
}
