import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import type { Deployment } from "../../../local/cluster/objects.ts";
import {
  createDeployment,
  type DeploymentSeed,
  deploymentPath,
  scaleDeployment,
  setImage,
  waitForDeployment,
} from "../../../local/cluster/seed.ts";
import { aScene, NAMESPACE } from "../support/scene.ts";
import { once } from "./once.ts";

export const GOOD_IMAGE = "demo/checkout:v1";
export const BAD_IMAGE = "demo/checkout:v2";
const STUCK_IMAGE = "demo/checkout:v2-noready";

const until = (client: ClusterClient, condition?: (live: Deployment) => boolean) =>
  waitForDeployment(client, NAMESPACE, "checkout", condition === undefined ? {} : { until: condition });

async function aCheckout(client: ClusterClient, seed: Partial<DeploymentSeed> = {}): Promise<void> {
  await createDeployment(client, { namespace: NAMESPACE, name: "checkout", image: GOOD_IMAGE, replicas: 4, ...seed });
  await until(client);
}

/** The bad image never gets ready: old and new pods are there, and one Service that selects both by a label that can be changed. */
export const stuck = once(() =>
  aScene(async (client, turn) => {
    await aCheckout(client, { labels: { serving: "yes" } });
    await client.post(`/api/v1/namespaces/${NAMESPACE}/services`, {
      metadata: { name: "checkout" },
      spec: { selector: { app: "checkout", serving: "yes" }, ports: [{ port: 80 }] },
    });
    turn();
    await setImage(client, NAMESPACE, "checkout", STUCK_IMAGE);
    await until(client, ({ status }) => status.updatedReplicas === 2 && status.availableReplicas === 3 && status.unavailableReplicas === 2);
  }),
);

/** Somebody has paused the Deployment after the bad image was set. */
export const paused = once(() =>
  aScene(async (client, turn) => {
    await aCheckout(client);
    await setImage(client, NAMESPACE, "checkout", BAD_IMAGE);
    await until(client);
    turn();
    await client.patch(deploymentPath(NAMESPACE, "checkout"), { spec: { paused: true } });
    await until(client, ({ metadata, status }) => status.observedGeneration === metadata.generation);
  }),
);

/** Four replicas have become one. */
export const scaledDown = once(() =>
  aScene(async (client, turn) => {
    await aCheckout(client);
    turn();
    await scaleDeployment(client, NAMESPACE, "checkout", 1);
    await until(client);
  }),
);

/** The good image is back, and the bad one's ReplicaSet runs nothing. */
export const rolledBack = once(() =>
  aScene(async (client, turn) => {
    await aCheckout(client);
    await setImage(client, NAMESPACE, "checkout", BAD_IMAGE);
    await until(client);
    turn();
    await setImage(client, NAMESPACE, "checkout", GOOD_IMAGE);
    await until(client);
  }),
);
