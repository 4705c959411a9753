import { describe, expect, it } from "vitest";
import type { WatchEvent } from "../../../local/cluster/api/watch-operation.ts";
import type { ClusterClient, ObjectList } from "../../../local/cluster/cluster-client.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { aSimulatedCluster, NAMESPACE } from "../../support/cluster/simulated-cluster.ts";

const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

const put = (client: ClusterClient, name: string, labels: Record<string, string> = {}) => client.post(PATH, { metadata: { name, labels } });
const names = (list: ObjectList<KubernetesObject>): string[] => list.items.map(({ metadata }) => metadata.name);
const told = (events: readonly WatchEvent[]): string[] =>
  events.map(({ type, object }) => `${type} ${(object as KubernetesObject).metadata.name}`);
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function aClientWith(...objects: readonly [string, Record<string, string>?][]): Promise<ClusterClient> {
  const { client } = await aSimulatedCluster({ kubelet: false });
  for (const [name, labels] of objects) await put(client, name, labels);
  return client;
}

describe("a list", () => {
  it("comes in pages that show the cluster as it was at the first one", async () => {
    const client = await aClientWith(["a"], ["b"], ["c"]);

    const first = await client.get<ObjectList<KubernetesObject>>(`${PATH}?limit=2`);
    await client.delete(`${PATH}/c`);
    await put(client, "d");
    const second = await client.get<ObjectList<KubernetesObject>>(`${PATH}?limit=2&continue=${first.metadata.continue}`);

    expect(names(first)).toEqual(["a", "b"]);
    expect(first.metadata).toMatchObject({ remainingItemCount: 1 });
    expect(names(second)).toEqual(["c"]);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    expect(second.metadata).not.toHaveProperty("continue");
  });

  it("goes on with 410 when the history is gone", async () => {
    const { client } = await aSimulatedCluster({ kubelet: false, simulator: { historyLimit: 10 } });
    await put(client, "a");
    await put(client, "b");
    const first = await client.get<ObjectList<KubernetesObject>>(`${PATH}?limit=1`);
    for (let count = 0; count < 30; count += 1) await client.patch(`${PATH}/a`, { data: { count: String(count) } });

    const next = client.get(`${PATH}?limit=1&continue=${first.metadata.continue}`);

    await expect(next).rejects.toMatchObject({ code: 410, status: { reason: "Expired" } });
  });

  it("of all namespaces leaves kind and version out of its items", async () => {
    const client = await aClientWith(["a"]);

    const list = await client.get<ObjectList<KubernetesObject> & { kind: string }>("/api/v1/configmaps");

    expect(list.kind).toBe("ConfigMapList");
    expect(list.items[0]).not.toHaveProperty("kind");
  });
});

describe("a watch", () => {
  it("without a version starts with what is there, then tells what changes", async () => {
    const client = await aClientWith(["a"]);
    const events: WatchEvent[] = [];

    const watch = client.watch(PATH, (event) => events.push(event));
    await put(client, "b");
    await client.patch(`${PATH}/b`, { data: { x: "1" } });
    await client.delete(`${PATH}/a`);
    await settle();
    watch.stop();
    await put(client, "c");
    await settle();

    expect(told(events)).toEqual(["ADDED a", "ADDED b", "MODIFIED b", "DELETED a"]);
  });

  it("from a version tells what came after it", async () => {
    const client = await aClientWith(["a"]);
    const { metadata } = await client.get<ObjectList<KubernetesObject>>(PATH);
    await put(client, "b");
    const events: WatchEvent[] = [];

    client.watch(`${PATH}?resourceVersion=${metadata.resourceVersion}`, (event) => events.push(event));
    await settle();

    expect(told(events)).toEqual(["ADDED b"]);
  });

  it("from a version that is too old says 410 Expired", async () => {
    const { client } = await aSimulatedCluster({ kubelet: false, simulator: { historyLimit: 10 } });
    await put(client, "a");
    for (let count = 0; count < 30; count += 1) await client.patch(`${PATH}/a`, { data: { count: String(count) } });
    const events: WatchEvent[] = [];

    client.watch(`${PATH}?resourceVersion=2`, (event) => events.push(event));
    await settle();

    expect(events[0]).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
  });

  it("with a selector sees objects come and go as their labels change", async () => {
    const client = await aClientWith(["a", { app: "x" }], ["b", { app: "y" }]);
    const events: WatchEvent[] = [];

    client.watch(`${PATH}?labelSelector=app%3Dx`, (event) => events.push(event));
    await client.patch(`${PATH}/b`, { metadata: { labels: { app: "x" } } });
    await client.patch(`${PATH}/a`, { metadata: { labels: { app: "z" } } });
    await client.patch(`${PATH}/a`, { data: { unseen: "1" } });
    await settle();

    expect(told(events)).toEqual(["ADDED a", "ADDED b", "DELETED a"]);
  });
});
