import { randomUUID } from "node:crypto";
import type { Deployment } from "kubernetes-types/apps/v1.d.ts";
import type { ConfigMap, Pod } from "kubernetes-types/core/v1.d.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KubernetesClient, kubernetesClient } from "../../functions/adapters/kubernetes/kubernetes-client.ts";
import type { WatchEnd } from "../../functions/adapters/kubernetes/kubernetes-watch.ts";
import { createDeployment, deploymentPath, ensureNamespace, waitForDeployment } from "../../local/cluster/seed.ts";
import { type RunningCluster, startCluster } from "../../local/cluster/start-cluster.ts";

/** A real API server keeps what earlier runs left. */
const NAMESPACE = `verbs-${randomUUID().slice(0, 8)}`;
const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

let cluster: RunningCluster;
let client: KubernetesClient;
let count = 0;

beforeAll(async () => {
  const kubeconfig = process.env.KUBECONFIG;
  const kubelet = { readyDelaySeconds: 0.1, terminationDelaySeconds: 0.1 };
  cluster = await startCluster({ eksPort: 0, kubernetesPort: 0, kubelet, ...(kubeconfig ? { kubeconfig } : {}) });
  const { clusterName: name, kubernetesUrl: endpoint, caPem: certificateAuthority, adminToken } = cluster;
  client = kubernetesClient({ cluster: { name, endpoint, certificateAuthority }, token: async () => adminToken });
  await ensureNamespace(cluster.client, NAMESPACE);
}, 60_000);

afterAll(() => cluster.stop());

/** A ConfigMap of this test alone, as the server stored it. */
async function aConfigMap(data: Record<string, string> = { a: "1" }): Promise<{ path: string; uid: string; resourceVersion: string }> {
  count += 1;
  const name = `settings-${count}`;
  const answer = await client.create<ConfigMap>(CONFIG_MAPS, { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });
  if (answer.outcome !== "stored") throw new Error(`${name} was not stored: ${answer.outcome}`);
  const { uid = "", resourceVersion = "" } = answer.object.metadata ?? {};
  return { path: `${CONFIG_MAPS}/${name}`, uid, resourceVersion };
}

