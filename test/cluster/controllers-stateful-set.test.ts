import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { deletePod } from "../../local/cluster/workload-seed.ts";
import { cluster } from "../support/cluster/controller-sizes.ts";
import { aStatefulSet } from "../support/cluster/workload-scene.ts";

describe("a StatefulSet", () => {
  it("makes its pods one after the other, by ordinal, each with the label of its revision", async () => {
    const scene = await aStatefulSet(cluster);

    const pods = await scene.pods();
    const live = await scene.live();
    const [revision] = await scene.revisions();

    expect(await scene.look()).toEqual(["0 demo/db:v1 ready", "1 demo/db:v1 ready", "2 demo/db:v1 ready"]);
    const created = pods.map(({ metadata }) => Number(metadata.resourceVersion));
    expect(created).toHaveLength(3);
    expect(pods.map(({ metadata }) => metadata.labels?.["controller-revision-hash"])).toEqual(Array(3).fill(revision?.metadata.name));
    expect(pods[1]?.metadata.labels?.["statefulset.kubernetes.io/pod-name"]).toBe(`${scene.name}-1`);
    expect(pods[1]?.spec).toMatchObject({ hostname: `${scene.name}-1`, subdomain: scene.name });
    expect(live.status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: revision?.metadata.name,
      updateRevision: revision?.metadata.name,
      collisionCount: 0,
    });
    expect(await scene.events()).toContain(`SuccessfulCreate: create Pod ${scene.name}-0 in StatefulSet ${scene.name} successful`);
  });

  it("waits with the next ordinal until the one before is ready, unless it is Parallel", async () => {
    const ordered = await aStatefulSet(cluster, { image: "demo/db:v1-noready" }, { rolledOut: false });
    const parallel = await aStatefulSet(
      cluster,
      { image: "demo/db:v1-noready", spec: { podManagementPolicy: "Parallel" } },
      { rolledOut: false },
    );

    await ordered.until(({ status }) => status.replicas === 1);
    await parallel.until(({ status }) => status.replicas === 3);
    await pause(300);

    expect(await ordered.look()).toEqual(["0 demo/db:v1-noready not ready"]);
    expect(await parallel.look()).toHaveLength(3);
  });

  it("rolls a template out from the highest ordinal down, and undo uses the old revision again under the next number", async () => {
    const scene = await aStatefulSet(cluster);
    const [first] = await scene.revisions();

    await scene.deploy("demo/db:v2");
    const half = await scene.until(({ status }) => status.updatedReplicas === 1 && status.readyReplicas === 3);
    expect(half.status.currentRevision).toBe(first?.metadata.name);
    expect(half.status.updateRevision).not.toBe(first?.metadata.name);
    await scene.until();
    await scene.undoTo("demo/db:v1");
    const back = await scene.until();

    const revisions = await scene.revisions();
    expect(revisions.map(({ revision }) => revision)).toEqual([2, 3]);
    expect(revisions[1]?.metadata.uid).toBe(first?.metadata.uid);
    expect(back.status).toMatchObject({ currentRevision: first?.metadata.name, updateRevision: first?.metadata.name });
    expect(await scene.look()).toEqual(["0 demo/db:v1 ready", "1 demo/db:v1 ready", "2 demo/db:v1 ready"]);
  });

  it("K8S-24 with OrderedReady does not heal by its template until the broken pod is deleted", async () => {
    const scene = await aStatefulSet(cluster);
    await scene.deploy("demo/db:v2-noready");
    await scene.until(({ status }) => status.updatedReplicas === 1);
    await scene.waitForPod(`${scene.name}-2`, ({ status }) => status.phase === "Running");

    await scene.undoTo("demo/db:v1");
    const put = await scene.until(({ metadata, status }) => status.observedGeneration === metadata.generation);
    await pause(1_000);

    expect(await scene.look()).toEqual(["0 demo/db:v1 ready", "1 demo/db:v1 ready", "2 demo/db:v2-noready not ready"]);
    expect(put.status.updateRevision).toBe(put.status.currentRevision);
    await deletePod(scene.client, scene.namespace, `${scene.name}-2`);
    await scene.until();
    expect(await scene.look()).toEqual(["0 demo/db:v1 ready", "1 demo/db:v1 ready", "2 demo/db:v1 ready"]);
  });

  it("K8S-24 with Parallel heals by its template alone", async () => {
    const scene = await aStatefulSet(cluster, { spec: { podManagementPolicy: "Parallel" } });
    await scene.deploy("demo/db:v2-noready");
    await scene.until(({ status }) => status.updatedReplicas === 1);

    await scene.undoTo("demo/db:v1");
    await scene.until();

    expect(await scene.look()).toEqual(["0 demo/db:v1 ready", "1 demo/db:v1 ready", "2 demo/db:v1 ready"]);
  });

  it("K8S-24 with a partition keeps the ordinals below it, even when they are deleted", async () => {
    const scene = await aStatefulSet(cluster, { spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } } });

    await scene.deploy("demo/db:v2");
    await scene.until(({ status }) => status.updatedReplicas === 1 && status.readyReplicas === 3);
    await deletePod(scene.client, scene.namespace, `${scene.name}-0`);
    await scene.until(({ status }) => status.readyReplicas === 2);
    const after = await scene.until(({ status }) => status.readyReplicas === 3);

    expect(await scene.look()).toEqual(["0 demo/db:v1 ready", "1 demo/db:v1 ready", "2 demo/db:v2 ready"]);
    expect(after.status.currentRevision).not.toBe(after.status.updateRevision);
    expect(after.status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
  });

  it("K8S-24 with OnDelete changes only the pods that somebody deletes", async () => {
    const scene = await aStatefulSet(cluster, { spec: { updateStrategy: { type: "OnDelete" } } });

    await scene.deploy("demo/db:v2");
    await scene.until(({ metadata, status }) => status.observedGeneration === metadata.generation);
    await pause(300);
    expect(await scene.look()).toEqual(["0 demo/db:v1 ready", "1 demo/db:v1 ready", "2 demo/db:v1 ready"]);
    await deletePod(scene.client, scene.namespace, `${scene.name}-1`);
    await scene.until(({ status }) => status.updatedReplicas === 1 && status.readyReplicas === 3);

    expect(await scene.look()).toEqual(["0 demo/db:v1 ready", "1 demo/db:v2 ready", "2 demo/db:v1 ready"]);
  });

  it("is scaled through /scale, down from the highest ordinal", async () => {
    const scene = await aStatefulSet(cluster);

    await scene.client.patch(`${scene.path}/scale`, { spec: { replicas: 1 } });
    await scene.until(({ status }) => status.replicas === 1);

    expect(await scene.look()).toEqual(["0 demo/db:v1 ready"]);
  });

  it("keeps as many old revisions as its limit says", async () => {
    const scene = await aStatefulSet(cluster, { replicas: 1, spec: { revisionHistoryLimit: 1 } });
    for (const version of ["v2", "v3"]) {
      await scene.deploy(`demo/db:${version}`);
      await scene.until();
    }
    while ((await scene.revisions()).length > 2) await pause(20);

    const images = (await scene.revisions()).map(({ data }) => data.spec.template.spec.containers[0]?.image);
    expect(images).toEqual(["demo/db:v2", "demo/db:v3"]);
  });

  it("refuses a change of what is fixed for its life", async () => {
    const scene = await aStatefulSet(cluster, { replicas: 1 });

    const change = scene.patch({ spec: { podManagementPolicy: "Parallel" } });

    await expect(change).rejects.toMatchObject({
      code: 422,
      message: expect.stringContaining("updates to statefulset spec for fields other than"),
    });
  });

  it("takes its pods and revisions along when it is deleted", async () => {
    const scene = await aStatefulSet(cluster, { replicas: 2 });
    const live = await scene.live();

    await scene.client.delete(scene.path);
    while ((await scene.pods()).length > 0) await pause(20);

    const left = await scene.client.list(`/apis/apps/v1/namespaces/${scene.namespace}/controllerrevisions`);
    expect(left.filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === live.metadata.uid)).toEqual([]);
  });
});
