import { expect, it } from "vitest";
import type { Pod } from "../../../local/cluster/objects.ts";
import { createDeployment, deploymentsPath, podsPath, replicaSetsPath } from "../../../local/cluster/seed.ts";
import { aSimulatedCluster, NAMESPACE } from "../../support/cluster/simulated-cluster.ts";

const DEPLOYMENTS = 200;
const REPLICAS = 5;
const WITHIN_MILLISECONDS = 20_000;

const isReady = ({ status }: Pod): boolean => status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;

it("a simulated cluster of 200 ReplicaSets and 1000 pods is up and gone again within seconds", async () => {
  const { client } = await aSimulatedCluster();
  const started = performance.now();
  for (let serial = 0; serial < DEPLOYMENTS; serial += 1) {
    await createDeployment(client, { namespace: NAMESPACE, name: `web-${serial}`, image: "demo/web:v1", replicas: REPLICAS });
  }
  const ready = async (): Promise<number> => (await client.list<Pod>(podsPath(NAMESPACE))).filter(isReady).length;
  while ((await ready()) < DEPLOYMENTS * REPLICAS) await new Promise((resolve) => setTimeout(resolve, 50));

  expect(await client.list(replicaSetsPath(NAMESPACE))).toHaveLength(DEPLOYMENTS);
  await client.delete(deploymentsPath(NAMESPACE));
  while ((await client.list(podsPath(NAMESPACE))).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));

  expect(performance.now() - started).toBeLessThan(WITHIN_MILLISECONDS);
});
