import { describe, expect, it } from "vitest";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { followObjects } from "../../../local/cluster/follow-objects.ts";
import { behaviourOfImage, terminationSecondsOf } from "../../../local/cluster/kubelet/pod-behaviour.ts";
import { startKubelet } from "../../../local/cluster/kubelet.ts";
import type { ContainerStatus, KubernetesObject, Pod } from "../../../local/cluster/objects.ts";
import { podsPath } from "../../../local/cluster/seed.ts";
import { aSimulatedCluster, NAMESPACE } from "../../support/cluster/simulated-cluster.ts";

const PODS = podsPath(NAMESPACE);

const aPod = (client: ClusterClient, name: string, image: string, annotations: Record<string, string> = {}): Promise<Pod> =>
  client.post<Pod>(PODS, { metadata: { name, annotations }, spec: { containers: [{ name: "app", image }] } });

/** Resolves with the first pod of this name that is as wanted. */
function podThat(client: ClusterClient, name: string, wanted: (pod: Pod) => boolean): Promise<Pod> {
  return new Promise((resolve) => {
    const follower = followObjects<Pod>(client, PODS, (_change, pod) => {
      if (pod.metadata.name !== name || !wanted(pod)) return;
      follower.stop();
      resolve(pod);
    });
  });
}

const container = (pod: Pod): ContainerStatus | undefined => pod.status.containerStatuses?.[0];
const isReady = (pod: Pod): boolean => container(pod)?.ready === true;
const waitsFor =
  (reason: string) =>
  (pod: Pod): boolean =>
    container(pod)?.state.waiting?.reason === reason;

describe("the word in an image's tag", () => {
  it.each([
    ["demo/web:v2", "healthy"],
    ["demo/web:v2-slow", "healthy"],
    ["demo/web:v2-crash", "crash"],
    ["registry:5000/demo/web:2.1-rc-oom", "oom"],
    ["demo/web:pull", "pull"],
    ["demo/web:v2-noready@sha256:abc", "noready"],
    ["demo/web", "healthy"],
    ["registry-crash:5000/web", "healthy"],
  ])("%s makes a pod %s", (image, behaviour) => {
    expect(behaviourOfImage(image)).toBe(behaviour);
  });
});

describe("how long a pod takes to go", () => {
  const going = (lifecycle: unknown, { delay, grace }: { delay?: string; grace?: number }): Pod =>
    ({
      metadata: {
        annotations: delay === undefined ? {} : { "rollguard.dev/termination-delay-seconds": delay },
        ...(grace === undefined ? {} : { deletionGracePeriodSeconds: grace }),
      },
      spec: { containers: [{ name: "app", image: "x", ...(lifecycle ? { lifecycle } : {}) }] },
    }) as unknown as Pod;

  it.each([
    ["the kubelet's own delay", undefined, {}, 0.5],
    ["its own delay", undefined, { delay: "2" }, 2],
    ["the sleep of its preStop hook on top", { preStop: { sleep: { seconds: 10 } } }, { delay: "2", grace: 30 }, 12],
    ["a sleep in a command", { preStop: { exec: { command: ["/bin/sh", "-c", "sleep 15"] } } }, { grace: 30 }, 15.5],
    ["no more than its grace period", { preStop: { sleep: { seconds: 60 } } }, { grace: 30 }, 30],
  ])("is %s", (_what, lifecycle, timing, seconds) => {
    expect(terminationSecondsOf(going(lifecycle, timing), 0.5)).toBe(seconds);
  });
});

