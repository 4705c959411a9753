import { describe, expect, it } from "vitest";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import type { Deployment, KubernetesObject } from "../../local/cluster/objects.ts";
import { createDeployment, deploymentPath, getDeployment, waitForDeployment } from "../../local/cluster/seed.ts";
import { aReleaseObservation, aScaleObservation } from "../support/builders/index.ts";
import { customPath, installCrds } from "../support/cluster/crds/install-crds.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService, isImage } from "./support/services.ts";

const GOOD = "demo/checkout:v1";
const BAD = "demo/checkout:v2-slow";
const PRIMARY = "checkout-primary";

/** The service as Flagger leaves it after initialisation: a Canary, its own copy of the workload, and the target scaled up by Flagger for an analysis. */
async function ownedByFlagger(): Promise<{ service: ServiceScene; canary: string }> {
  const service = await aService({ replicas: 2 });
  const { client, namespace } = service;
  await installCrds(client, ["canaries"]);
  const created = await client.post(customPath("canaries", namespace), {
    apiVersion: "flagger.app/v1beta1",
    kind: "Canary",
    metadata: { name: "checkout", namespace },
    spec: {
      targetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "checkout" },
      service: { port: 80 },
      analysis: { interval: "1m", threshold: 5, maxWeight: 50, stepWeight: 10 },
    },
  });
  await createDeployment(client, { namespace, name: PRIMARY, image: GOOD, replicas: 2, readyDelaySeconds: 0.3 });
  const owner = { apiVersion: created.apiVersion, kind: "Canary", name: "checkout", uid: created.metadata.uid, controller: true };
  await client.patch(deploymentPath(namespace, PRIMARY), { metadata: { ownerReferences: [owner] } });
  await client.patch(`${service.path}?fieldManager=flagger`, { spec: { replicas: 3 } });
  await bothRolledOut(service);
  return { service, canary: customPath("canaries", namespace, "checkout") };
}

async function bothRolledOut({ client, namespace }: ServiceScene): Promise<void> {
  await waitForDeployment(client, namespace, "checkout");
  await waitForDeployment(client, namespace, PRIMARY);
}

function primaryOf({ client, namespace }: ServiceScene): Promise<Deployment> {
  return getDeployment(client, namespace, PRIMARY);
}

/** What nobody but its owner may change; a status moves by itself. */
function owned({ metadata, spec }: KubernetesObject) {
  const { uid, generation, labels, annotations, ownerReferences } = metadata;
  return { uid, generation, labels, annotations, ownerReferences, spec };
}

describe("K8S-35 a Deployment that Flagger owns", () => {
  it("K8S-35 the target is reverted, -primary is never touched", async () => {
    const { service, canary } = await ownedByFlagger();
    const good = await service.live();
    await service.observed();
    await service.deploy(BAD);
    await bothRolledOut(service);
    const primary = await primaryOf(service);
    const owner = await service.client.get(canary);
    service.turnBad(isImage(GOOD));

    const result = await service.rollBack();
    await bothRolledOut(service);
    const after = await service.live();

    expect(result.failure).toBeNull();
    expect(result.visited.at(-1)).toBe("Recovered");
    expect(result.payloads.join()).toContain("Flagger scales this workload");
    expect(after.spec.template).toEqual(good.spec.template);
    expect(after.spec.replicas).toBe(3);
    expect(owned(await primaryOf(service))).toEqual(owned(primary));
    expect((await service.client.get(canary)).metadata.resourceVersion).toBe(owner.metadata.resourceVersion);
  });

  it("K8S-35 a blueprint whose target is -primary is refused with the reason, and nothing is written", async () => {
    const { service, canary } = await ownedByFlagger();
    const { client, namespace, blueprint } = service;
    const mistaken: Blueprint = { ...blueprint, target: { ...blueprint.target, name: PRIMARY } };
    await observedGood(service, mistaken);
    await client.patch(
      deploymentPath(namespace, PRIMARY),
      { spec: { template: { spec: { containers: [{ name: "app", image: BAD }] } } } },
      "strategic",
    );
    await bothRolledOut(service);
    const primary = await primaryOf(service);
    const target = await service.live();
    const owner = await client.get(canary);
    service.turnBad(() => false);

    const result = await service.rollBack({ ports: { blueprints: registryOf(mistaken) } });

    expect(result.failure).toMatchObject({
      name: "escalated",
      cause: expect.stringContaining("is the primary that Flagger makes and writes back"),
    });
    expect((await primaryOf(service)).metadata.resourceVersion).toBe(primary.metadata.resourceVersion);
    expect((await service.live()).metadata.resourceVersion).toBe(target.metadata.resourceVersion);
    expect((await client.get(canary)).metadata.resourceVersion).toBe(owner.metadata.resourceVersion);
  });
});

/** The ledger knows what the copy runs now as good since an hour. */
async function observedGood({ workload, ledger }: ServiceScene, { target }: Blueprint): Promise<void> {
  const state = await workload.read(target);
  if (state?.templateHash == null) throw new Error("nothing is live to be observed");
  expect(state.flagger).toBe("primary");
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const lastSeenAt = new Date(Date.now() - 1000).toISOString();
  ledger.seed(
    aReleaseObservation({
      templateHash: state.templateHash,
      replicaSet: state.replicaSets[0]?.name ?? "",
      image: state.image,
      firstSeenAt: hourAgo,
      liveSince: hourAgo,
      lastSeenAt,
      verdict: "good",
      scales: [aScaleObservation({ replicas: state.replicas, since: hourAgo, lastSeenAt, healthySince: hourAgo, verdict: "good" })],
    }),
  );
}
