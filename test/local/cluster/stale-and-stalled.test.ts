import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { stringify } from "yaml";
import { connectCluster } from "../../../local/cluster/admin-client.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { FaultBook, type FaultedRequest } from "../../../local/cluster/front/faults.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { createDeployment, deploymentPath, deploymentsPath, ensureNamespace } from "../../../local/cluster/seed.ts";
import { type RunningCluster, startCluster } from "../../../local/cluster/start-cluster.ts";
import { anEksToken } from "../../support/cluster/eks-token.ts";

const PATH = deploymentPath("shop", "web");
const FREE_PORTS = { eksPort: 0, kubernetesPort: 0 };

function kubeconfigOf({ kubernetesUrl, caPem, adminToken }: RunningCluster): string {
  const folder = mkdtempSync(join(tmpdir(), "rollguard-kubeconfig-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const cluster = { server: kubernetesUrl, "certificate-authority-data": Buffer.from(caPem).toString("base64") };
  const path = join(folder, "kubeconfig");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user: { token: adminToken } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  writeFileSync(path, stringify(config));
  return path;
}

async function aCluster(behind: "simulator" | "API server"): Promise<{ cluster: RunningCluster; client: ClusterClient }> {
  const server = await startCluster(FREE_PORTS);
  onTestFinished(() => server.stop());
  await ensureNamespace(server.client, "shop");
  await createDeployment(server.client, { namespace: "shop", name: "web", image: "demo/web:v1", replicas: 0 });
  const cluster =
    behind === "simulator"
      ? server
      : await startCluster({
          ...FREE_PORTS,
          kubelet: false,
          kubeconfig: kubeconfigOf(server),
          unknownKeys: { groups: ["system:masters"] },
        });
  const client = connectCluster({ url: cluster.kubernetesUrl, caPem: cluster.caPem, token: await anEksToken({ accessKeyId: "test" }) });
  onTestFinished(async () => {
    client.close();
    if (cluster !== server) await cluster.stop();
  });
  return { cluster, client };
}

const note = (client: ClusterClient, text: string): Promise<unknown> => client.patch(PATH, { metadata: { annotations: { note: text } } });
const noteOf = ({ metadata }: KubernetesObject): string | undefined => metadata.annotations?.note;

describe.each(["simulator", "API server"] as const)("a stale read before a %s", (behind) => {
  it("of an object is what it was before the last write, whoever wrote", async () => {
    const { cluster, client } = await aCluster(behind);
    const fault = cluster.faults.add({ method: "GET", path: PATH, nth: 2, action: { kind: "stale" } });
    await note(client, "first");
    await client.get(PATH);
    await note(cluster.client, "second");

    const stale = await client.get(PATH);
    const fresh = await client.get(PATH);

    expect([noteOf(stale), noteOf(fresh)]).toEqual(["first", "second"]);
    expect(fault.hits).toBe(1);
  });

  it("of a list too, with the resourceVersion of then", async () => {
    const { cluster, client } = await aCluster(behind);
    cluster.faults.add({ pathPattern: "/deployments($|\\?)", nth: 2, action: { kind: "stale" } });
    const before = await client.get(deploymentsPath("shop"));
    await note(client, "new");

    expect(await client.get(deploymentsPath("shop"))).toEqual(before);
  });

  it("is not counted when there was no answer before the write", async () => {
    const { cluster, client } = await aCluster(behind);
    const fault = cluster.faults.add({ path: PATH, action: { kind: "stale" } });
    await note(client, "new");

    expect(noteOf(await client.get(PATH))).toBe("new");
    expect(fault.hits).toBe(0);
  });

  it("is not made stale by a dry run or a question about rights", async () => {
    const { cluster, client } = await aCluster(behind);
    const fault = cluster.faults.add({ method: "GET", path: PATH, action: { kind: "stale" } });
    await client.get(PATH);
    await client.patch(`${PATH}?dryRun=All`, { metadata: { annotations: { note: "tried" } } });
    await client.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { spec: { resourceAttributes: { verb: "get" } } });

    await client.get(PATH);

    expect(fault.hits).toBe(0);
  });
});

describe.each(["simulator", "API server"] as const)("a stall before a %s", (behind) => {
  it("ends with a broken connection, and the write was not applied", async () => {
    const { cluster, client } = await aCluster(behind);
    const fault = cluster.faults.add({ method: "PATCH", action: { kind: "stall", milliseconds: 60 } });
    const started = performance.now();

    await expect(note(client, "lost")).rejects.toThrow();

    expect(performance.now() - started).toBeGreaterThan(55);
    expect(noteOf(await client.get(PATH))).toBeUndefined();
    expect(fault.hits).toBe(1);
  });
});

describe("a fault that names an occurrence", () => {
  const request: FaultedRequest = { server: "kubernetes", caller: "eks", method: "GET", path: "/apis/apps/v1/deployments/web" };

  it("strikes that one and no other", () => {
    const book = new FaultBook();
    const fault = book.add({ method: "GET", pathPattern: "/deployments/[a-z]+$", nth: 3, action: { kind: "drop-before-apply" } });

    const struck = [1, 2, 3, 4].map(() => book.strike(request) !== undefined);

    expect(struck).toEqual([false, false, true, false]);
    expect(fault.hits).toBe(1);
  });

  it("counts only requests that match its pattern", () => {
    const book = new FaultBook();
    book.add({ pathPattern: "/scale$", nth: 1, action: { kind: "drop-before-apply" } });

    expect(book.strike(request)).toBeUndefined();
    expect(book.strike({ ...request, path: `${request.path}/scale` })).toBeDefined();
  });
});
