import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { createDeployment, deploymentPath, replicaSetsPath, setImage, waitForDeployment } from "../../../local/cluster/seed.ts";
import { customPath, installCrds } from "../../support/cluster/crds/install-crds.ts";
import { aScene, NAMESPACE } from "../support/scene.ts";
import { once } from "./once.ts";

const GOOD_WEB = "demo/web:v1";
const BAD_WEB = "demo/web:v2";
const GOOD_HASH = "6d4b75cb6d";
export const BAD_ROLLOUT_HASH = "7c9d8f6b5c";
export const GOOD_ROLLOUT_REVISION = `web-${GOOD_HASH}`;

const template = (image: string) => ({ metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "app", image }] } });
const path = customPath("rollouts", NAMESPACE, "web");

/** A Rollout in the middle of its canary, as its controller would show it: the controller itself is not here. */
export const canaryRollout = once(() =>
  aScene(async (client, turn) => {
    await installCrds(client, ["rollouts"]);
    const rollout = await aRollout(client, { template: template(GOOD_WEB) });
    await revisions(client, rollout);
    await status(client, { currentPodHash: GOOD_HASH, stableRS: GOOD_HASH, observedGeneration: "1", phase: "Healthy" });
    turn();
    await client.patch(path, { spec: { template: template(BAD_WEB) } });
    await status(client, { ...CANARY, observedGeneration: "2" });
  }),
);

/** The same with the template in a Deployment of its own. */
export const rolloutOfDeployment = once(() =>
  aScene(async (client, turn) => {
    await installCrds(client, ["rollouts"]);
    await createDeployment(client, { namespace: NAMESPACE, name: "web", image: GOOD_WEB, replicas: 0 });
    await waitForDeployment(client, NAMESPACE, "web");
    const rollout = await aRollout(client, { workloadRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } });
    const deployment = await client.get<KubernetesObject & { spec: { template: unknown } }>(deploymentPath(NAMESPACE, "web"));
    await revisions(client, rollout, deployment.spec.template);
    await status(client, { currentPodHash: GOOD_HASH, stableRS: GOOD_HASH, observedGeneration: "1", workloadObservedGeneration: "1" });
    turn();
    await setImage(client, NAMESPACE, "web", BAD_WEB);
    await waitForDeployment(client, NAMESPACE, "web");
    await status(client, { ...CANARY, observedGeneration: "1", workloadObservedGeneration: "2" });
  }),
);

const CANARY = {
  currentPodHash: BAD_ROLLOUT_HASH,
  stableRS: GOOD_HASH,
  phase: "Paused",
  replicas: 4,
  canary: { weights: { canary: { weight: 20 } } },
};

function aRollout(client: ClusterClient, spec: Readonly<Record<string, unknown>>): Promise<KubernetesObject> {
  const canary = { stableService: "stable", canaryService: "canary", steps: [{ setWeight: 20 }, { pause: {} }] };
  return client.post(customPath("rollouts", NAMESPACE), {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Rollout",
    metadata: { name: "web" },
    spec: { replicas: 4, selector: { matchLabels: { app: "web" } }, strategy: { canary }, ...spec },
  });
}

async function revisions(client: ClusterClient, { metadata }: KubernetesObject, good: unknown = template(GOOD_WEB)): Promise<void> {
  const owner = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: metadata.name, uid: metadata.uid, controller: true };
  for (const [hash, revision, one] of [
    [GOOD_HASH, "1", good],
    [BAD_ROLLOUT_HASH, "2", template(BAD_WEB)],
  ] as const) {
    const labels = { app: "web", "rollouts-pod-template-hash": hash };
    const { spec } = one as { spec: unknown };
    await client.post(replicaSetsPath(NAMESPACE), {
      metadata: { name: `web-${hash}`, labels, annotations: { "rollout.argoproj.io/revision": revision }, ownerReferences: [owner] },
      spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    });
  }
}

function status(client: ClusterClient, value: Readonly<Record<string, unknown>>): Promise<unknown> {
  return client.patch(`${path}/status`, { status: value });
}
