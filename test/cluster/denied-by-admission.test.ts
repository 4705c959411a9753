import { describe, expect, it, onTestFinished } from "vitest";
import { type AdmissionRequest, aWebhookServer } from "../support/cluster/webhook-server.ts";
import { eventually } from "./support/eventually.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService } from "./support/services.ts";

const CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
const MESSAGE = "no changes on Fridays";

/** From now on a webhook of the cluster denies every change of this service's Deployment that is not the status. */
async function guarded(service: ServiceScene): Promise<readonly AdmissionRequest[]> {
  const { clientConfig, requests } = await aWebhookServer(({ operation }) => (operation === "UPDATE" ? MESSAGE : true));
  await service.client.patch(`/api/v1/namespaces/${service.namespace}`, { metadata: { labels: { guarded: service.namespace } } });
  const name = `guard-${service.namespace}`;
  await service.client.post(CONFIGURATIONS, {
    metadata: { name },
    webhooks: [
      {
        name: "guard.rollguard.test",
        clientConfig,
        rules: [{ operations: ["UPDATE"], apiGroups: ["apps"], apiVersions: ["v1"], resources: ["deployments"] }],
        namespaceSelector: { matchLabels: { guarded: service.namespace } },
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
      },
    ],
  });
  onTestFinished(async () => void (await service.client.delete(`${CONFIGURATIONS}/${name}`)));
  // a real server notices a new webhook after a moment
  await eventually("the webhook denies", () =>
    service.client.patch(`${service.path}?dryRun=All`, { metadata: { labels: { tried: "yes" } } }).then(
      () => false,
      () => true,
    ),
  );
  return requests;
}

/** Controllers of the cluster ask too. */
function ours(requests: readonly AdmissionRequest[]): readonly AdmissionRequest[] {
  return requests.filter(({ userInfo }) => !userInfo.username.startsWith("system:"));
}

async function aBadRelease(): Promise<ServiceScene> {
  const service = await aService();
  await service.observed();
  await service.deploy("demo/checkout:v2-slow");
  await service.rolledOut();
  return service;
}

describe("a rollback that an admission webhook denies", () => {
  it("K8S-29 is found out by the dry run, told in the webhook's words, and nothing is written", async () => {
    const service = await aBadRelease();
    const before = await service.live();
    const requests = await guarded(service);
    service.turnBad(() => false);

    const result = await service.rollBack();

    expect(result.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining(MESSAGE) });
    expect(result.failure?.cause).toContain("dry run");
    expect(ours(requests).filter(({ dryRun }) => !dryRun)).toEqual([]);
    expect((await service.live()).metadata.generation).toBe(before.metadata.generation);
    expect(await service.image()).toBe("demo/checkout:v2-slow");
  });

  it("K8S-29 where every second counts, without a dry run, is refused all the same", async () => {
    const service = await aBadRelease();
    const state = await service.workload.read(service.blueprint.target);
    const target = state?.replicaSets.find(({ templateHash }) => templateHash !== state.templateHash);
    const requests = await guarded(service);
    const asked = requests.length;

    const result = await service.workload.apply(service.blueprint.target, {
      kind: "restore-template",
      replicaSet: target?.name ?? "",
      templateHash: target?.templateHash ?? "",
      expect: { uid: state?.uid ?? "", generation: state?.generation ?? 0 },
      stamp: { execution: "rg-denied", fence: 1 },
    });

    expect(result).toMatchObject({ outcome: "refused", reason: expect.stringContaining(MESSAGE) });
    // a real server asks once more by itself when what it had cached was old
    expect(new Set(ours(requests.slice(asked)).map(({ dryRun }) => dryRun))).toEqual(new Set([false]));
  });
});
