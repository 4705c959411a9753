import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeCertificates } from "../../local/cluster/front/certificates.ts";
import { eventsAbout } from "../../local/cluster/workload-seed.ts";
import { cluster } from "../support/cluster/controller-sizes.ts";
import { conditionText, DeploymentScene } from "../support/cluster/deployment-scene.ts";
import { aStatefulSet } from "../support/cluster/workload-scene.ts";

interface Reviewed {
  request: { uid: string; object: { metadata: { labels?: Record<string, string> } } };
}

const CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";

/** A webhook that denies every new pod of this namespace that is labelled `vetted: no`; resolves with how to take it away. */
async function aDenyingWebhook(): Promise<() => Promise<unknown>> {
  const { caPem, certPem, keyPem } = await makeCertificates();
  const server = createServer({ cert: certPem, key: keyPem }, async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { uid, object } = (JSON.parse(text) as Reviewed).request;
    const allowed = object.metadata.labels?.vetted !== "no";
    const answer = { uid, allowed, ...(allowed ? {} : { status: { message: "this pod was not vetted" } }) };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: answer }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const name = `vetting-${cluster.namespace}`;
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/review`;
  await cluster.client.post(CONFIGURATIONS, {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name },
    webhooks: [
      {
        name: "vetting.rollguard.dev",
        clientConfig: { url, caBundle: Buffer.from(caPem).toString("base64") },
        rules: [{ operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"] }],
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
      },
    ],
  });
  let gone = false;
  const remove = async (): Promise<void> => {
    if (!gone) await cluster.client.delete(`${CONFIGURATIONS}/${name}`);
    gone = true;
  };
  onTestFinished(async () => {
    await remove();
    server.close();
    server.closeAllConnections();
  });
  return remove;
}

const DENIED = 'admission webhook "vetting.rollguard.dev" denied the request: this pod was not vetted';

describe("a pod that an admission webhook denies", () => {
  it("is a FailedCreate of its ReplicaSet with the webhook's words, and comes once nobody denies it", async () => {
    const remove = await aDenyingWebhook();
    const good = await DeploymentScene.start(cluster, { replicas: 2 });
    const bad = await DeploymentScene.start(cluster, { replicas: 2, labels: { vetted: "no" } }, { rolledOut: false });

    const failed = await bad.until((deployment) => conditionText(deployment, "ReplicaFailure") === "True FailedCreate");
    const [replicaSet] = await bad.replicaSets();
    const events = await eventsAbout(cluster.client, cluster.namespace, replicaSet?.metadata.name ?? "");
    await remove();
    await bad.until();

    expect((await good.live()).status.availableReplicas).toBe(2);
    expect(failed.status.conditions?.find(({ type }) => type === "ReplicaFailure")?.message).toBe(DENIED);
    expect(events).toContain(`FailedCreate: Error creating: ${DENIED}`);
  });

  it("is a FailedCreate of its StatefulSet too", async () => {
    const remove = await aDenyingWebhook();
    const scene = await aStatefulSet(cluster, { replicas: 1, labels: { vetted: "no" } }, { rolledOut: false });
    const expected = `FailedCreate: create Pod ${scene.name}-0 in StatefulSet ${scene.name} failed error: ${DENIED}`;
    while (!(await scene.events()).includes(expected)) await new Promise((resolve) => setTimeout(resolve, 20));
    await remove();

    const healed = await scene.until();

    expect(healed.status.readyReplicas).toBe(1);
  });
});
