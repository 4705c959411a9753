import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";
import { deploymentPath, waitForDeployment } from "../../../local/cluster/seed.ts";
import { DeploymentScene } from "../../support/cluster/deployment-scene.ts";
import { aSimulatedCluster, NAMESPACE } from "../../support/cluster/simulated-cluster.ts";

async function aDeployment() {
  const { client } = await aSimulatedCluster();
  return DeploymentScene.start({ client, namespace: NAMESPACE }, { replicas: 1 });
}

describe("metadata.generation of a Deployment", () => {
  it.each([
    { what: "a template", patch: { spec: { template: { metadata: { labels: { build: "7" } } } } }, grows: 1 },
    { what: "replicas", patch: { spec: { replicas: 2 } }, grows: 1 },
    { what: "an annotation", patch: { metadata: { annotations: { note: "x" } } }, grows: 1 },
    { what: "a label", patch: { metadata: { labels: { team: "x" } } }, grows: 0 },
    { what: "nothing", patch: { spec: { replicas: 1 } }, grows: 0 },
  ])("grows by $grows when $what is patched", async ({ patch, grows }) => {
    const scene = await aDeployment();
    const before = await scene.live();

    const after = await scene.patch(patch);

    expect((after.metadata.generation ?? 0) - (before.metadata.generation ?? 0)).toBe(grows);
  });

  it("does not grow by what the controllers and the kubelet write", async () => {
    const scene = await aDeployment();

    const live = await scene.live();

    expect(live.metadata.annotations).toHaveProperty(["deployment.kubernetes.io/revision"], "1");
    expect(live.metadata.generation).toBe(1);
  });

  it("does not grow by an annotation that comes with a status", async () => {
    const scene = await aDeployment();

    const after = await scene.client.patch(`${scene.path}/status`, { metadata: { annotations: { through: "status" } } });

    expect(after.metadata).toMatchObject({ generation: 1, annotations: { through: "status" } });
  });

  it("is caught up with by status.observedGeneration", async () => {
    const scene = await aDeployment();

    await scene.patch({ metadata: { annotations: { note: "x" } } });
    const observed = await scene.until(({ status }) => status.observedGeneration === 2);

    expect(observed.status.observedGeneration).toBe(2);
  });
});

describe("resourceVersion", () => {
  it("stays when a patch changes nothing, and grows with every other write", async () => {
    const scene = await aDeployment();
    await pause(50);
    const before = await scene.live();

    const same = await scene.patch({ spec: { replicas: 1 }, metadata: { labels: { app: scene.name } } });
    const labelled = await scene.patch({ metadata: { labels: { team: "x" } } });

    expect(same.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(Number(labelled.metadata.resourceVersion)).toBeGreaterThan(Number(before.metadata.resourceVersion));
  });

  it("does not move on a dry run, whose answer shows what would be", async () => {
    const scene = await aDeployment();
    await pause(50);
    const before = await scene.live();

    const tried = await scene.client.patch<KubernetesObject>(`${scene.path}?dryRun=All`, { metadata: { annotations: { note: "x" } } });

    expect(tried.metadata.generation).toBe(2);
    expect(await scene.live()).toEqual(before);
  });
});

describe("managedFields", () => {
  it("name the field manager of a write, and can be released by a JSON Patch that tests its name", async () => {
    const scene = await aDeployment();
    await scene.client.patch(`${scene.path}?fieldManager=rollguard`, { metadata: { annotations: { note: "x" } } });
    await waitForDeployment(scene.client, NAMESPACE, scene.name);
    const entries = (await scene.live()).metadata.managedFields ?? [];
    const at = entries.findIndex(({ manager }) => manager === "rollguard");

    const released = await scene.client.patch<KubernetesObject>(
      deploymentPath(NAMESPACE, scene.name),
      [
        { op: "test", path: `/metadata/managedFields/${at}/manager`, value: "rollguard" },
        { op: "remove", path: `/metadata/managedFields/${at}` },
      ],
      "json",
    );

    expect(entries[at]).toMatchObject({ operation: "Update", fieldsV1: { "f:metadata": { "f:annotations": { "f:note": {} } } } });
    expect(released.metadata.managedFields?.map(({ manager }) => manager)).not.toContain("rollguard");
  });
});
