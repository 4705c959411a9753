import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { followObjects } from "../../local/cluster/follow-objects.ts";
import type { Pod } from "../../local/cluster/objects.ts";
import { podsOfDeployment, scaleDeployment } from "../../local/cluster/seed.ts";
import { cluster, sizes } from "../support/cluster/controller-sizes.ts";
import { conditionText, DeploymentScene } from "../support/cluster/deployment-scene.ts";

describe("a rollout", () => {
  it("makes a ReplicaSet with the template's hash, and pods that are ready after their delay", async () => {
    const scene = await DeploymentScene.start(cluster, { replicas: 3 });

    const [replicaSet] = await scene.replicaSets();
    const pods = await podsOfDeployment(cluster.client, cluster.namespace, scene.name);
    const live = await scene.live();

    const hash = replicaSet?.metadata.labels?.["pod-template-hash"];
    expect(replicaSet?.metadata.name).toBe(`${scene.name}-${hash}`);
    expect(pods.map((pod) => pod.metadata.labels?.["pod-template-hash"])).toEqual([hash, hash, hash]);
    expect(live.status).toMatchObject({ replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3, observedGeneration: 1 });
    expect(live.status).not.toHaveProperty("unavailableReplicas");
    expect(conditionText(live, "Progressing")).toBe("True NewReplicaSetAvailable");
    expect(conditionText(live, "Available")).toBe("True MinimumReplicasAvailable");
    expect(live.metadata.generation).toBe(1);
  });

  it.each([
    { maxSurge: "25%", maxUnavailable: "25%", least: 8, most: 13 },
    { maxSurge: "100%", maxUnavailable: 0, least: 10, most: 20 },
    { maxSurge: 1, maxUnavailable: 0, least: 10, most: 11 },
    { maxSurge: 0, maxUnavailable: "50%", least: 5, most: 10 },
    { maxSurge: "1%", maxUnavailable: "1%", least: 10, most: 11 },
  ])(
    "of 10 replicas with $maxSurge / $maxUnavailable keeps between $least available and $most pods",
    async ({ least, most, ...rollingUpdate }) => {
      const strategy = { type: "RollingUpdate", rollingUpdate };
      const scene = await DeploymentScene.start(cluster, { replicas: 10, readyDelaySeconds: 0.1, spec: { strategy } });
      scene.mark();

      await scene.deploy("demo/web:v2");
      await scene.until();

      expect(Math.min(...scene.available)).toBe(least);
      expect(Math.max(...scene.wanted)).toBe(most);
    },
  );

  it("goes back to the ReplicaSet that still has the template, with a new revision and the old one in its history", async () => {
    const scene = await DeploymentScene.start(cluster);
    await scene.deploy("demo/web:v2");
    await scene.until();
    const before = await scene.replicaSets();
    scene.mark();

    await scene.rollBackTo("demo/web:v1");
    const after = await scene.until();

    const sets = await scene.replicaSets();
    expect(sets).toHaveLength(2);
    expect(sets[1]?.metadata.uid).toBe(before[0]?.metadata.uid);
    expect(sets[1]?.metadata.annotations).toMatchObject({
      "deployment.kubernetes.io/revision": "3",
      "deployment.kubernetes.io/revision-history": "1",
      "deployment.kubernetes.io/desired-replicas": "4",
      "deployment.kubernetes.io/max-replicas": "8",
    });
    expect(after.metadata.annotations?.["deployment.kubernetes.io/revision"]).toBe("3");
    expect(after.metadata.generation).toBe(3);
    expect(Math.min(...scene.available)).toBe(4);
  });

  it("takes crashing pods away first, so that a stuck rollout comes back without losing a good one", async () => {
    const scene = await DeploymentScene.start(cluster, { replicas: 10 });
    await scene.deploy("demo/web:v2-crash");
    await scene.until(({ status }) => status.updatedReplicas === 5 && status.availableReplicas === 8);
    scene.mark();

    await scene.rollBackTo("demo/web:v1");
    await scene.until();

    expect(Math.min(...scene.available)).toBe(8);
    expect(await sizes(scene)).toEqual({ "demo/web:v1": 10, "demo/web:v2-crash": 0 });
  });

  it("of a Recreate strategy waits until the last old pod is gone before it makes a new one", async () => {
    const scene = await DeploymentScene.start(cluster, { spec: { strategy: { type: "Recreate" } } });
    const images = new Map<string, string>();
    const together = new Set<number>();
    const pods = `/api/v1/namespaces/${cluster.namespace}/pods?labelSelector=app%3D${scene.name}`;
    const follower = followObjects<Pod>(cluster.client, pods, (change, pod) => {
      if (change === "DELETED") images.delete(pod.metadata.uid);
      else images.set(pod.metadata.uid, pod.spec.containers[0]?.image ?? "");
      together.add(new Set(images.values()).size);
    });
    scene.mark();

    await scene.deploy("demo/web:v2");
    await scene.until();
    follower.stop();

    expect([...together].sort()).toEqual([0, 1]);
    expect(Math.min(...scene.available)).toBe(0);
    expect(await sizes(scene)).toEqual({ "demo/web:v1": 0, "demo/web:v2": 4 });
  });

  it("counts pods as available only after minReadySeconds", async () => {
    const scene = await DeploymentScene.start(cluster, { replicas: 1, spec: { minReadySeconds: 2 } }, { rolledOut: false });

    const ready = await scene.until(({ status }) => status.readyReplicas === 1);
    const started = Date.now();
    await scene.until();

    expect(ready.status.availableReplicas ?? 0).toBe(0);
    // pod times have whole seconds, so up to one of the two may be over when the pod is seen ready
    expect(Date.now() - started).toBeGreaterThan(800);
  });

  it("that makes no progress within its deadline says so, and keeps the old pods", async () => {
    const scene = await DeploymentScene.start(cluster, { spec: { progressDeadlineSeconds: 1 } });

    await scene.deploy("demo/web:v2-noready");
    // The old condition may already be older than the deadline: then the new one is there before the first pod is taken away.
    const stuck = await scene.until(
      (deployment) =>
        conditionText(deployment, "Progressing") === "False ProgressDeadlineExceeded" && deployment.status.availableReplicas === 3,
    );

    expect(stuck.status.updatedReplicas).toBeGreaterThan(0);
    await scene.rollBackTo("demo/web:v1");
    expect(conditionText(await scene.until(), "Progressing")).toBe("True NewReplicaSetAvailable");
  });

  it("that a quota stops reports ReplicaFailure with the quota's numbers", async () => {
    const quota = `/api/v1/namespaces/${cluster.namespace}/resourcequotas`;
    const scene = await DeploymentScene.start(cluster, { replicas: 2 });
    const running = (await cluster.client.list(`/api/v1/namespaces/${cluster.namespace}/pods`)).length;
    await cluster.client.post(quota, { metadata: { name: "few" }, spec: { hard: { pods: String(running) } } });
    await pause(300);

    await scaleDeployment(cluster.client, cluster.namespace, scene.name, running + 5);
    const refused = await scene.until((deployment) => conditionText(deployment, "ReplicaFailure") === "True FailedCreate");
    await cluster.client.delete(`${quota}/few`);

    const message = refused.status.conditions?.find(({ type }) => type === "ReplicaFailure")?.message;
    expect(message).toMatch(/pods "web-.*" is forbidden: exceeded quota: few, requested: pods=1, used: pods=\d+, limited: pods=\d+/);
    await cluster.client.delete(scene.path);
  });
});

describe("history", () => {
  it("keeps no old ReplicaSet when revisionHistoryLimit is 0", async () => {
    const scene = await DeploymentScene.start(cluster, { spec: { revisionHistoryLimit: 0 } });

    await scene.deploy("demo/web:v2");
    await scene.until();
    while ((await scene.replicaSets()).length > 1) await pause(20);

    expect(await sizes(scene)).toEqual({ "demo/web:v2": 4 });
  });

  it("drops the oldest revision beyond the limit", async () => {
    const scene = await DeploymentScene.start(cluster, { replicas: 0, spec: { revisionHistoryLimit: 1 } });
    for (const version of ["v2", "v3"]) {
      // older servers order by creation time, which has whole seconds
      await pause(1_050);
      await scene.deploy(`demo/web:${version}`);
      await scene.until();
    }
    while ((await scene.replicaSets()).length > 2) await pause(20);

    expect(Object.keys(await sizes(scene))).toEqual(["demo/web:v2", "demo/web:v3"]);
  });
});
