import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { ClusterClient } from "../../../../local/cluster/cluster-client.ts";
import type { KubernetesObject } from "../../../../local/cluster/objects.ts";

/** The custom resources whose reduced definitions lie beside this file; each has the fields, defaults and subresources of upstream that Rollguard uses. */
export const CRD_NAMES = [
  "httproutes",
  "rollouts",
  "applications",
  "applicationsets",
  "kustomizations",
  "helmreleases",
  "canaries",
  "virtualservices",
] as const;

export type CrdName = (typeof CRD_NAMES)[number];

/** A definition as far as the tests look at it. */
export interface CustomResourceDefinition extends KubernetesObject {
  spec: {
    group: string;
    names: { plural: string; kind: string };
    versions: { name: string; served: boolean; storage: boolean; schema: { openAPIV3Schema: Record<string, unknown> } }[];
  };
  status?: { conditions?: { type: string; status: string }[] };
}

const CRDS_PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const DEADLINE_MILLISECONDS = 30_000;

/** One of our reduced definitions. */
export function readCrd(name: CrdName): CustomResourceDefinition {
  return parse(readFileSync(new URL(`${name}.yaml`, import.meta.url), "utf8")) as CustomResourceDefinition;
}

/** Where objects of a custom resource live: `/apis/<group>/<newest version>/namespaces/<namespace>/<plural>`. */
export function customPath(name: CrdName, namespace: string, objectName?: string): string {
  const { group, names, versions } = readCrd(name).spec;
  const collection = `/apis/${group}/${versions[0]?.name}/namespaces/${namespace}/${names.plural}`;
  return objectName === undefined ? collection : `${collection}/${objectName}`;
}

/** Installs definitions (all of them, if none is named) and waits until each version answers; what is there already is left as it is. */
export async function installCrds(client: ClusterClient, names: readonly CrdName[] = CRD_NAMES): Promise<void> {
  const definitions = names.map(readCrd);
  for (const definition of definitions) {
    const answer = await client.transport.send({ method: "POST", path: CRDS_PATH, body: definition });
    if (answer.code !== 201 && answer.code !== 409) {
      throw new Error(`${definition.metadata.name} is not accepted: ${answer.code} ${JSON.stringify(answer.body)}`);
    }
  }
  for (const definition of definitions) await served(client, definition);
}

async function served(client: ClusterClient, { metadata, spec }: CustomResourceDefinition): Promise<void> {
  const deadline = Date.now() + DEADLINE_MILLISECONDS;
  for (const version of spec.versions) {
    const path = `/apis/${spec.group}/${version.name}`;
    while (!(await listsPlural(client, path, spec.names.plural))) {
      if (Date.now() > deadline) throw new Error(`${metadata.name} ${version.name} is not served after ${DEADLINE_MILLISECONDS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

/** Both discovery and the collection itself must know it: a real server gets there one after the other. */
async function listsPlural(client: ClusterClient, path: string, plural: string): Promise<boolean> {
  const discovered = await client.find<KubernetesObject & { resources: { name: string }[] }>(path);
  if (!discovered?.resources.some(({ name }) => name === plural)) return false;
  const { code } = await client.transport.send({ method: "GET", path: `${path}/${plural}?limit=1` });
  return code === 200;
}
