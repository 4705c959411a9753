import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import type { ServiceScene } from "./support/service-scene.ts";
import { aService } from "./support/services.ts";

const GOOD = "demo/checkout:v1";

/** A set of three whose bad release is out as far as it gets. */
async function aBadSet(
  image: string,
  spec: Record<string, unknown> = {},
  stuck?: (look: readonly string[]) => boolean,
): Promise<ServiceScene> {
  const service = await aService({ kind: "StatefulSet", spec });
  await service.observed();
  await service.deploy(image);
  if (stuck === undefined) await service.rolledOut();
  else await eventually("the bad release is out as far as it gets", async () => stuck(await service.look()));
  service.turnBad(() => service.runsOn(GOOD));
  service.availability.mark();
  return service;
}

describe("a StatefulSet", () => {
  it("K8S-24 OrderedReady with a broken pod: patched first, then only that pod is deleted, and the others come back in order", async () => {
    const service = await aBadSet("demo/checkout:v2-noready", {}, (look) => look.includes("2 v2-noready not ready"));
    const before = await service.pods();

    const result = await service.rollBack();

    expect(result.failure).toBeNull();
    expect(await service.look()).toEqual(["0 v1 ready", "1 v1 ready", "2 v1 ready"]);
    expect(result.payloads.join()).toContain("deleted checkout-2");
    const kept = (await service.pods()).filter(({ metadata }) => before.some((pod) => pod.metadata.uid === metadata.uid));
    expect(kept.map(({ metadata }) => metadata.name).sort()).toEqual(["checkout-0", "checkout-1"]);
    expect(service.availability.minimum).toBe(2);
  });

  it("K8S-24 Parallel with a broken pod heals alone: nothing is deleted by us", async () => {
    const service = await aBadSet("demo/checkout:v2-noready", { podManagementPolicy: "Parallel" }, (look) =>
      look.includes("2 v2-noready not ready"),
    );

    const result = await service.rollBack();

    expect(result.failure).toBeNull();
    expect(result.payloads.join()).not.toContain("replace-pods");
    expect(await service.look()).toEqual(["0 v1 ready", "1 v1 ready", "2 v1 ready"]);
  });

  it("K8S-24 with a healthy bad release comes back one pod after the other, as predicted: never more than one is missing", async () => {
    const service = await aBadSet("demo/checkout:v2-slow");
    const bad = await service.live();

    const result = await service.rollBack();
    const after = await service.live();

    expect(result.failure).toBeNull();
    expect(service.availability.minimum).toBeGreaterThanOrEqual(2);
    expect(after.metadata.generation).toBe((bad.metadata.generation ?? 0) + 1);
    expect(await service.events()).toEqual([expect.stringContaining("RollguardRolledBack: ")]);
    expect(after.metadata.annotations?.["kubernetes.io/change-cause"]).toContain(`back to ${GOOD}`);
  });

  it("K8S-24 with a partition rolls back the pods from it upwards, and says so", async () => {
    const partitioned = { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } };
    const service = await aBadSet("demo/checkout:v2-slow", partitioned);
    const before = await service.look();

    const result = await service.rollBack();

    expect(before).toEqual(["0 v1 ready", "1 v1 ready", "2 v2-slow ready"]);
    expect(result.failure).toBeNull();
    expect(await service.look()).toEqual(["0 v1 ready", "1 v1 ready", "2 v1 ready"]);
    expect(result.payloads.join()).toContain("only pods from ordinal 2 upwards are rolled back");
  });

  it("K8S-24 with OnDelete: each pod is deleted by us, and only when the one before is ready", async () => {
    const service = await aService({ kind: "StatefulSet", spec: { updateStrategy: { type: "OnDelete" } } });
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    for (const pod of await service.pods())
      await service.client.delete(`/api/v1/namespaces/${service.namespace}/pods/${pod.metadata.name}`);
    await eventually("the bad release runs", () => service.runsOn("demo/checkout:v2-slow"));
    service.turnBad(() => service.runsOn(GOOD));
    service.availability.mark();

    const result = await service.rollBack();

    expect(result.failure).toBeNull();
    expect(await service.look()).toEqual(["0 v1 ready", "1 v1 ready", "2 v1 ready"]);
    expect(service.availability.minimum).toBeGreaterThanOrEqual(2);
    expect((await service.live()).spec).toMatchObject({ updateStrategy: { type: "OnDelete" } });
  });

  it("K8S-24 runs the same revision again: a JSON patch of the template is found equal to the revision's own merge patch", async () => {
    const service = await aBadSet("demo/checkout:v2-slow");
    const revisions = () => service.client.list<{ revision: number }>(`/apis/apps/v1/namespaces/${service.namespace}/controllerrevisions`);
    const before = (await revisions()).map((one) => one.revision).sort();

    await service.rollBack();

    expect(before).toEqual([1, 2]);
    expect((await revisions()).map((one) => one.revision).sort()).toEqual([2, 3]);
  });
});