describe("the kubelet model", () => {
  it("puts a healthy pod on its Node and makes it ready after the delay of its annotation", async () => {
    const { client } = await aSimulatedCluster();
    const started = performance.now();

    await aPod(client, "web", "demo/web:v1", { "rollguard.dev/ready-delay-seconds": "0.2" });
    const pod = await podThat(client, "web", isReady);

    expect(performance.now() - started).toBeGreaterThan(195);
    expect(pod.spec.nodeName).toMatch(/^rollguard-node-/);
    expect(pod.status).toMatchObject({ phase: "Running", hostIP: "127.0.0.1" });
    expect(container(pod)?.imageID).toMatch(/^demo\/web@sha256:[0-9a-f]{64}$/);
    const node = await client.get(`/api/v1/nodes/${pod.spec.nodeName}`);
    expect(node.metadata.labels).toMatchObject({ "rollguard.dev/kubelet-model": "true" });
  });

  it("lets a crashing pod alternate between running, terminated and CrashLoopBackOff", async () => {
    const { client } = await aSimulatedCluster();

    await aPod(client, "web", "demo/web:v2-crash");
    const waiting = await podThat(client, "web", waitsFor("CrashLoopBackOff"));
    const again = await podThat(
      client,
      "web",
      (pod) => (container(pod)?.restartCount ?? 0) >= 2 && container(pod)?.state.running !== undefined,
    );

    expect(container(waiting)).toMatchObject({
      restartCount: 1,
      ready: false,
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    });
    expect(container(again)).toMatchObject({ ready: false, lastState: { terminated: { exitCode: 1 } } });
  });

  it("kills a pod that runs out of memory with 137 OOMKilled", async () => {
    const { client } = await aSimulatedCluster();

    await aPod(client, "web", "demo/web:v2-oom");
    const pod = await podThat(client, "web", waitsFor("CrashLoopBackOff"));

    expect(container(pod)?.lastState.terminated).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  });

  it("leaves a pod whose image cannot be pulled Pending, with its message", async () => {
    const { client } = await aSimulatedCluster();

    await aPod(client, "web", "demo/web:v2-pull");
    const pod = await podThat(client, "web", waitsFor("ImagePullBackOff"));

    expect(pod.status.phase).toBe("Pending");
    expect(container(pod)).toMatchObject({ imageID: "", state: { waiting: { message: 'Back-off pulling image "demo/web:v2-pull"' } } });
  });

  it("runs a pod that never gets ready", async () => {
    const { client } = await aSimulatedCluster();

    await aPod(client, "web", "demo/web:v2-noready");
    const pod = await podThat(client, "web", ({ status }) => status.phase === "Running");

    expect(pod.status.conditions?.find(({ type }) => type === "Ready")).toMatchObject({ status: "False", reason: "ContainersNotReady" });
  });

  it("lets a pod terminate before it is gone", async () => {
    const { client } = await aSimulatedCluster({ kubelet: { terminationDelaySeconds: 0.1 } });
    await aPod(client, "web", "demo/web:v1");
    await podThat(client, "web", isReady);

    await client.delete(`${PODS}/web`);
    const terminating = await client.get<Pod>(`${PODS}/web`);
    const started = performance.now();
    while (await client.find(`${PODS}/web`)) await new Promise((resolve) => setTimeout(resolve, 5));

    expect(terminating.metadata.deletionGracePeriodSeconds).toBe(30);
    expect(isReady(terminating)).toBe(true);
    expect(performance.now() - started).toBeGreaterThan(90);
  });

  it("says Unschedulable when its Nodes are full, and goes on when one pod leaves", async () => {
    const { client } = await aSimulatedCluster({ kubelet: { podCapacity: 1 } });
    await aPod(client, "first", "demo/web:v1");
    await podThat(client, "first", isReady);

    await aPod(client, "second", "demo/web:v1");
    const refused = await podThat(client, "second", ({ status }) => status.conditions?.[0]?.reason === "Unschedulable");
    await client.delete(`${PODS}/first`);
    const placed = await podThat(client, "second", isReady);

    expect(refused.status.conditions?.[0]?.message).toBe("0/2 nodes are available: 2 Too many pods.");
    expect(refused.status.phase).toBe("Pending");
    expect(placed.spec.nodeName).toMatch(/^rollguard-node-/);
  });

  it("does not touch pods in other namespaces or on other Nodes", async () => {
    const { client } = await aSimulatedCluster();
    await client.post("/api/v1/namespaces", { metadata: { name: "theirs" } });
    const spec = { containers: [{ name: "app", image: "demo/web:v1" }] };

    await client.post("/api/v1/namespaces/theirs/pods", { metadata: { name: "web" }, spec });
    await client.post(PODS, { metadata: { name: "elsewhere" }, spec: { ...spec, nodeName: "their-node" } });
    await aPod(client, "ours", "demo/web:v1");
    await podThat(client, "ours", isReady);

    expect((await client.get<Pod>("/api/v1/namespaces/theirs/pods/web")).status).toEqual({ phase: "Pending", qosClass: "BestEffort" });
    expect((await client.get<Pod>(`${PODS}/elsewhere`)).status).toEqual({ phase: "Pending", qosClass: "BestEffort" });
  });

  it("starts to play a namespace once it is labelled", async () => {
    const { client } = await aSimulatedCluster();
    await client.post("/api/v1/namespaces", { metadata: { name: "late" } });
    const spec = { containers: [{ name: "app", image: "demo/web:v1" }] };
    await client.post("/api/v1/namespaces/late/pods", { metadata: { name: "web" }, spec });

    await client.patch("/api/v1/namespaces/late", { metadata: { labels: { "rollguard.dev/kubelet-model": "enabled" } } });
    const bound = await new Promise<Pod>((resolve) => {
      const follower = followObjects<Pod>(client, "/api/v1/namespaces/late/pods", (_change, pod) => {
        if (!isReady(pod)) return;
        follower.stop();
        resolve(pod);
      });
    });

    expect(bound.status.phase).toBe("Running");
  });

  it("refuses to take over a Node that is not its own", async () => {
    const { client } = await aSimulatedCluster({ kubelet: false });
    await client.post<KubernetesObject>("/api/v1/nodes", { metadata: { name: "rollguard-node-1" } });

    await expect(startKubelet(client)).rejects.toThrow('Node "rollguard-node-1" exists and is not the kubelet model\'s');
  });
});

describe("the log of a pod", () => {
  it("tells how the previous container ended, and is 400 when there was none", async () => {
    const { client } = await aSimulatedCluster();
    await aPod(client, "bad", "demo/web:v2-crash");
    await aPod(client, "good", "demo/web:v1", { "rollguard.dev/log": "one\ntwo\nthree" });
    await podThat(client, "bad", waitsFor("CrashLoopBackOff"));
    await podThat(client, "good", isReady);

    expect(await client.get(`${PODS}/bad/log?previous=true`)).toBe(
      "starting demo/web:v2-crash\nfatal: the process ended by itself, exit code 1\n",
    );
    expect(await client.get(`${PODS}/good/log?tailLines=2`)).toBe("two\nthree\n");
    await expect(client.get(`${PODS}/good/log?previous=true`)).rejects.toMatchObject({ code: 400 });
  });
});
