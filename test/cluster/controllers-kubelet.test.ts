import { describe, expect, it } from "vitest";
import { cluster } from "../support/cluster/controller-sizes.ts";
import { appOf, isReady, PodScene } from "../support/cluster/pod-scene.ts";

const start = (seed: Parameters<typeof PodScene.start>[1]) => PodScene.start(cluster, seed);

describe("an init container", () => {
  it("runs before the others, which wait for it", async () => {
    const pod = await start({ spec: { initContainers: [{ name: "migrate", image: "demo/migrate:v1" }] } });

    const before = await pod.until(({ status }) => status.initContainerStatuses?.[0]?.state.running !== undefined);
    const after = await pod.untilReady();

    expect(before.status.phase).toBe("Pending");
    expect(appOf(before)?.state.waiting?.reason).toBe("PodInitializing");
    expect(after.status.initContainerStatuses?.[0]).toMatchObject({ state: { terminated: { exitCode: 0, reason: "Completed" } } });
  });

  it("that fails keeps the pod Pending and is tried again and again", async () => {
    const pod = await start({ spec: { initContainers: [{ name: "migrate", image: "demo/migrate:v1-crash" }] } });

    const looping = await pod.until(({ status }) => status.initContainerStatuses?.[0]?.state.waiting?.reason === "CrashLoopBackOff");

    expect(looping.status.phase).toBe("Pending");
    expect(looping.status.conditions?.find(({ type }) => type === "Initialized")).toMatchObject({
      status: "False",
      reason: "ContainersNotInitialized",
      message: "containers with incomplete status: [migrate]",
    });
    expect(appOf(looping)?.state.waiting?.reason).toBe("PodInitializing");
  });
});

describe("a container", () => {
  it("that fails its liveness probe is killed with 137, which is no lack of memory", async () => {
    const pod = await start({ image: "demo/web:v2-liveness" });

    const killed = await pod.untilWaiting("CrashLoopBackOff");
    const events = await pod.eventsWith("Killing");

    expect(appOf(killed)?.lastState.terminated).toMatchObject({ exitCode: 137, reason: "Error" });
    expect(events).toContain("Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500");
    expect(events).toContain("Killing: Container app failed liveness probe, will be restarted");
  });

  it("may crash alone while its neighbour runs", async () => {
    const containers = [
      { name: "app", image: "demo/web:v1" },
      { name: "proxy", image: "demo/proxy:v1-crash" },
    ];
    const pod = await start({ spec: { containers } });

    const looping = await pod.until(({ status }) => status.containerStatuses?.[1]?.state.waiting?.reason === "CrashLoopBackOff");
    const settled = await pod.until((seen) => appOf(seen)?.ready === true);

    expect(looping.status.phase).toBe("Running");
    expect(isReady(settled)).toBe(false);
    expect(settled.status.conditions?.find(({ type }) => type === "Ready")?.message).toBe("containers with unready status: [proxy]");
  });

  it.each([
    { image: "demo/job:v1-exit0", phase: "Succeeded", exitCode: 0, reason: "Completed" },
    { image: "demo/job:v1-exit1", phase: "Failed", exitCode: 1, reason: "Error" },
  ])("$image that is not restarted leaves its pod $phase", async ({ image, phase, exitCode, reason }) => {
    const pod = await start({ image, spec: { restartPolicy: "Never" } });

    const ended = await pod.until(({ status }) => status.phase === phase);

    expect(appOf(ended)?.state.terminated).toMatchObject({ exitCode, reason });
  });

  it("writes a log that the API serves, of this run and of the one before", async () => {
    const pod = await start({ image: "demo/web:v1-crash" });
    const good = await start({ annotations: { "rollguard.dev/log": "one\ntwo\nthree" } });
    await pod.untilWaiting("CrashLoopBackOff");
    await good.untilReady();

    expect(await pod.log("?previous=true")).toBe("starting demo/web:v1-crash\nfatal: the process ended by itself, exit code 1\n");
    expect(await good.log("?tailLines=2")).toBe("two\nthree\n");
    await expect(good.log("?previous=true")).rejects.toMatchObject({ code: 400 });
  });
});

