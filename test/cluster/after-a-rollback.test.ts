import { describe, expect, it } from "vitest";
import { clusterActions } from "../../functions/adapters/cluster-actions.ts";
import type { ClusterAction } from "../../functions/domain/cluster-action.ts";
import { taskHandlers } from "../support/machine/run-rollback.ts";
import { eventually } from "./support/eventually.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService, isImage } from "./support/services.ts";

const GOOD = "demo/checkout:v1";
const BAD = "demo/checkout:v2-slow";
const QUARANTINED = "rollguard.dev/quarantined";

async function aBadRelease(options: Parameters<typeof aService>[0] = {}): Promise<ServiceScene> {
  const service = await aService(options);
  await service.observed();
  await service.deploy(BAD);
  await service.rolledOut();
  service.turnBad(isImage(GOOD));
  return service;
}

async function replicaSetOf(service: ServiceScene, image: string) {
  return (await service.replicaSets()).find(({ spec }) => spec.template.spec.containers[0]?.image === image);
}

/** What a pipeline does that applies its manifest on the server, without force. */
async function apply(service: ServiceScene, image: string, { force = false } = {}): Promise<number> {
  const body = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "checkout" },
    spec: {
      selector: { matchLabels: { app: "checkout" } },
      strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" }, type: "RollingUpdate" },
      template: { metadata: { labels: { app: "checkout" } }, spec: { containers: [{ name: "app", image }] } },
    },
  };
  const path = `${service.path}?fieldManager=ci&force=${force}`;
  const answer = await service.client.transport.send({ method: "PATCH", path, body, contentType: "application/apply-patch+yaml" });
  return answer.code;
}

describe("the failed ReplicaSet", () => {
  it("K8S-26 stays at 0 as evidence, marked with the incident", async () => {
    const service = await aBadRelease();
    const input = service.input();

    const result = await service.rollBack({ input });
    const failed = await replicaSetOf(service, BAD);

    expect(result.failure).toBeNull();
    expect(failed?.spec.replicas).toBe(0);
    expect(failed?.metadata.annotations?.[QUARANTINED]).toBe(input.incidentId);
    expect((await replicaSetOf(service, GOOD))?.metadata.annotations).not.toHaveProperty([QUARANTINED]);
  });

  it("K8S-26 is deleted where the blueprint wants it, and only that one", async () => {
    const service = await aBadRelease({ restore: { deleteFailedReplicaSet: true } });

    const result = await service.rollBack();

    expect(result.failure).toBeNull();
    await eventually("it is gone", async () => (await replicaSetOf(service, BAD)) === undefined);
    expect((await replicaSetOf(service, GOOD))?.spec.replicas).toBe(3);
  });

  it("K8S-26 is never deleted while it is live, still has pods, or is another one of the same name", async () => {
    const service = await aBadRelease();
    const live = await replicaSetOf(service, BAD);
    const idle = await replicaSetOf(service, GOOD);
    const stamp = { execution: "rg-checkout-20261120T031200Z-0123456789ab", fence: 1 };
    const remove = (replicaSet = "", uid = "") =>
      clusterActions().apply(service.blueprint.target, { kind: "delete-replica-set", replicaSet, uid } satisfies ClusterAction, stamp);

    const active = await remove(live?.metadata.name, live?.metadata.uid);
    const another = await remove(idle?.metadata.name, live?.metadata.uid);

    expect(active).toMatchObject({ outcome: "refused", reason: expect.stringContaining("is the live release") });
    expect(another).toMatchObject({ outcome: "superseded" });
    expect(await service.replicaSets()).toHaveLength(2);
    expect(service.availability.now).toBe(3);
  });
});

describe("the team's next server-side apply", () => {
  it("K8S-31 by default meets no conflict, not even while the rollback is still being verified", async () => {
    const service = await aBadRelease();
    expect(await apply(service, BAD, { force: true })).toBe(200);
    await service.rolledOut();
    let during = 0;

    const result = await service.rollBack({
      overrides: {
        VerifyStep: async (document) => {
          if (during === 0) during = (await dryApply(service)).code;
          return taskHandlers(service.ports()).VerifyStep?.(document);
        },
      },
    });

    expect(result.failure).toBeNull();
    expect(during).toBe(200);
    expect(await apply(service, "demo/checkout:v3")).toBe(200);
  });

  it("K8S-31 with the guard is refused until verification has passed, and accepted after", async () => {
    const service = await aBadRelease({ restore: { fieldManagerGuard: true } });
    expect(await apply(service, BAD, { force: true })).toBe(200);
    await service.rolledOut();
    let during = { code: 0, message: "" };

    const result = await service.rollBack({
      overrides: {
        VerifyStep: async (document) => {
          if (during.code === 0) during = await dryApply(service);
          return taskHandlers(service.ports()).VerifyStep?.(document);
        },
      },
    });

    expect(result.failure).toBeNull();
    expect(during).toEqual({ code: 409, message: expect.stringContaining('conflict with "rollguard"') });
    expect(await apply(service, "demo/checkout:v3")).toBe(200);
    const managers = (await service.live()).metadata.managedFields as { manager?: string }[] | undefined;
    expect(managers?.map(({ manager }) => manager)).not.toContain("rollguard");
  });

  async function dryApply(service: ServiceScene): Promise<{ code: number; message: string }> {
    const template = { metadata: { labels: { app: "checkout" } }, spec: { containers: [{ name: "app", image: BAD }] } };
    const body = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "checkout" },
      spec: { selector: { matchLabels: { app: "checkout" } }, template },
    };
    const path = `${service.path}?fieldManager=ci&dryRun=All`;
    const answer = await service.client.transport.send({ method: "PATCH", path, body, contentType: "application/apply-patch+yaml" });
    return { code: answer.code, message: (answer.body as { message?: string }).message ?? "" };
  }
});

describe("people who ask kubectl", () => {
  it("find an Event on the workload and the cause of the change in its history", async () => {
    const service = await aBadRelease();
    const input = service.input();

    await service.rollBack({ input });

    expect(await service.events()).toEqual([expect.stringMatching(new RegExp(`^RollguardRolledBack: ${input.execution.name}: `))]);
    const good = await eventually("the history tells", async () => {
      const set = await replicaSetOf(service, GOOD);
      return set?.metadata.annotations?.["kubernetes.io/change-cause"] === undefined ? null : set;
    });
    expect(good.metadata.annotations?.["kubernetes.io/change-cause"]).toBe(`rollguard: back to ${GOOD} (${input.execution.name})`);
  });
});
