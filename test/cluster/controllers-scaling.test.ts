import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { isRolledOut, podsOfDeployment, scaleDeployment } from "../../local/cluster/seed.ts";
import { cluster, sizes } from "../support/cluster/controller-sizes.ts";
import { conditionText, DeploymentScene } from "../support/cluster/deployment-scene.ts";

describe("a paused Deployment", () => {
  it("takes a new template without acting on it until it is resumed", async () => {
    const scene = await DeploymentScene.start(cluster);
    await scene.patch({ spec: { paused: true } });
    await scene.deploy("demo/web:v2");
    const observed = await scene.until(({ metadata, status }) => metadata.generation === status.observedGeneration);
    await pause(200);

    expect(await scene.replicaSets()).toHaveLength(1);
    expect(conditionText(observed, "Progressing")).toBe("Unknown DeploymentPaused");
    await scene.patch({ spec: { paused: false } });
    await scene.until();
    expect(await sizes(scene)).toEqual({ "demo/web:v1": 0, "demo/web:v2": 4 });
  });

  it("is scaled as it stands", async () => {
    const scene = await DeploymentScene.start(cluster);
    await scene.patch({ spec: { paused: true } });

    await scaleDeployment(cluster.client, cluster.namespace, scene.name, 6);
    await scene.until((deployment) => deployment.status.availableReplicas === 6);

    expect(await sizes(scene)).toEqual({ "demo/web:v1": 6 });
  });

  it("holds both versions when the good one is scaled to one less than all, and ends in one step when resumed", async () => {
    const scene = await DeploymentScene.start(cluster);
    await scene.deploy("demo/web:v2");
    await scene.until();
    await scene.patch({
      spec: {
        paused: true,
        template: await scene.templateOf("demo/web:v1"),
        strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 0 } },
      },
    });
    const [good] = (await scene.replicaSets()).filter((set) => set.spec.replicas === 0);
    await cluster.client.patch(`/apis/apps/v1/namespaces/${cluster.namespace}/replicasets/${good?.metadata.name}/scale`, {
      spec: { replicas: 3 },
    });
    await scene.until(({ status }) => status.availableReplicas === 7);
    await pause(300);

    expect(await sizes(scene)).toEqual({ "demo/web:v1": 3, "demo/web:v2": 4 });
    scene.mark();
    await scene.patch({ spec: { paused: false } });
    await scene.until();
    expect(Math.min(...scene.available)).toBeGreaterThanOrEqual(4);
    expect(await sizes(scene)).toEqual({ "demo/web:v1": 4, "demo/web:v2": 0 });
  });

  it("cuts over by itself when the good version is scaled to all", async () => {
    const scene = await DeploymentScene.start(cluster);
    await scene.deploy("demo/web:v2");
    await scene.until();
    await scene.patch({
      spec: {
        paused: true,
        template: await scene.templateOf("demo/web:v1"),
        strategy: { rollingUpdate: { maxSurge: 4, maxUnavailable: 0 } },
      },
    });
    const [good] = (await scene.replicaSets()).filter((set) => set.spec.replicas === 0);
    await cluster.client.patch(`/apis/apps/v1/namespaces/${cluster.namespace}/replicasets/${good?.metadata.name}/scale`, {
      spec: { replicas: 4 },
    });

    await scene.until(({ status }) => status.replicas === 8);
    await scene.until(({ status }) => status.replicas === 4 && status.updatedReplicas === 4);

    expect(await sizes(scene)).toEqual({ "demo/web:v1": 4, "demo/web:v2": 0 });
    expect((await scene.live()).spec.paused).toBe(true);
  });
});

describe("scaling", () => {
  it("in the middle of a rollout keeps the proportions", async () => {
    const scene = await DeploymentScene.start(cluster, { replicas: 10 });
    await scene.deploy("demo/web:v2-noready");
    await scene.until(({ status }) => status.updatedReplicas === 5 && status.availableReplicas === 8);

    await scaleDeployment(cluster.client, cluster.namespace, scene.name, 20);
    await scene.until(({ status }) => status.replicas === 25);

    expect(await sizes(scene)).toEqual({ "demo/web:v1": 15, "demo/web:v2-noready": 10 });
    await cluster.client.delete(scene.path);
  });

  it("a ReplicaSet by hand is undone", async () => {
    const scene = await DeploymentScene.start(cluster);
    const [only] = await scene.replicaSets();

    await cluster.client.patch(`/apis/apps/v1/namespaces/${cluster.namespace}/replicasets/${only?.metadata.name}/scale`, {
      spec: { replicas: 1 },
    });
    await pause(300);

    expect(await sizes(scene)).toEqual({ "demo/web:v1": 4 });
    await scene.until(isRolledOut);
  });
});

describe("deleting", () => {
  it("a Deployment takes its ReplicaSets and pods along", async () => {
    const scene = await DeploymentScene.start(cluster);

    await cluster.client.delete(scene.path);
    while ((await podsOfDeployment(cluster.client, cluster.namespace, scene.name)).length > 0) await pause(20);

    expect(await scene.replicaSets()).toEqual([]);
  });

  it("an active ReplicaSet brings it back under the same name", async () => {
    const scene = await DeploymentScene.start(cluster);
    const [only] = await scene.replicaSets();

    await cluster.client.delete(`/apis/apps/v1/namespaces/${cluster.namespace}/replicasets/${only?.metadata.name}`);
    const again = async (): Promise<boolean> => (await scene.replicaSets()).some(({ metadata }) => metadata.uid !== only?.metadata.uid);
    while (!(await again())) await pause(20);
    await scene.until(({ status }) => status.availableReplicas === 4);

    expect((await scene.replicaSets())[0]?.metadata.name).toBe(only?.metadata.name);
  });

  it("a pod makes the ReplicaSet put another in its place", async () => {
    const scene = await DeploymentScene.start(cluster);
    const [first] = await podsOfDeployment(cluster.client, cluster.namespace, scene.name);

    await cluster.client.delete(`/api/v1/namespaces/${cluster.namespace}/pods/${first?.metadata.name}`);
    await scene.until(({ status }) => status.availableReplicas === 3 || status.unavailableReplicas === 1);
    await scene.until();

    const names = (await podsOfDeployment(cluster.client, cluster.namespace, scene.name))
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(4);
    expect(names).not.toContain(first?.metadata.name);
  });
});
