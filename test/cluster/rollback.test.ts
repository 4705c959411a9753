import { describe, expect, it } from "vitest";
import { taskHandlers } from "../support/machine/run-rollback.ts";
import { eventually } from "./support/eventually.ts";
import { aService, cluster, isImage } from "./support/services.ts";

describe("a bad release that is fully rolled out", () => {
  it("K8S-01 K8S-03 K8S-04 with 30 replicas comes back by the same ReplicaSet, with never fewer than 30 available, strategy and replicas as before", async () => {
    const service = await aService({ replicas: 30 });
    const goodHash = await service.observed();
    const before = await service.live();
    await service.deploy("demo/checkout:v2-slow");
    const bad = await service.rolledOut();
    service.turnBad(isImage("demo/checkout:v1"));
    service.availability.mark();

    const result = await service.rollBack();
    const after = await service.rolledOut();

    expect(result.failure).toBeNull();
    expect(result.visited.at(-1)).toBe("Recovered");
    expect(service.availability.minimum).toBeGreaterThanOrEqual(30);
    expect(after.spec.template).toEqual(before.spec.template);
    expect(after.spec.strategy).toEqual(before.spec.strategy);
    expect(after.spec.replicas).toBe(30);
    expect(after.metadata.annotations).not.toHaveProperty(["rollguard.dev/saved-strategy"]);
    expect(after.metadata.generation).toBe((bad.metadata.generation ?? 0) + 2);
    const sets = await service.replicaSets();
    expect(sets).toHaveLength(2);
    expect(sets.find((set) => set.spec.replicas === 30)?.metadata.labels?.["pod-template-hash"]).toBe(goodHash);
  });

  it("K8S-05 after two bad deploys in a row: lands on the good one, not on the one before", async () => {
    const service = await aService();
    await service.observed("good");
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    await service.observed("bad");
    await service.deploy("demo/checkout:v3-slow");
    await service.rolledOut();
    service.turnBad(isImage("demo/checkout:v1"));

    const result = await service.rollBack();

    expect(result.failure).toBeNull();
    expect(await service.image()).toBe("demo/checkout:v1");
  });

  it("in mode observe is left alone: the object is the same to the last byte", async () => {
    const service = await aService({ mode: "observe" });
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    const before = await service.rolledOut();
    service.turnBad(() => false);

    const result = await service.rollBack();

    expect(result.visited.at(-1)).toBe("NothingToDo");
    expect((await service.live()).metadata.resourceVersion).toBe(before.metadata.resourceVersion);
  });
});

describe("a rollout that is stuck", () => {
  it.each(["crash", "oom", "pull", "noready"])("K8S-02 on %s: available pods never fall below what they were", async (behaviour) => {
    const service = await aService({ replicas: 8 });
    await service.observed();
    await service.deploy(`demo/checkout:v2-${behaviour}`);
    const reasons = { crash: "CrashLoopBackOff", oom: "OOMKilled", pull: "ImagePullBackOff", noready: "" };
    await eventually(`pods of v2 fail with ${behaviour}`, async () => {
      const state = await service.workload.read(service.blueprint.target);
      const group = state?.pods.find((pods) => pods.templateHash === state.templateHash);
      const wanted = reasons[behaviour as keyof typeof reasons];
      return (
        group !== undefined &&
        group.total >= 2 &&
        (wanted === "" ? group.ready === 0 : group.reasons.some(({ reason }) => reason.includes(wanted)))
      );
    });
    // stuck means: a quarter of the eight is gone, and the rest waits for pods that never get ready
    await eventually("the rollout is stuck", () => service.availability.now === 6);
    service.turnBad(isImage("demo/checkout:v1"));
    service.availability.mark();
    const atStart = service.availability.now;

    const result = await service.rollBack();
    await service.rolledOut();

    expect(result.failure).toBeNull();
    expect(atStart).toBe(6);
    expect(service.availability.minimum).toBeGreaterThanOrEqual(atStart);
    expect(await service.image()).toBe("demo/checkout:v1");
  });
});

describe("somebody else", () => {
  it("K8S-11 deploys v3 between assess and patch: v3 is untouched", async () => {
    const service = await aService();
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    service.turnBad(() => false);
    let v3 = "";

    const result = await service.rollBack({
      overrides: {
        SelectStrategy: async (document) => {
          await service.deploy("demo/checkout:v3");
          v3 = JSON.stringify((await service.live()).spec);
          return taskHandlers(service.ports()).SelectStrategy?.(document);
        },
      },
    });

    expect(result.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining("changed since it was assessed") });
    expect(JSON.stringify((await service.live()).spec)).toBe(v3);
  });

  it("K8S-10 rolls back at the same time: one template change, the other execution joins", async () => {
    const service = await aService();
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    const bad = await service.rolledOut();
    service.turnBad(isImage("demo/checkout:v1"));

    const results = await Promise.all([service.rollBack(), service.rollBack(), service.rollBack()]);

    expect(results.map((result) => result.visited.at(-1)).sort()).toEqual(["NothingToDo", "NothingToDo", "Recovered"]);
    expect((await service.live()).metadata.generation).toBe((bad.metadata.generation ?? 0) + 2);
  });

  it("K8S-12 moves the resourceVersion by status writes: no false conflict", async () => {
    const service = await aService();
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    service.turnBad(isImage("demo/checkout:v1"));

    const result = await service.rollBack({
      overrides: {
        SelectStrategy: async (document) => {
          for (let i = 0; i < 3; i++) {
            const condition = {
              type: "Churn",
              status: "True",
              reason: `r${i}`,
              message: "",
              lastUpdateTime: null,
              lastTransitionTime: null,
            };
            await cluster.client.patch(`${service.path}/status`, { status: { conditions: [condition] } }, "strategic");
          }
          return taskHandlers(service.ports()).SelectStrategy?.(document);
        },
      },
    });

    expect(result.failure).toBeNull();
  });
});
