import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { eksConnections } from "../../functions/adapters/kubernetes/eks-connections.ts";
import { kubernetesWorkload } from "../../functions/adapters/kubernetes/kubernetes-workload.ts";
import { makeCertificates } from "../../local/cluster/front/certificates.ts";
import { ServiceScene } from "./support/service-scene.ts";
import { theCluster } from "./support/the-cluster.ts";

const cluster = theCluster();
const stranger = await makeCertificates();
const servers: Server[] = [];
const scenes: ServiceScene[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const scene of scenes.splice(0)) scene.stop();
});

interface ClusterDescription {
  cluster: { endpoint: string; certificateAuthority: { data: string } };
}

/** A workload whose DescribeCluster answer was tampered with on the way. */
async function tampered(change: (description: ClusterDescription) => void) {
  const genuine = process.env.AWS_ENDPOINT_URL_EKS ?? "";
  const server = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url ?? "/", genuine), { headers: { authorization: request.headers.authorization ?? "" } });
    const description = (await answer.json()) as ClusterDescription;
    change(description);
    response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(description));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return kubernetesWorkload(eksConnections({ environment: { AWS_ENDPOINT_URL_EKS: endpoint }, waitBudgetMilliseconds: 100 }));
}

describe("a cluster that cannot be trusted or reached", () => {
  it.each([
    {
      name: "a wrong CA",
      change: (description: ClusterDescription) => {
        description.cluster.certificateAuthority.data = Buffer.from(stranger.caPem).toString("base64");
      },
      error: "UntrustedClusterError",
    },
    {
      name: "an endpoint where nobody listens",
      change: (description: ClusterDescription) => {
        description.cluster.endpoint = "https://127.0.0.1:9";
      },
      error: "TransientUpstreamError",
    },
  ])("K8S-28 $name is recorded and paged, nothing is written, the lock is free", async ({ change, error }) => {
    const service = await ServiceScene.start(cluster);
    scenes.push(service);
    await service.observed();
    const before = await service.live();
    service.turnBad(() => false);
    const input = service.input();

    const result = await service.rollBack({ input, ports: { workload: await tampered(change) } });

    expect(result.failure).toMatchObject({ name: "error", cause: expect.stringContaining(error) });
    const incident = await service.store.read(input.incidentId);
    expect(incident?.meta.record?.failure).toMatchObject({ error, cause: expect.stringMatching(/127\.0\.0\.1|certificate/) });
    expect(incident?.events.at(-1)).toMatchObject({ urgency: "page" });
    expect((await service.live()).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(await service.store.holder("checkout")).toBeNull();
  });

  it("K8S-38 a cluster of another name is an error that names it", async () => {
    const service = await ServiceScene.start(cluster);
    scenes.push(service);

    await expect(service.workload.read({ ...service.blueprint.target, cluster: "production" })).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining("production"),
    });
  });
});
