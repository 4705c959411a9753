import { request } from "node:http";
import { DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { describe, expect, it, onTestFinished } from "vitest";
import { connectCluster } from "../../../local/cluster/admin-client.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import {
  backdate,
  createDeployment,
  deploymentPath,
  ensureNamespace,
  replicaSetsOfDeployment,
  waitForDeployment,
} from "../../../local/cluster/seed.ts";
import { type ClusterProps, type RunningCluster, startCluster } from "../../../local/cluster/start-cluster.ts";
import { anEksToken } from "../../support/cluster/eks-token.ts";

async function aCluster(props: ClusterProps = {}): Promise<RunningCluster> {
  const kubelet = { readyDelaySeconds: 0.02, terminationDelaySeconds: 0.01 };
  const cluster = await startCluster({ eksPort: 0, kubernetesPort: 0, kubelet, ...props });
  onTestFinished(() => cluster.stop());
  await ensureNamespace(cluster.client, "shop");
  return cluster;
}

function connectWith(cluster: RunningCluster, token: string, caPem = cluster.caPem): ClusterClient {
  const client = connectCluster({ url: cluster.kubernetesUrl, caPem, token });
  onTestFinished(() => client.close());
  return client;
}

const anEksClientFor = async (cluster: RunningCluster): Promise<ClusterClient> =>
  connectWith(cluster, await anEksToken({ accessKeyId: "test" }));

