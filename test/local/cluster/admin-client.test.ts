import { expect, it, onTestFinished } from "vitest";
import { connectCluster } from "../../../local/cluster/admin-client.ts";
import { type Reply, recordedApiServer } from "../../adapters/kubernetes/support/recorded-api-server.ts";

const path = "/apis/apps/v1/namespaces/demo/deployments/checkout";
const ok: Reply = { status: 200, body: {} };

async function serverAndClient(replies: readonly Reply[]) {
  const server = await recordedApiServer(replies);
  const client = connectCluster({ url: server.cluster.endpoint, caPem: server.cluster.certificateAuthority });
  onTestFinished(() => client.close());
  return { server, client };
}

it("reads once more over a new connection when the kept one was closed by the other end", async () => {
  const { server, client } = await serverAndClient([ok, "reset", ok]);
  await client.get(path);

  await client.get(path);

  expect(server.requests.map(({ connection }) => connection)).toEqual([0, 0, 1]);
});

it("tells a write whose connection broke, and does not send it again", async () => {
  const { server, client } = await serverAndClient([ok, "reset", ok]);
  await client.get(path);

  await expect(client.post(path, {})).rejects.toThrow(/ECONNRESET|socket hang up/);

  expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});