describe("the digest of an image", () => {
  it("follows from its text, or is the one that it names", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const [first, second, named] = await Promise.all([start({}), start({}), start({ image: `demo/web@${digest}` })]);

    const ids = [];
    for (const pod of [first, second, named]) ids.push(appOf(await pod.untilReady())?.imageID);

    expect(ids[0]).toMatch(/^demo\/web@sha256:[0-9a-f]{64}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).toBe(`demo/web@${digest}`);
  });

  it("K8S-18 changes for new pods when the tag is pushed again", async () => {
    const image = "demo/web:latest";
    const before = await (await start({ image })).untilReady();

    cluster.kubelet.retag(image, "second");
    const after = await (await start({ image })).untilReady();

    expect(appOf(after)?.image).toBe(image);
    expect(appOf(after)?.imageID).not.toBe(appOf(before)?.imageID);
  });
});

describe("a pod", () => {
  it("that is evicted has failed, with the Node's reason", async () => {
    const pod = await start({});
    await pod.untilReady();

    await pod.patch({ metadata: { annotations: { "rollguard.dev/evict": "memory" } } });
    const evicted = await pod.until(({ status }) => status.phase === "Failed");

    expect(evicted.status).toMatchObject({ reason: "Evicted", message: "The node was low on resource: memory. " });
    expect(evicted.status.conditions?.find(({ type }) => type === "DisruptionTarget")).toMatchObject({ reason: "TerminationByKubelet" });
  });

  it.each([
    {
      why: "a Node with a label that none has",
      spec: { nodeSelector: { disk: "fast" } },
      message: "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
    },
    {
      why: "a claim that is not there",
      spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "none" } }] },
      message: '0/2 nodes are available: persistentvolumeclaim "none" not found.',
    },
  ])("K8S-21 that needs $why is Unschedulable", async ({ spec, message }) => {
    const pod = await start({ spec });

    const refused = await pod.until(({ status }) => status.conditions?.[0]?.reason === "Unschedulable");

    expect(refused.status.conditions?.[0]?.message).toBe(message);
    expect(await pod.eventsWith("FailedScheduling")).toContain(`FailedScheduling: ${message}`);
  });

  it("K8S-21 that asks for more memory than any Node has is Unschedulable", async () => {
    const pod = await start({ container: { resources: { requests: { memory: "1Ti" } } } });

    const refused = await pod.until(({ status }) => status.conditions?.[0]?.reason === "Unschedulable");

    expect(refused.status.conditions?.[0]?.message).toBe("0/2 nodes are available: 2 Insufficient memory.");
  });

  it("waits for its claim to be bound: at once for the model's storage class, never for another", async () => {
    const claims = `/api/v1/namespaces/${cluster.namespace}/persistentvolumeclaims`;
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    await cluster.client.post(claims, { metadata: { name: "good" }, spec: { ...spec, storageClassName: "demo" } });
    await cluster.client.post(claims, { metadata: { name: "bad" }, spec: { ...spec, storageClassName: "none" } });
    const withClaim = (claimName: string) => start({ spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] } });

    const [good, bad] = [await withClaim("good"), await withClaim("bad")];
    await good.untilReady();
    const refused = await bad.until(({ status }) => status.conditions?.[0]?.reason === "Unschedulable");

    expect(refused.status.conditions?.[0]?.message).toContain("pod has unbound immediate PersistentVolumeClaims");
    // a real server keeps claims that nobody protects here from going away
    for (const name of ["good", "bad"]) await cluster.client.patch(`${claims}/${name}`, { metadata: { finalizers: null } });
  });

  it("is ready only when its readiness gate holds", async () => {
    const pod = await start({ spec: { readinessGates: [{ conditionType: "demo/target-health" }] } });
    const gated = await pod.until((seen) => appOf(seen)?.ready === true);

    const target = { type: "demo/target-health", status: "True" };
    await cluster.client.patch(`${pod.path}/status`, { status: { conditions: [...(gated.status.conditions ?? []), target] } });
    await pod.untilReady();

    expect(gated.status.conditions?.find(({ type }) => type === "Ready")?.reason).toBe("ReadinessGatesNotReady");
  });
});