function eksClient(cluster: RunningCluster): EKSClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new EKSClient({ endpoint: cluster.eksUrl, region: "us-east-1", credentials, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
}

describe("DescribeCluster", () => {
  it("tells where the Kubernetes API is and which CA to trust, and that CA works", async () => {
    const cluster = await aCluster({ clusterName: "demo" });

    const { cluster: description } = await eksClient(cluster).send(new DescribeClusterCommand({ name: "demo" }));

    expect(description).toMatchObject({
      name: "demo",
      arn: "arn:aws:eks:us-east-1:000000000000:cluster/demo",
      status: "ACTIVE",
      endpoint: cluster.kubernetesUrl,
      accessConfig: { authenticationMode: "API" },
      resourcesVpcConfig: { endpointPublicAccess: true },
    });
    expect(description?.createdAt).toBeInstanceOf(Date);
    const caPem = Buffer.from(description?.certificateAuthority?.data ?? "", "base64").toString();
    await expect(connectWith(cluster, cluster.adminToken, caPem).get("/version")).resolves.toHaveProperty("gitVersion");
  });

  it("of a cluster that is not there is ResourceNotFoundException", async () => {
    const cluster = await aCluster();

    const answer = eksClient(cluster).send(new DescribeClusterCommand({ name: "other" }));

    await expect(answer).rejects.toMatchObject({ name: "ResourceNotFoundException", message: "No cluster found for name: other." });
  });

  it("without a signature is refused", async () => {
    const cluster = await aCluster();

    const code = await new Promise((resolve) => {
      request(`${cluster.eksUrl}/clusters/demo`, (response) => resolve(response.resume().statusCode)).end();
    });

    expect(code).toBe(403);
  });

  it("can be made to fail", async () => {
    const cluster = await aCluster();
    const fault = cluster.faults.add({ server: "eks", action: { kind: "status", code: 503 } });

    const answer = eksClient(cluster).send(new DescribeClusterCommand({ name: "demo" }));

    await expect(answer).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    expect(fault.hits).toBe(1);
  });
});

describe("the Kubernetes door", () => {
  it("answers a token that is wrong with 401 Unauthorized, whatever is wrong with it", async () => {
    const reasons: string[] = [];
    const cluster = await aCluster({ onRefused: (reason) => reasons.push(reason) });

    const answer = connectWith(cluster, await anEksToken({ headers: {} })).get("/api/v1/namespaces/shop/pods");

    await expect(answer).rejects.toMatchObject({ code: 401, status: { kind: "Status", message: "Unauthorized", reason: "Unauthorized" } });
    expect(reasons).toEqual(["x-k8s-aws-id is not among the signed headers"]);
  });

  it("shows a certificate that no other CA vouches for", async () => {
    const [cluster, other] = [await aCluster(), await aCluster()];

    await expect(connectWith(cluster, cluster.adminToken, other.caPem).get("/version")).rejects.toThrow(/certificate/);
  });

  it("lets Rollguard read and patch Deployments, and refuses the rest in Kubernetes' own words", async () => {
    const cluster = await aCluster();
    await createDeployment(cluster.client, { namespace: "shop", name: "web", image: "demo/web:v1" });
    const client = await anEksClientFor(cluster);
    const path = deploymentPath("shop", "web");

    await expect(client.patch(path, { metadata: { annotations: { a: "b" } } })).resolves.toHaveProperty("kind", "Deployment");
    await expect(client.list("/api/v1/namespaces/shop/pods")).resolves.toBeInstanceOf(Array);
    await expect(client.patch(`${path}/scale`, { spec: { replicas: 2 } })).rejects.toMatchObject({
      code: 403,
      status: {
        reason: "Forbidden",
        message:
          'deployments.apps "web" is forbidden: User "unverified:test" cannot patch resource "deployments/scale" in API group "apps" in the namespace "shop"',
      },
    });
    await expect(client.delete(path)).rejects.toMatchObject({ code: 403 });
    await expect(client.list("/api/v1/namespaces/shop/secrets")).rejects.toMatchObject({ code: 403 });
    await expect(client.get("/_front/faults")).rejects.toMatchObject({ code: 401 });
  });

  it("streams a watch over the wire, and ends it when the cluster stops", async () => {
    const cluster = await aCluster();
    const seen: string[] = [];
    const watch = cluster.client.watch("/api/v1/namespaces/shop/configmaps", ({ type }) => seen.push(type));
    await cluster.client.post("/api/v1/namespaces/shop/configmaps", { metadata: { name: "settings" } });
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    const started = performance.now();
    await cluster.stop();
    await watch.ended;

    expect(seen).toEqual(["ADDED"]);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("ends a watch at its timeoutSeconds", async () => {
    const cluster = await aCluster();

    const watch = cluster.client.watch("/api/v1/namespaces/shop/configmaps?timeoutSeconds=1", () => undefined);

    await expect(watch.ended).resolves.toBeUndefined();
  });

  it("says which port is taken", async () => {
    const cluster = await aCluster();
    const port = Number(new URL(cluster.eksUrl).port);

    await expect(startCluster({ eksPort: port, kubernetesPort: 0 })).rejects.toThrow(
      `port ${port} is taken, set ROLLGUARD_EKS_PORT to another one`,
    );
  });
});

describe("back-dating", () => {
  it("makes a ReplicaSet look older", async () => {
    const cluster = await aCluster();
    await createDeployment(cluster.client, { namespace: "shop", name: "web", image: "demo/web:v1" });
    await waitForDeployment(cluster.client, "shop", "web");
    const [replicaSet] = await replicaSetsOfDeployment(cluster.client, "shop", "web");
    const creationTimestamp = "2026-01-01T00:00:00Z";

    const result = await backdate(cluster.client, {
      resource: "replicasets",
      namespace: "shop",
      name: replicaSet?.metadata.name ?? "",
      creationTimestamp,
    });

    expect(result).toEqual({ backdated: true });
    const [older] = await replicaSetsOfDeployment(cluster.client, "shop", "web");
    expect(older?.metadata).toMatchObject({ uid: replicaSet?.metadata.uid, creationTimestamp });
  });

  it("of something that is not there is an error", async () => {
    const cluster = await aCluster();

    const answer = backdate(cluster.client, {
      resource: "pods",
      namespace: "shop",
      name: "none",
      creationTimestamp: "2026-01-01T00:00:00Z",
    });

    await expect(answer).rejects.toThrow("404");
  });
});
