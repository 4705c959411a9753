import { describe, expect, it, onTestFinished } from "vitest";
import { setNodeReady } from "../../local/cluster/kubelet/nodes.ts";
import { eventually } from "./support/eventually.ts";
import { aService, cluster } from "./support/services.ts";

const GOOD = "demo/checkout:v1";

describe("a DaemonSet", () => {
  it("K8S-25 comes back on every Node, one after the other", async () => {
    const service = await aService({ kind: "DaemonSet" });
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    service.turnBad(() => service.runsOn(GOOD));
    service.availability.mark();
    const nodes = service.availability.now;

    const result = await service.rollBack();

    expect(result.failure).toBeNull();
    expect(nodes).toBe(2);
    expect(service.availability.minimum).toBeGreaterThanOrEqual(1);
    expect(await service.runsOn(GOOD, nodes)).toBe(true);
  });

  it("K8S-25 stuck at a pod that never gets ready: the others keep serving, and the strategy is the author's again", async () => {
    const service = await aService({ kind: "DaemonSet" });
    await service.observed();
    const before = (await service.live()).spec as unknown as { updateStrategy: unknown };
    await service.deploy("demo/checkout:v2-noready");
    await eventually("one pod is stuck", async () => (await service.look()).some((pod) => pod.endsWith("v2-noready not ready")));
    service.turnBad(() => service.runsOn(GOOD));
    service.availability.mark();

    const result = await service.rollBack();

    expect(result.failure).toBeNull();
    expect(service.availability.minimum).toBeGreaterThanOrEqual(1);
    expect((await service.live()).spec).toMatchObject({ updateStrategy: before.updateStrategy });
    expect((await service.live()).metadata.annotations).not.toHaveProperty(["rollguard.dev/saved-strategy"]);
  });

  it.each([
    ["that it does not tolerate", {}],
    ["where it stays all the same", { tolerations: [{ operator: "Exists" }] }],
  ])("K8S-25 with a Node that is not ready, %s: told, and not waited for", async (_name, pod) => {
    const service = await aService({ kind: "DaemonSet", pod });
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    await service.rolledOut();
    const lost = "rollguard-node-2";
    onTestFinished(() => setNodeReady(cluster.client, lost, true));
    await setNodeReady(cluster.client, lost, false);
    await eventually("its pod is not ready", () => service.availability.now === 1);
    service.turnBad(() => service.runsOn(GOOD, 1));

    const result = await service.rollBack();

    expect(result.failure).toBeNull();
    expect(result.payloads.join()).toContain(`Nodes that are not ready are not waited for: ${lost}`);
    expect(await service.runsOn(GOOD, 1)).toBe(true);
  });

  it("K8S-25 with OnDelete: each pod is deleted by us, the next when the one before is ready", async () => {
    const service = await aService({ kind: "DaemonSet", spec: { updateStrategy: { type: "OnDelete" } } });
    await service.observed();
    await service.deploy("demo/checkout:v2-slow");
    for (const pod of await service.pods())
      await service.client.delete(`/api/v1/namespaces/${service.namespace}/pods/${pod.metadata.name}`);
    await eventually("the bad release runs", () => service.runsOn("demo/checkout:v2-slow", 2));
    service.turnBad(() => service.runsOn(GOOD, 2));
    service.availability.mark();

    const result = await service.rollBack();

    expect(result.failure).toBeNull();
    expect(service.availability.minimum).toBeGreaterThanOrEqual(1);
    expect((await service.live()).spec).toMatchObject({ updateStrategy: { type: "OnDelete" } });
  });
});