describe("the client's verbs", () => {
  it("create once, and say that a name is taken or a namespace missing", async () => {
    const { path } = await aConfigMap({ a: "1" });
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: path.split("/").at(-1) }, data: { a: "2" } };

    expect(await client.create(CONFIG_MAPS, body)).toEqual({ outcome: "exists" });
    expect(await client.create("/api/v1/namespaces/not-there/configmaps", body)).toMatchObject({
      outcome: "denied",
      message: expect.stringContaining("not-there"),
    });
    expect(await client.get<ConfigMap>(path)).toMatchObject({ data: { a: "1" } });
  });

  it("merge: null removes a key, a stale resourceVersion is a conflict, nothing is created", async () => {
    const { path, resourceVersion } = await aConfigMap({ a: "1", b: "1" });

    expect(await client.merge(path, { data: { a: null, c: "1" } })).toMatchObject({
      outcome: "stored",
      object: { data: { b: "1", c: "1" } },
    });
    expect(await client.merge(path, { metadata: { resourceVersion }, data: { b: "2" } })).toMatchObject({ outcome: "conflict" });
    expect(await client.merge(`${CONFIG_MAPS}/not-there`, {})).toEqual({ outcome: "absent" });
    expect((await client.get<ConfigMap>(path))?.data).toEqual({ b: "1", c: "1" });
  });

  it("strategic: merges a container by its name, and dryRun=All stores nothing", async () => {
    await createDeployment(cluster.client, { namespace: NAMESPACE, name: "strategic", image: "demo/web:v1" });
    const path = deploymentPath(NAMESPACE, "strategic");
    const before = await client.get<Deployment>(path);
    const [container] = before?.spec?.template.spec?.containers ?? [];
    const body = { spec: { template: { spec: { containers: [{ name: container?.name, image: "demo/web:v2" }] } } } };

    const dry = await client.strategic<Deployment>(`${path}?dryRun=All`, body);

    expect(dry).toMatchObject({ outcome: "stored" });
    expect((await client.get<Deployment>(path))?.spec).toEqual(before?.spec);
    expect(await client.strategic<Deployment>(path, body)).toMatchObject({
      outcome: "stored",
      object: { spec: { template: { spec: { containers: [{ ...container, image: "demo/web:v2" }] } } } },
    });
  });

  it("K8S-31: apply creates, refuses another manager's field without force, and takes it with force", async () => {
    const name = "applied";
    const body = (a: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: NAMESPACE }, data: { a } });
    const path = (manager: string) => `${CONFIG_MAPS}/${name}?fieldManager=${manager}`;

    expect(await client.apply(path("ci"), body("1"), { force: false })).toMatchObject({ outcome: "stored", object: { data: { a: "1" } } });
    expect(await client.apply(path("rollguard"), body("2"), { force: false })).toMatchObject({
      outcome: "conflict",
      message: expect.stringMatching(/\.data\.a \(conflict with "ci"/),
    });
    expect(await client.apply(path("rollguard"), body("2"), { force: true })).toMatchObject({
      outcome: "stored",
      object: { data: { a: "2" } },
    });
  });

  it("K8S-26: remove only the very object", async () => {
    const { path, uid, resourceVersion } = await aConfigMap();
    await client.merge(path, { data: { a: "2" } });

    expect(await client.remove(path, { uid: "11111111-1111-1111-1111-111111111111" })).toMatchObject({ outcome: "conflict" });
    expect(await client.remove(path, { uid, resourceVersion })).toMatchObject({ outcome: "conflict" });
    expect(await client.get(path)).not.toBeNull();
    expect(await client.remove(path, { uid })).toEqual({ outcome: "removed" });
    expect(await client.remove(path, { uid })).toEqual({ outcome: "absent" });
  });

  it("K8S-17: never repeat a value that the server printed in its refusal", async () => {
    const secrets = `/api/v1/namespaces/${NAMESPACE}/secrets`;
    const secret = (name: string, data: object) => ({ apiVersion: "v1", kind: "Secret", metadata: { name }, ...data });
    await createDeployment(cluster.client, { namespace: NAMESPACE, name: "values", image: "demo/web:v1" });
    await client.create(secrets, secret("password", { stringData: { password: "good" } }));

    const told = await Promise.all([
      client.merge(deploymentPath(NAMESPACE, "values"), { spec: { template: { metadata: { labels: { app: "hunter2" } } } } }),
      // The simulator stores what the next ones ask for; a real API server decodes it, and prints it.
      client.create(secrets, secret("one", { data: { password: "hunter2!" } })),
      client.create(secrets, secret("two", { stringData: { password: ["hunter2"] } })),
      client.merge(`${secrets}/password`, { data: { password: "hunter2!" } }),
      client.patch(`${secrets}/password`, [{ op: "replace", path: "/data/password", value: "hunter2!" }]),
    ]);

    const denials = told.flatMap((answer) => (answer.outcome === "denied" ? [answer.message] : []));
    expect(denials.length).toBeGreaterThanOrEqual(cluster.server === "simulator" ? 1 : 5);
    for (const message of denials) expect(message).toMatch(/\w/);
    expect(denials.join()).not.toContain("hunter2");
  });

  it("list by a field", async () => {
    const { path } = await aConfigMap();
    const name = path.split("/").at(-1) ?? "";

    const found = await client.list<ConfigMap>(CONFIG_MAPS, { fieldSelector: `metadata.name=${name}` });

    expect(found?.map(({ metadata }) => metadata?.name)).toEqual([name]);
  });

  it("read a log, and are refused one that no container wrote", async () => {
    await createDeployment(cluster.client, { namespace: NAMESPACE, name: "logs", image: "demo/web:v1", replicas: 1 });
    await waitForDeployment(cluster.client, NAMESPACE, "logs");
    const [pod] = (await client.list<Pod>(`/api/v1/namespaces/${NAMESPACE}/pods`, "app=logs")) ?? [];
    const log = `/api/v1/namespaces/${NAMESPACE}/pods/${pod?.metadata?.name}/log`;

    expect(await client.text(log)).toMatchObject({ outcome: "text", text: expect.any(String) });
    expect(await client.text(`${log}?previous=true`)).toMatchObject({ outcome: "refused", message: expect.stringContaining("previous") });
    expect(await client.text(`/api/v1/namespaces/${NAMESPACE}/pods/not-there/log`)).toEqual({ outcome: "absent" });
  });

  it("know which versions are served", async () => {
    expect(await client.served("apps")).toEqual(["v1"]);
    expect(await client.served("autoscaling")).toContain("v1");
    expect(await client.served("not.there.example.com")).toEqual([]);
  });

  it("watch from a version on until they are stopped, and again from there", async () => {
    const { path, resourceVersion } = await aConfigMap();
    const name = path.split("/").at(-1);
    const stop = new AbortController();
    const seen: string[] = [];

    const watch = client.watch<ConfigMap>(
      CONFIG_MAPS,
      { resourceVersion, timeoutSeconds: 30 },
      ({ type, object }) => {
        if (object.metadata?.name !== name) return;
        seen.push(`${type} ${object.data?.a}`);
        if (type === "MODIFIED") stop.abort();
      },
      stop.signal,
    );
    await client.merge(path, { data: { a: "2" } });
    const end = await watch;
    await client.merge(path, { data: { a: "3" } });

    expect(seen).toEqual(["MODIFIED 2"]);
    expect(end.ended).toBe("stopped");
    const again: string[] = [];
    const last = await watchOnce(end, (event) => again.push(event));
    expect(again).toContain("MODIFIED 3");
    expect(last).toMatchObject({ ended: "timeout" });
  });
});

function watchOnce({ resourceVersion }: WatchEnd, onEvent: (event: string) => void): Promise<WatchEnd> {
  const from = resourceVersion === null ? {} : { resourceVersion };
  return client.watch<ConfigMap>(CONFIG_MAPS, { ...from, timeoutSeconds: 1 }, ({ type, object }) => onEvent(`${type} ${object.data?.a}`));
}
