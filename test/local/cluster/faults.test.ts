import { describe, expect, it, onTestFinished } from "vitest";
import { connectCluster } from "../../../local/cluster/admin-client.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { FaultBook } from "../../../local/cluster/front/faults.ts";
import { createDeployment, deploymentPath, ensureNamespace, getDeployment } from "../../../local/cluster/seed.ts";
import { type RunningCluster, startCluster } from "../../../local/cluster/start-cluster.ts";
import { anEksToken } from "../../support/cluster/eks-token.ts";

const PATH = deploymentPath("shop", "web");

async function aFaultyCluster(): Promise<{ cluster: RunningCluster; client: ClusterClient }> {
  const cluster = await startCluster({ eksPort: 0, kubernetesPort: 0 });
  const token = await anEksToken({ accessKeyId: "test" });
  const client = connectCluster({ url: cluster.kubernetesUrl, caPem: cluster.caPem, token });
  onTestFinished(async () => {
    client.close();
    await cluster.stop();
  });
  await ensureNamespace(cluster.client, "shop");
  await createDeployment(cluster.client, { namespace: "shop", name: "web", image: "demo/web:v1", replicas: 0 });
  return { cluster, client };
}

const annotate = (client: ClusterClient): Promise<unknown> => client.patch(PATH, { metadata: { annotations: { written: "yes" } } });
const written = async (cluster: RunningCluster): Promise<boolean> =>
  (await getDeployment(cluster.client, "shop", "web")).metadata.annotations?.written === "yes";

describe("a planted fault", () => {
  it.each([
    { code: 503, reason: "ServiceUnavailable" },
    { code: 500, reason: "InternalError" },
    { code: 429, reason: "TooManyRequests" },
  ] as const)("answers $code so often as it was told, and counts", async ({ code, reason }) => {
    const { cluster, client } = await aFaultyCluster();
    const fault = cluster.faults.add({ method: "PATCH", times: 2, action: { kind: "status", code } });

    await expect(annotate(client)).rejects.toMatchObject({ code, status: { reason } });
    await expect(annotate(client)).rejects.toMatchObject({ code });
    expect(await written(cluster)).toBe(false);
    await annotate(client);

    expect(fault.hits).toBe(2);
    expect(await written(cluster)).toBe(true);
  });

  it("sends Retry-After with 429", async () => {
    const { cluster, client } = await aFaultyCluster();
    cluster.faults.add({ action: { kind: "status", code: 429, retryAfterSeconds: 3 } });

    const answer = await client.transport.send({ method: "GET", path: PATH });

    expect(answer).toMatchObject({ code: 429, headers: { "retry-after": "3" }, body: { details: { retryAfterSeconds: 3 } } });
  });

  it("breaks the connection before the write is applied", async () => {
    const { cluster, client } = await aFaultyCluster();
    cluster.faults.add({ method: "PATCH", action: { kind: "drop-before-apply" } });

    await expect(annotate(client)).rejects.toThrow();

    expect(await written(cluster)).toBe(false);
  });

  it("breaks it after the write was applied", async () => {
    const { cluster, client } = await aFaultyCluster();
    cluster.faults.add({ method: "PATCH", action: { kind: "drop-after-apply" } });

    await expect(annotate(client)).rejects.toThrow();

    expect(await written(cluster)).toBe(true);
  });

  it("delays", async () => {
    const { cluster, client } = await aFaultyCluster();
    cluster.faults.add({ path: "/deployments/web", action: { kind: "delay", milliseconds: 120 } });
    const started = performance.now();

    await client.get(PATH);

    expect(performance.now() - started).toBeGreaterThan(115);
  });

  it("counts which of the requests that it held up were accepted, and which were refused", async () => {
    const { cluster, client } = await aFaultyCluster();
    const counter = cluster.faults.add({ method: "PATCH", path: PATH, action: { kind: "delay", milliseconds: 0 }, times: 10 });
    const stale = [{ op: "test", path: "/metadata/resourceVersion", value: "1" }];

    await annotate(client);
    await expect(client.patch(PATH, stale, "json")).rejects.toMatchObject({ code: expect.any(Number) });
    await annotate(client);

    expect({ hits: counter.hits, accepted: counter.accepted }).toEqual({ hits: 3, accepted: 2 });
  });

  it("can be planted and counted from another process, through the door of the admin", async () => {
    const { cluster, client } = await aFaultyCluster();
    await cluster.client.post("/_front/faults", { method: "PATCH", path: "/deployments/", action: { kind: "status", code: 503 } });
    await expect(annotate(client)).rejects.toMatchObject({ code: 503 });

    const { faults } = await cluster.client.get<{ faults: unknown[] }>("/_front/faults");
    await cluster.client.delete("/_front/faults");

    expect(faults).toMatchObject([{ hits: 1, action: { code: 503 } }]);
    expect(cluster.faults.list()).toEqual([]);
  });

  it("spares the admin", async () => {
    const { cluster } = await aFaultyCluster();
    const fault = cluster.faults.add({ action: { kind: "status", code: 503 } });

    await annotate(cluster.client);

    expect(fault.hits).toBe(0);
  });
});

describe("the book of faults", () => {
  const request = { server: "kubernetes", caller: "eks", method: "GET", path: "/x" } as const;

  it("lets as many requests pass as it was told", () => {
    const book = new FaultBook();
    book.add({ skip: 1, action: { kind: "drop-before-apply" } });

    expect([1, 2, 3].map(() => book.strike(request)?.kind)).toEqual([undefined, "drop-before-apply", undefined]);
  });

  it("uses one fault after the other", () => {
    const book = new FaultBook();
    book.add({ action: { kind: "status", code: 503 } });
    book.add({ action: { kind: "drop-after-apply" } });

    expect([1, 2].map(() => book.strike(request)?.kind)).toEqual(["status", "drop-after-apply"]);
  });
});
