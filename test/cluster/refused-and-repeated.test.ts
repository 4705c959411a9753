import { describe, expect, it } from "vitest";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import { taskHandlers } from "../support/machine/run-rollback.ts";
import { eventually } from "./support/eventually.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService, cluster, isImage } from "./support/services.ts";

describe("refused and escalated, without a write", () => {
  async function escalated(service: ServiceScene, reason: RegExp): Promise<void> {
    const before = await service.live();
    service.turnBad(() => false);
    const result = await service.rollBack();

    expect(result.failure).toMatchObject({ name: "escalated", cause: expect.stringMatching(reason) });
    expect((await service.live()).metadata.generation).toBe(before.metadata.generation);
  }

  it("K8S-07 the first deployment ever", async () => {
    await escalated(await aService(), /no change is known/);
  });

  it("K8S-06 a history that was pruned", async () => {
    const service = await aService({ spec: { revisionHistoryLimit: 0 } });
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    await eventually("the old ReplicaSet is pruned", async () => (await service.replicaSets()).length === 1);
    await escalated(service, /no earlier ReplicaSet exists/);
  });

  it("K8S-13 a paused Deployment", async () => {
    const service = await aService();
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    await cluster.client.patch(service.path, { spec: { paused: true } });
    await escalated(service, /paused/);
  });

  it("K8S-38 a Deployment that does not exist", async () => {
    const service = await aService();
    await cluster.client.delete(service.path);
    service.turnBad(() => false);

    const result = await service.rollBack();

    expect(result.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining("does not exist") });
  });
});

describe("another workload than the assessed one", () => {
  it("K8S-38 a Deployment that was deleted and created again meanwhile, under the same name, is not written", async () => {
    const service = await aService();
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    service.turnBad(() => false);

    const result = await service.rollBack({
      overrides: {
        SelectStrategy: async (document) => {
          const plan = await taskHandlers(service.ports()).SelectStrategy?.(document);
          const { spec, metadata } = await service.live();
          await cluster.client.delete(service.path, { propagationPolicy: "Background" });
          await eventually("it is gone", async () => (await cluster.client.find(service.path)) === undefined);
          const { name, namespace, labels } = metadata;
          await cluster.client.post(service.path.replace(/\/[^/]+$/, ""), { metadata: { name, namespace, labels }, spec });
          return plan;
        },
      },
    });

    expect(result.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining("deleted and created again") });
    expect((await service.live()).metadata.annotations).not.toHaveProperty(["rollguard.dev/execution"]);
  });

  it("K8S-38 a namespace that does not exist is no workload: the message names where to look", async () => {
    const service = await aService();
    const nowhere = { ...service.blueprint.target, namespace: `${service.namespace}-gone` };

    const read = service.workload.read(nowhere).catch((error: Error) => error);

    // RBAC answers before anybody looks for the namespace; who may read everything is told that there is no such workload.
    expect([
      null,
      expect.objectContaining({ name: "PermissionError", message: expect.stringContaining(nowhere.namespace) }),
    ]).toContainEqual(await read);
  });
});

describe("a scale (seed 000)", () => {
  it("from 3 to 2 is taken back to 3, with the template untouched", async () => {
    const service = await aService();
    await service.observed();
    await service.scale(2);
    const scaled = await service.rolledOut();
    service.turnBad((live) => live.spec.replicas === 3 && live.status?.readyReplicas === 3);

    const result = await service.rollBack();
    const after = await service.rolledOut();

    expect(result.failure).toBeNull();
    expect(after.spec.replicas).toBe(3);
    expect(after.spec.template).toEqual(scaled.spec.template);
    expect(after.metadata.generation).toBe((scaled.metadata.generation ?? 0) + 1);
  });

  it("K8S-14 under an HPA is never written", async () => {
    const service = await aService();
    await cluster.client.post(`/apis/autoscaling/v1/namespaces/${service.namespace}/horizontalpodautoscalers`, {
      apiVersion: "autoscaling/v1",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "checkout", namespace: service.namespace },
      spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "checkout" } },
    });
    await service.observed();
    await service.scale(2);
    const before = await service.rolledOut();
    service.turnBad(() => false);

    const result = await service.rollBack();

    expect(result.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining("HorizontalPodAutoscaler checkout") });
    expect((await service.live()).spec.replicas).toBe(before.spec.replicas);
  });
});

describe("writes that happen twice, or half", () => {
  it.each(["drop-before-apply", "drop-after-apply"] as const)(
    "K8S-09 K8S-28 a PATCH with %s makes exactly one template change",
    async (kind) => {
      const service = await aService();
      await service.observed();
      await service.deploy("demo/checkout:v2-slow");
      const bad = await service.rolledOut();
      service.turnBad(isImage("demo/checkout:v1"));
      const armed = cluster.fault({ method: "PATCH", path: service.namespace, action: { kind } });

      const result = await service.rollBack();

      expect(armed.hits).toBe(1);
      expect(result.failure).toBeNull();
      expect((await service.live()).metadata.generation).toBe((bad.metadata.generation ?? 0) + 2);
    },
  );

  it.each([429, 500, 503] as const)("K8S-28 an API that answers %i for a while is retried, and the run recovers", async (code) => {
    const service = await aService();
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    service.turnBad(isImage("demo/checkout:v1"));
    const armed = cluster.fault({ method: "GET", path: service.namespace, times: 2, action: { kind: "status", code } });

    const result = await service.rollBack();

    expect(armed.hits).toBe(2);
    expect(result.failure).toBeNull();
    expect(await service.image()).toBe("demo/checkout:v1");
  });

  it("K8S-08 a target that is live already is no write", async () => {
    const service = await aService();
    const hash = await service.observed();
    const state = await service.workload.read(service.blueprint.target);
    const [set] = await service.replicaSets();

    const result = await service.workload.apply(service.blueprint.target, {
      kind: "restore-template",
      replicaSet: set?.metadata.name ?? "",
      templateHash: hash,
      expect: { uid: state?.uid ?? "", generation: state?.generation ?? 0 },
      stamp: { execution: "rg-again", fence: 1 },
    });

    expect(result.outcome).toBe("already-applied");
    expect((await service.live()).metadata.generation).toBe(state?.generation);
  });

  it("K8S-04 a run that is killed right after its write leaves the saved strategy, and a mend puts it back", async () => {
    const service = await aService();
    await service.observed();
    const before = await service.live();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    service.turnBad(isImage("demo/checkout:v1"));
    const killed = await service.rollBack({
      overrides: {
        VerifyStep: async () => {
          throw new TransientUpstreamError("killed");
        },
      },
    });
    const left = await service.rolledOut();
    const mend = service.input();
    const mended = await service.rollBack({
      input: { ...mend, trigger: { ...mend.trigger, kind: "mend", alarmName: null, alarmArn: null } },
    });

    expect(killed.failure?.name).toBe("error");
    expect(left.metadata.annotations?.["rollguard.dev/saved-strategy"]).toContain("25%");
    expect(mended.failure).toBeNull();
    const after = await service.live();
    expect(after.spec.strategy).toEqual(before.spec.strategy);
    expect(after.metadata.annotations).not.toHaveProperty(["rollguard.dev/saved-strategy"]);
  });
});
