import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { stringify } from "yaml";
import { connectCluster } from "../../../local/cluster/admin-client.ts";
import { readKubeconfig } from "../../../local/cluster/front/kubeconfig.ts";
import { backdate, createDeployment, deploymentPath, ensureNamespace, waitForDeployment } from "../../../local/cluster/seed.ts";
import { type RunningCluster, startCluster } from "../../../local/cluster/start-cluster.ts";
import { anEksToken } from "../../support/cluster/eks-token.ts";

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "rollguard-kubeconfig-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function kubeconfigOf(cluster: { kubernetesUrl: string; caPem: string; adminToken: string }, folder = aFolder()): string {
  const path = join(folder, "kubeconfig");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "c",
        cluster: { server: cluster.kubernetesUrl, "certificate-authority-data": Buffer.from(cluster.caPem).toString("base64") },
      },
    ],
    users: [{ name: "u", user: { token: cluster.adminToken } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  writeFileSync(path, stringify(config));
  return path;
}

/** A front before a front: the second one plays the real API server, which honours impersonation too. */
async function aForwardingCluster(): Promise<{ behind: RunningCluster; cluster: RunningCluster }> {
  const behind = await startCluster({ eksPort: 0, kubernetesPort: 0, kubelet: false });
  onTestFinished(() => behind.stop());
  const cluster = await startCluster({
    eksPort: 0,
    kubernetesPort: 0,
    kubeconfig: kubeconfigOf(behind),
    kubelet: { readyDelaySeconds: 0.02 },
  });
  onTestFinished(() => cluster.stop());
  await ensureNamespace(cluster.client, "shop");
  return { behind, cluster };
}

describe("a front before an API server", () => {
  it("passes the admin's requests on with the kubeconfig's rights, and the kubelet model plays there", async () => {
    const { behind, cluster } = await aForwardingCluster();

    await createDeployment(cluster.client, { namespace: "shop", name: "web", image: "demo/web:v1", replicas: 2 });
    await waitForDeployment(cluster.client, "shop", "web");

    expect(cluster.server).toBe("api-server");
    expect(await behind.client.list("/api/v1/namespaces/shop/pods")).toHaveLength(2);
  });

  it("acts as the user of the EKS token, so that the server's own rights decide", async () => {
    const { cluster } = await aForwardingCluster();
    await createDeployment(cluster.client, { namespace: "shop", name: "web", image: "demo/web:v1", replicas: 0 });
    const token = await anEksToken({ accessKeyId: "test" });
    const client = connectCluster({ url: cluster.kubernetesUrl, caPem: cluster.caPem, token });
    onTestFinished(() => client.close());

    await expect(client.patch(deploymentPath("shop", "web"), { metadata: { annotations: { a: "b" } } })).resolves.toBeDefined();
    await expect(client.delete(deploymentPath("shop", "web"))).rejects.toMatchObject({
      code: 403,
      status: { message: expect.stringContaining('User "unverified:test" cannot delete resource "deployments"') },
    });
  });

  it("does not let a caller choose whom to impersonate", async () => {
    const { cluster } = await aForwardingCluster();
    const headers = {
      authorization: `Bearer ${await anEksToken({ accessKeyId: "test" })}`,
      "impersonate-user": "root",
      "impersonate-group": "system:masters",
    };

    const code = await new Promise((resolve, reject) => {
      const url = `${cluster.kubernetesUrl}/api/v1/namespaces/shop/secrets`;
      request(url, { headers, ca: cluster.caPem }, (response) => resolve(response.resume().statusCode))
        .on("error", reject)
        .end();
    });

    expect(code).toBe(403);
  });

  it("still refuses wrong tokens and plants faults", async () => {
    const { cluster } = await aForwardingCluster();
    const client = connectCluster({ url: cluster.kubernetesUrl, caPem: cluster.caPem, token: await anEksToken({ accessKeyId: "test" }) });
    const stranger = connectCluster({ url: cluster.kubernetesUrl, caPem: cluster.caPem, token: "nobody" });
    onTestFinished(() => {
      client.close();
      stranger.close();
    });
    await createDeployment(cluster.client, { namespace: "shop", name: "web", image: "demo/web:v1", replicas: 0 });
    cluster.faults.add({ method: "PATCH", action: { kind: "drop-after-apply" } });

    await expect(client.patch(deploymentPath("shop", "web"), { metadata: { annotations: { a: "b" } } })).rejects.toThrow();

    expect((await cluster.client.get(deploymentPath("shop", "web"))).metadata.annotations).toMatchObject({ a: "b" });
    await expect(stranger.get("/api/v1/namespaces")).rejects.toMatchObject({ code: 401 });
  });

  it("cannot back-date, and says so", async () => {
    const { cluster } = await aForwardingCluster();

    const result = await backdate(cluster.client, {
      resource: "deployments",
      namespace: "shop",
      name: "web",
      creationTimestamp: "2026-01-01T00:00:00Z",
    });

    expect(result).toEqual({ backdated: false, reason: "a real API server does not let anybody set creationTimestamp" });
  });

  it("answers 502 when the server behind it is gone", async () => {
    const { behind, cluster } = await aForwardingCluster();
    await behind.stop();

    await expect(cluster.client.get("/version")).rejects.toMatchObject({ code: 502 });
  });
});

describe("a kubeconfig", () => {
  const cluster = { kubernetesUrl: "https://127.0.0.1:1", caPem: "ca", adminToken: "token" };

  it("gives server, CA and token of its current context", () => {
    expect(readKubeconfig(kubeconfigOf(cluster))).toEqual({ url: "https://127.0.0.1:1", caPem: "ca", token: "token" });
  });

  it("may name files beside it", () => {
    const folder = aFolder();
    for (const name of ["ca.crt", "client.crt", "client.key"]) writeFileSync(join(folder, name), name);
    const config = {
      clusters: [{ name: "c", cluster: { server: "https://s", "certificate-authority": "ca.crt" } }],
      users: [{ name: "u", user: { "client-certificate": "client.crt", "client-key": join(folder, "client.key") } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    };
    writeFileSync(join(folder, "config"), stringify(config));

    expect(readKubeconfig(join(folder, "config"), "x")).toEqual({
      url: "https://s",
      caPem: "ca.crt",
      clientCertificatePem: "client.crt",
      clientKeyPem: "client.key",
    });
  });

  it("without a known context, CA or login is refused with what to do", () => {
    const path = kubeconfigOf(cluster);

    expect(() => readKubeconfig(path, "other")).toThrow('context "other" is not in contexts');
    writeFileSync(
      path,
      stringify({ contexts: [{ name: "x", context: { cluster: "c", user: "u" } }], clusters: [{ name: "c", cluster: { server: "s" } }] }),
    );
    expect(() => readKubeconfig(path, "x")).toThrow("has no certificate-authority");
  });
});
