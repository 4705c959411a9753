import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { setNodeReady } from "../../local/cluster/kubelet/nodes.ts";
import type { Pod } from "../../local/cluster/objects.ts";
import type { DaemonSet } from "../../local/cluster/workload-objects.ts";
import { deletePod } from "../../local/cluster/workload-seed.ts";
import { cluster } from "../support/cluster/controller-sizes.ts";
import { aDaemonSet, isDaemonSetDone, type WorkloadScene } from "../support/cluster/workload-scene.ts";

const NODES = ["rollguard-node-1", "rollguard-node-2"];

/** `rollguard-node-1 demo/agent:v1` of every pod that stays. */
async function places(scene: WorkloadScene<DaemonSet>): Promise<string[]> {
  const staying = (await scene.pods()).filter(({ metadata }) => !metadata.deletionTimestamp);
  return staying.map((pod: Pod) => `${pod.spec.nodeName} ${pod.spec.containers[0]?.image}`).sort();
}

const onEach = (image: string): string[] => NODES.map((node) => `${node} ${image}`);

describe("a DaemonSet", () => {
  it("puts one pod on every Node, with its revision's hash as label", async () => {
    const scene = await aDaemonSet(cluster);

    const live = await scene.live();
    const [revision] = await scene.revisions();
    const hash = revision?.metadata.labels?.["controller-revision-hash"];

    expect(await places(scene)).toEqual(onEach("demo/agent:v1"));
    expect(revision?.metadata.name).toBe(`${scene.name}-${hash}`);
    expect((await scene.pods()).map(({ metadata }) => metadata.labels?.["controller-revision-hash"])).toEqual([hash, hash]);
    expect(live.metadata.annotations?.["deprecated.daemonset.template.generation"]).toBe("1");
    expect(live.status).toEqual({
      observedGeneration: 1,
      currentNumberScheduled: 2,
      desiredNumberScheduled: 2,
      numberMisscheduled: 0,
      numberReady: 2,
      numberAvailable: 2,
      updatedNumberScheduled: 2,
    });
  });

  it("takes one Node after the other when its template changes", async () => {
    const scene = await aDaemonSet(cluster);
    let fewest = 2;
    const [first] = await scene.revisions();

    await scene.deploy("demo/agent:v2");
    await scene.until((live) => {
      fewest = Math.min(fewest, live.status.numberAvailable ?? 0);
      return isDaemonSetDone(live);
    });

    expect(fewest).toBe(1);
    expect(await places(scene)).toEqual(onEach("demo/agent:v2"));
    expect((await scene.live()).metadata.annotations?.["deprecated.daemonset.template.generation"]).toBe("2");
    expect(first?.revision).toBe(1);
  });

  it("K8S-25 comes back from a broken template at once, with the old revision under the next number", async () => {
    const scene = await aDaemonSet(cluster);
    const [first] = await scene.revisions();
    await scene.deploy("demo/agent:v2-noready");
    await scene.until(({ status }) => status.updatedNumberScheduled === 1 && status.numberUnavailable === 1);
    await pause(300);
    expect((await scene.live()).status).toMatchObject({ updatedNumberScheduled: 1, numberAvailable: 1, numberUnavailable: 1 });

    await scene.undoTo("demo/agent:v1");
    await scene.until();

    expect(await places(scene)).toEqual(onEach("demo/agent:v1"));
    const revisions = await scene.revisions();
    expect(revisions.map(({ revision }) => revision)).toEqual([2, 3]);
    expect(revisions[1]?.metadata.uid).toBe(first?.metadata.uid);
  });

  it("changes only the pods that somebody deletes when its strategy is OnDelete", async () => {
    const scene = await aDaemonSet(cluster, { spec: { updateStrategy: { type: "OnDelete" } } });

    await scene.deploy("demo/agent:v2");
    await scene.until(({ metadata, status }) => status.observedGeneration === metadata.generation);
    const victim = (await scene.pods()).find(({ spec }) => spec.nodeName === NODES[0]);
    await deletePod(scene.client, scene.namespace, victim?.metadata.name ?? "");
    await scene.until(({ status }) => status.updatedNumberScheduled === 1 && status.numberAvailable === 2);

    expect(await places(scene)).toEqual([`${NODES[0]} demo/agent:v2`, `${NODES[1]} demo/agent:v1`]);
  });

  it("runs only where its node selector allows", async () => {
    const scene = await aDaemonSet(cluster, { pod: { nodeSelector: { "kubernetes.io/hostname": NODES[1] } } });

    expect(await places(scene)).toEqual([`${NODES[1]} demo/agent:v1`]);
    expect((await scene.live()).status.desiredNumberScheduled).toBe(1);
  });

  it("K8S-25 does not count the pod of a Node that is not ready, and undoes on the others", async () => {
    const scene = await aDaemonSet(cluster, { spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 2 } } } });
    await scene.deploy("demo/agent:v2");
    await scene.until();
    try {
      await setNodeReady(scene.client, NODES[1] ?? "", false);
      const lost = await scene.until(({ status }) => status.numberAvailable === 1);
      expect(lost.status).toMatchObject({ desiredNumberScheduled: 1, numberMisscheduled: 1, numberAvailable: 1 });

      await scene.undoTo("demo/agent:v1");
      await scene.until();
      const stuck = (await scene.pods()).find(({ spec }) => spec.nodeName === NODES[1]);
      expect(stuck?.status.conditions?.find(({ type }) => type === "Ready")?.status).toBe("False");
    } finally {
      await setNodeReady(scene.client, NODES[1] ?? "", true);
    }

    await scene.until(
      ({ status }) => status.desiredNumberScheduled === 2 && status.updatedNumberScheduled === 2 && status.numberAvailable === 2,
    );
    expect(await places(scene)).toEqual(onEach("demo/agent:v1"));
  });

  it("takes its pods along when it is deleted", async () => {
    const scene = await aDaemonSet(cluster);

    await scene.client.delete(scene.path);
    while ((await scene.pods()).length > 0) await pause(20);

    expect(await scene.pods()).toEqual([]);
  });
});
