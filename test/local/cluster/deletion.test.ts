import { describe, expect, it } from "vitest";
import type { KubernetesObject, Pod } from "../../../local/cluster/objects.ts";
import {
  createDeployment,
  deploymentPath,
  ensureNamespace,
  podsPath,
  replicaSetsPath,
  waitForDeployment,
} from "../../../local/cluster/seed.ts";
import { aSimulatedCluster, NAMESPACE } from "../../support/cluster/simulated-cluster.ts";

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

async function aRunningDeployment() {
  const { client } = await aSimulatedCluster();
  await createDeployment(client, { namespace: NAMESPACE, name: "web", image: "demo/web:v1", replicas: 2 });
  await waitForDeployment(client, NAMESPACE, "web");
  return client;
}

describe("DELETE", () => {
  it("with stale preconditions is 409 and changes nothing", async () => {
    const client = await aRunningDeployment();
    const path = deploymentPath(NAMESPACE, "web");

    await expect(client.delete(path, { preconditions: { uid: "x" } })).rejects.toMatchObject({ code: 409 });
    await expect(client.delete(path, { preconditions: { resourceVersion: "1" } })).rejects.toMatchObject({ code: 409 });

    await expect(client.find(path)).resolves.toBeDefined();
  });

  it("answers with a Status that names what is gone", async () => {
    const client = await aRunningDeployment();

    const status = await client.delete(deploymentPath(NAMESPACE, "web"));

    expect(status).toMatchObject({ kind: "Status", status: "Success", details: { name: "web", group: "apps", kind: "deployments" } });
  });

  it("in the foreground keeps the owner until its dependents are gone", async () => {
    const client = await aRunningDeployment();
    const path = deploymentPath(NAMESPACE, "web");

    const going = await client.delete<KubernetesObject>(path, { propagationPolicy: "Foreground" });
    while (await client.find(path)) await aMoment();

    expect(going.metadata.finalizers).toEqual(["foregroundDeletion"]);
    expect(going.metadata.deletionTimestamp).toBeDefined();
    expect(await client.list(replicaSetsPath(NAMESPACE))).toEqual([]);
  });

  it("with Orphan leaves the ReplicaSet and its pods, and a new Deployment of that name adopts them", async () => {
    const client = await aRunningDeployment();
    await client.delete(deploymentPath(NAMESPACE, "web"), { propagationPolicy: "Orphan" });
    const [orphan] = await client.list(replicaSetsPath(NAMESPACE));

    await createDeployment(client, { namespace: NAMESPACE, name: "web", image: "demo/web:v1", replicas: 2 });
    await waitForDeployment(client, NAMESPACE, "web");

    const sets = await client.list(replicaSetsPath(NAMESPACE));
    expect(orphan?.metadata).not.toHaveProperty("ownerReferences");
    expect(sets).toHaveLength(1);
    expect(sets[0]?.metadata).toMatchObject({ uid: orphan?.metadata.uid, ownerReferences: [{ kind: "Deployment", controller: true }] });
  });

  it("of a pod that is on no Node removes it at once", async () => {
    const { client } = await aSimulatedCluster({ kubelet: false });
    await client.post(podsPath(NAMESPACE), { metadata: { name: "web" }, spec: { containers: [{ name: "app", image: "demo/web:v1" }] } });

    const gone = await client.delete<Pod>(`${podsPath(NAMESPACE)}/web`);

    expect(gone.metadata.deletionGracePeriodSeconds).toBe(0);
    expect(await client.list(podsPath(NAMESPACE))).toEqual([]);
  });

  it("of a collection takes what the selector takes", async () => {
    const { client } = await aSimulatedCluster({ kubelet: false });
    const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
    await client.post(path, { metadata: { name: "a", labels: { x: "1" } } });
    await client.post(path, { metadata: { name: "b" } });

    await client.delete(`${path}?labelSelector=x%3D1`);

    expect((await client.list(path)).map(({ metadata }) => metadata.name)).toEqual(["b"]);
  });
});

describe("a namespace that is deleted", () => {
  it("takes everything along, and refuses new objects meanwhile", async () => {
    const client = await aRunningDeployment();
    const namespace = `/api/v1/namespaces/${NAMESPACE}`;

    const going = await client.delete<KubernetesObject>(namespace);
    const late = client.post(`${namespace}/configmaps`, { metadata: { name: "late" } });

    expect(going.status).toEqual({ phase: "Terminating" });
    await expect(late).rejects.toMatchObject({ code: 403, status: { message: expect.stringContaining("it is being terminated") } });
    while (await client.find(namespace)) await aMoment();
    expect(await client.list("/api/v1/pods")).toEqual([]);
    await expect(ensureNamespace(client, NAMESPACE)).resolves.toBeDefined();
  });
});
