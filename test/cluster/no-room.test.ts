import { describe, expect, it, onTestFinished } from "vitest";
import { type TaskHandler, taskHandlers } from "../support/machine/run-rollback.ts";
import { eventually } from "./support/eventually.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService, isImage } from "./support/services.ts";

const GOOD = "demo/checkout:v1";
const kinds = (payloads: readonly string[]) => [...new Set(payloads.join().match(/"stepId":"[a-z-]+(?:-\d)?"/g) ?? [])].join();

/** The bad release is live, healthy pods and all. */
async function aBadRelease(options: Parameters<typeof aService>[0] = {}): Promise<ServiceScene> {
  const service = await aService({ replicas: 4, ...options });
  await service.observed();
  await service.deploy("demo/checkout:v2-slow");
  await service.rolledOut();
  service.turnBad(isImage(GOOD));
  service.availability.mark();
  return service;
}

/** Somebody does something after the plan was made, right before the first write. */
function meanwhile(service: ServiceScene, act: () => Promise<unknown>): Record<string, TaskHandler> {
  let done = false;
  return {
    ExecuteStep: async (document) => {
      if (!done) await act();
      done = true;
      return taskHandlers(service.ports()).ExecuteStep?.(document);
    },
  };
}

async function aQuota(service: ServiceScene, pods: number): Promise<void> {
  const path = `/api/v1/namespaces/${service.namespace}/resourcequotas`;
  await service.client.post(path, { metadata: { name: "pods", namespace: service.namespace }, spec: { hard: { pods: `${pods}` } } });
  await eventually("the quota counts", async () => {
    const quota = await service.client.get<{ status?: { used?: { pods?: string } } }>(`${path}/pods`);
    return quota.status?.used?.pods === `${pods}`;
  });
}

describe("no room for a surge", () => {
  it("K8S-20 in a quota that was there before: the plan takes old pods away first, as many as it says", async () => {
    const service = await aBadRelease();
    await aQuota(service, 4);

    const result = await service.rollBack();
    const after = await service.rolledOut();

    expect(result.failure).toBeNull();
    expect(await service.image()).toBe(GOOD);
    expect(result.payloads.join()).toContain("no room for one more pod");
    expect(service.availability.minimum).toBe(3);
    expect(after.spec.strategy).toMatchObject({ rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } });
    expect(after.metadata.annotations).not.toHaveProperty(["rollguard.dev/set-strategy"]);
  });

  it("K8S-20 in a quota that came meanwhile: found by FailedCreate, and the rollout goes on without surge", async () => {
    const service = await aBadRelease();

    const result = await service.rollBack({ overrides: meanwhile(service, () => aQuota(service, 4)) });
    const after = await service.rolledOut();

    expect(result.failure).toBeNull();
    expect(kinds(result.payloads)).toContain("relax-rollout-1");
    expect(result.payloads.join()).toContain("exceeded quota");
    expect(service.availability.minimum).toBe(3);
    expect(after.spec.strategy).toMatchObject({ rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } });
    expect(after.metadata.annotations).not.toHaveProperty(["rollguard.dev/saved-strategy"]);
  });

  it("K8S-21 on the Nodes: found by pods that stay Pending, and the rollout goes on without surge", async () => {
    const template = (image: string) => ({
      metadata: { labels: { app: "checkout" } },
      spec: { containers: [{ name: "app", image, resources: { requests: { cpu: "12" } } }] },
    });
    // two Nodes of 64 CPUs: five such pods on each
    const service = await aBadRelease({ spec: { template: template(GOOD) } });
    onTestFinished(async () => {
      // the next test's pods need the room
      for (const name of ["filler", "checkout"])
        await service.client.delete(service.path.replace("checkout", name), { propagationPolicy: "Background" }).catch(() => null);
      await eventually("the Nodes are free", async () => (await service.pods()).length === 0);
    });
    const filler = { replicas: 6, selector: { matchLabels: { app: "filler" } } };
    const fill = () =>
      service.client.post(`/apis/apps/v1/namespaces/${service.namespace}/deployments`, {
        metadata: { name: "filler", namespace: service.namespace },
        spec: { ...filler, template: { ...template("demo/filler:v1"), metadata: { labels: { app: "filler" } } } },
      });

    const result = await service.rollBack({
      overrides: meanwhile(service, async () => {
        await fill();
        await eventually("the Nodes are full", () => service.availability.now === 10);
        service.availability.mark();
      }),
    });

    expect(result.failure).toBeNull();
    expect(kinds(result.payloads)).toContain("relax-rollout-1");
    expect(await service.image()).toBe(GOOD);
    expect(service.availability.minimum).toBe(9);
  }, 120_000);
});

describe("a strategy that stands in the way", () => {
  it("K8S-22 Recreate with minReadySeconds: replaced for the rollback alone, no pod is missing, and the time is predicted", async () => {
    const service = await aBadRelease({ spec: { strategy: { type: "Recreate" }, minReadySeconds: 2 } });

    const result = await service.rollBack();
    const after = await service.rolledOut();

    expect(result.failure).toBeNull();
    expect(service.availability.minimum).toBeGreaterThanOrEqual(4);
    expect(after.spec.strategy).toEqual({ type: "Recreate" });
    const [predicted] = result.payloads.join().match(/"predictedSeconds":\d+/) ?? [];
    expect(Number(predicted?.split(":")[1])).toBeGreaterThan(2);
  });
});

describe("a rollback that gets stuck itself", () => {
  it("K8S-19 K8S-23 on a template that does not start any more: failed at its progress deadline, all bad pods go on serving, and a person is told how to put the author's strategy back", async () => {
    const template = {
      metadata: { labels: { app: "checkout" } },
      spec: { containers: [{ name: "app", image: GOOD, envFrom: [{ configMapRef: { name: "settings" } }] }] },
    };
    const settings = (service: ServiceScene) => `/api/v1/namespaces/${service.namespace}/configmaps`;
    const service = await aBadRelease({
      spec: { template, progressDeadlineSeconds: 6 },
      prepare: async (scene) => {
        await scene.client.post(settings(scene), { metadata: { name: "settings", namespace: scene.namespace }, data: { MODE: "a" } });
      },
    });
    const result = await service.rollBack({
      overrides: {
        ...meanwhile(service, () => service.client.delete(`${settings(service)}/settings`)),
      },
    });

    expect(result.failure).toMatchObject({ name: "not-recovered", cause: expect.stringContaining("progress deadline") });
    expect(result.failure?.cause).toContain("take 1 of 4 earlier pods away that are ready");
    expect(service.availability.minimum).toBe(4);
    expect(result.visited.filter((state) => state === "ExecuteStep").length).toBeLessThanOrEqual(3);
    expect((await service.live()).metadata.annotations).toHaveProperty(["rollguard.dev/saved-strategy"]);
  });
});
