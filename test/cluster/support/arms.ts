import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { createDeployment } from "../../../local/cluster/seed.ts";
import { eventually } from "./eventually.ts";
import type { ServiceScene } from "./service-scene.ts";

interface Endpoints extends KubernetesObject {
  subsets?: { addresses?: { targetRef?: { name: string } }[] }[];
}

/** Names of the pods that are ready behind a Service. */
export async function behind({ client, namespace }: ServiceScene, service: string): Promise<string[]> {
  const endpoints = await client.find<Endpoints>(`/api/v1/namespaces/${namespace}/endpoints/${service}`);
  return (endpoints?.subsets ?? []).flatMap(({ addresses = [] }) => addresses.flatMap(({ targetRef }) => targetRef?.name ?? []));
}

/** A Service with this selector. */
export async function createService({ client, namespace }: ServiceScene, name: string, selector: Record<string, string>): Promise<void> {
  const spec = { selector, ports: [{ port: 80, targetPort: 8080 }] };
  await client.post(`/api/v1/namespaces/${namespace}/services`, { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec });
}

/** Backends of a route: each a Service before a Deployment of its own, with as many ready pods as asked for. */
export async function createArms(scene: ServiceScene, arms: Readonly<Record<string, number>>): Promise<void> {
  const { client, namespace } = scene;
  for (const [name, replicas] of Object.entries(arms)) {
    await createDeployment(client, { namespace, name, image: `demo/${name}:v1`, replicas, readyDelaySeconds: 0.1 });
    await createService(scene, name, { app: name });
  }
  for (const [name, replicas] of Object.entries(arms)) {
    await eventually(`${replicas} endpoints of ${name}`, async () => (await behind(scene, name)).length === replicas);
  }
}
