import { describe, expect, it } from "vitest";
import type { WorkloadWrite } from "../../../functions/domain/workload.ts";
import { BAD_IMAGE, GOOD_IMAGE, WORKLOAD_UID } from "../../support/builders/index.ts";
import type { InMemoryCluster, PatchFate } from "./support/in-memory-cluster.ts";
import { aDeployment, aTemplate } from "./support/kubernetes-objects.ts";
import { aCluster, apply, imageOf, patchesOf, restoreScale, restoreStrategy, restoreTemplate, writes } from "./support/writes.ts";

describe("races, faults and denials", () => {
  it.each(writes)("K8S-09: $kind says applied when only the answer was lost", async (write) => {
    const cluster = await aClusterReadyFor(write, "lost-after");
    const generation = cluster.deployment?.metadata?.generation ?? 0;

    const result = await apply(cluster, write);

    expect(result).toMatchObject({ outcome: "applied", generation: generation + 1 });
    expect(await apply(cluster, write)).toMatchObject({ outcome: "already-applied", generation: generation + 1 });
  });

  it.each(writes)("K8S-28: $kind is transient when the write was lost, and can be repeated", async (write) => {
    const cluster = await aClusterReadyFor(write, "lost-before");
    const generation = cluster.deployment?.metadata?.generation ?? 0;

    await expect(apply(cluster, write)).rejects.toMatchObject({ name: "TransientUpstreamError" });

    expect(await apply(cluster, write)).toMatchObject({ outcome: "applied", generation: generation + 1 });
  });

  it("K8S-11: is superseded when a human deploys between the read and the PATCH", async () => {
    const cluster = aCluster();
    cluster.meanwhile = (racing) => {
      racing.meanwhile = null;
      racing.change((deployment) => {
        if (deployment.spec) deployment.spec.template = aTemplate("demo/checkout:v3");
      });
    };

    expect(await apply(cluster, restoreTemplate)).toMatchObject({ outcome: "superseded", generation: 5 });

    expect(imageOf(cluster)).toBe("demo/checkout:v3");
  });

  it.each([
    { write: restoreTemplate, name: "changes something beside the template" },
    { write: restoreScale, name: "sets another count" },
  ])("K8S-11: $write.kind is superseded when a human $name in between", async ({ write }) => {
    const cluster = aCluster();
    cluster.meanwhile = (racing) => {
      racing.meanwhile = null;
      racing.change((deployment) => {
        if (deployment.spec) deployment.spec.replicas = 4;
      });
    };

    expect(await apply(cluster, write)).toMatchObject({ outcome: "superseded", generation: 5 });

    expect(cluster.deployment?.spec?.replicas).toBe(4);
    expect(patchesOf(cluster)).toBe(1);
  });

  it("K8S-38: is superseded when the Deployment is created anew in between", async () => {
    const cluster = aCluster();
    cluster.meanwhile = (racing) => {
      racing.deployment = aDeployment({ metadata: { uid: "another" } });
    };

    expect(await apply(cluster, restoreTemplate)).toMatchObject({ outcome: "superseded", reason: expect.stringContaining("another") });

    expect(imageOf(cluster)).toBe(BAD_IMAGE);
  });

  it("does not take somebody else's rollback for its own lost write", async () => {
    const cluster = aCluster();
    cluster.fates.push("lost-before");
    cluster.meanwhile = (racing) => {
      racing.change((deployment) => {
        if (deployment.spec) deployment.spec.template = aTemplate(GOOD_IMAGE);
      });
    };

    await expect(apply(cluster, restoreTemplate)).rejects.toMatchObject({ name: "TransientUpstreamError" });

    expect(await apply(cluster, restoreTemplate)).toMatchObject({
      outcome: "already-applied",
      reason: expect.stringContaining("somebody else"),
    });
  });

  it("K8S-12: tries again when a conflict was about nothing that matters", async () => {
    const cluster = aCluster();
    cluster.fates.push({ outcome: "conflict", message: "the object has been modified" });

    expect(await apply(cluster, restoreTemplate)).toMatchObject({ outcome: "applied", generation: 5 });
  });

  it("tries three times at most", async () => {
    const cluster = aCluster();
    cluster.fates.push(...Array<PatchFate>(4).fill({ outcome: "conflict", message: "the object has been modified" }));

    await expect(apply(cluster, restoreTemplate)).rejects.toMatchObject({ name: "TransientUpstreamError" });

    expect(patchesOf(cluster)).toBe(3);
  });

  it("K8S-29: says what the admission webhook said", async () => {
    const cluster = aCluster();
    cluster.fates.push({ outcome: "denied", message: 'admission webhook "policy" denied the request: not on Fridays' });

    const result = await apply(cluster, restoreTemplate);

    expect(result).toMatchObject({ outcome: "refused", generation: 4, reason: expect.stringContaining("not on Fridays") });
  });

  it("does not say applied of a template that a webhook changed on the way", async () => {
    const cluster = aCluster();
    cluster.admit = (deployment) => ({
      ...deployment,
      spec: { ...aDeployment().spec, selector: {}, template: aTemplate("mirror/checkout:v1") },
    });

    expect(await apply(cluster, restoreTemplate)).toMatchObject({
      outcome: "refused",
      generation: 5,
      reason: expect.stringContaining("something else"),
    });
  });

  it("does not take an answer from before the bad release for a rollback that is done", async () => {
    const live = aDeployment();
    const old = aDeployment();
    const cluster = aCluster({
      ...old,
      metadata: { ...old.metadata, generation: 3 },
      spec: { ...old.spec, selector: {}, template: aTemplate(GOOD_IMAGE) },
    });

    await expect(apply(cluster, restoreTemplate)).rejects.toMatchObject({
      name: "TransientUpstreamError",
      message: expect.stringContaining("older than what was assessed"),
    });
    cluster.deployment = live;
    expect(await apply(cluster, restoreTemplate)).toMatchObject({ outcome: "applied", generation: 5 });
  });

  it("does not take an answer from before this run's own write for a strategy that is back", async () => {
    const before = aDeployment();
    const cluster = aCluster();
    const { generation } = await apply(cluster, restoreTemplate);
    const written = cluster.deployment;
    const own = { ...restoreStrategy, expect: { uid: WORKLOAD_UID, generation } } as WorkloadWrite;
    cluster.deployment = before;

    await expect(apply(cluster, own)).rejects.toMatchObject({ name: "TransientUpstreamError" });
    cluster.deployment = written;
    expect(await apply(cluster, own)).toMatchObject({ outcome: "applied" });
    expect(cluster.deployment?.metadata?.annotations).not.toHaveProperty(["rollguard.dev/saved-strategy"]);
  });

  it("is superseded when the Deployment is deleted before the PATCH", async () => {
    const cluster = aCluster();
    cluster.meanwhile = (racing) => {
      racing.deployment = null;
    };

    expect(await apply(cluster, restoreTemplate)).toMatchObject({ outcome: "superseded", generation: 0 });
  });
});

/** A strategy can only be put back after a template was. */
async function aClusterReadyFor(write: WorkloadWrite, fate: PatchFate): Promise<InMemoryCluster> {
  const cluster = aCluster();
  if (write.kind === "restore-strategy") await apply(cluster, restoreTemplate);
  cluster.fates.push(fate);
  return cluster;
}
