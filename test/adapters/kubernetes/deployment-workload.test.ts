import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ConnectToCluster, eksConnections } from "../../../functions/adapters/kubernetes/eks-connections.ts";
import { kubernetesWorkload } from "../../../functions/adapters/kubernetes/kubernetes-workload.ts";
import type { WorkloadState, WorkloadWrite } from "../../../functions/domain/workload.ts";
import type { Workload } from "../../../functions/ports/workload.ts";
import type { FaultAction } from "../../../local/cluster/front/faults.ts";
import { createDeployment, ensureNamespace, getDeployment, setImage, waitForDeployment } from "../../../local/cluster/seed.ts";
import { type RunningCluster, startCluster } from "../../../local/cluster/start-cluster.ts";
import { anIdentity } from "../aws/support/recorded-aws.ts";

const GOOD = "demo/checkout:v1";
const BAD = "demo/checkout:v2-slow";
const stamp = { execution: "rg-checkout-1", fence: 1 };

let cluster: RunningCluster;
let workload: Workload;
let name: string;
let count = 0;

beforeAll(async () => {
  const kubelet = { readyDelaySeconds: 0.05, terminationDelaySeconds: 0.05, crashAfterSeconds: 0.05, backOffSeconds: 0.1 };
  cluster = await startCluster({ eksPort: 0, kubernetesPort: 0, kubelet });
  workload = kubernetesWorkload(connectionsTo(cluster));
  await ensureNamespace(cluster.client, "demo");
});

afterAll(async () => {
  await cluster.stop();
});

beforeEach(() => {
  cluster.faults.clear();
  count += 1;
  name = `checkout-${count}`;
});

describe("read", () => {
  it("knows nothing of a Deployment that does not exist", async () => {
    expect(await workload.read(targetOf("absent"))).toBeNull();
  });

  it("sees both releases, the live one and its pods", async () => {
    await rolledOut(GOOD, BAD);

    const state = await read();

    expect(state).toMatchObject({ image: BAD, replicas: 3, paused: false, hpa: null, owner: null });
    expect(state.replicaSets.map(({ image, revision, readyReplicas }) => ({ image, revision, readyReplicas }))).toEqual([
      { image: BAD, revision: 2, readyReplicas: 3 },
      { image: GOOD, revision: 1, readyReplicas: 0 },
    ]);
    expect(state.templateHash).toBe(state.replicaSets[0]?.templateHash);
    expect(state.pods).toMatchObject([{ templateHash: state.templateHash, total: 3, ready: 3, failing: 0, reasons: [] }]);
  });

  it.each([
    { tag: "v2-crash", reason: "CrashLoopBackOff" },
    { tag: "v2-oom", reason: "OOMKilled" },
    { tag: "v2-pull", reason: "ImagePullBackOff" },
  ])("K8S-37: sees $reason under the new template alone when $tag is stuck", async ({ tag, reason }) => {
    await rolledOut(GOOD);
    await setImage(cluster.client, "demo", name, `demo/checkout:${tag}`);

    await expect.poll(read, { timeout: 10_000 }).toSatisfy(({ pods, templateHash }: WorkloadState) => {
      const failing = pods.filter((group) => group.failing > 0);
      return failing.length === 1 && failing[0]?.templateHash === templateHash && failing[0].reasons[0]?.reason === reason;
    });

    const good = (await read()).pods.find((group) => group.ready > 0);
    expect(good).toMatchObject({ ready: 3, failing: 0 });
  });
});

describe("apply", () => {
  it("K8S-01: brings the good release back, then the author's strategy", async () => {
    await rolledOut(GOOD, BAD);
    const before = await read();

    const restored = await workload.apply(targetOf(name), await restoreTemplate());
    await waitForDeployment(cluster.client, "demo", name);
    const after = await read();
    const mended = await workload.apply(targetOf(name), { kind: "restore-strategy", expect: { uid: before.uid }, stamp });

    expect(restored).toMatchObject({ outcome: "applied", generation: before.generation + 1 });
    expect(after).toMatchObject({ image: GOOD, replicas: 3, strategy: { maxSurge: "100%", maxUnavailable: "0" } });
    expect(after.templateHash).toBe(before.replicaSets[1]?.templateHash);
    expect(after.generation).toBe(before.generation + 1);
    expect(mended).toMatchObject({ outcome: "applied", generation: before.generation + 2 });
    expect(await read()).toMatchObject({
      strategy: before.strategy,
      stamps: { execution: stamp.execution, fence: stamp.fence, savedStrategy: null },
    });
  });

  it("restores a replica count", async () => {
    await rolledOut(GOOD);
    const { uid, generation } = await read();

    const result = await workload.apply(targetOf(name), { kind: "restore-scale", replicas: 5, expect: { uid, generation }, stamp });

    expect(result).toMatchObject({ outcome: "applied", generation: generation + 1 });
    await waitForDeployment(cluster.client, "demo", name);
    expect((await read()).status.availableReplicas).toBe(5);
  });

  it("K8S-11: leaves v3 alone that a human deployed after the assessment", async () => {
    await rolledOut(GOOD, BAD);
    const write = await restoreTemplate();
    await setImage(cluster.client, "demo", name, "demo/checkout:v3");

    expect(await workload.apply(targetOf(name), write)).toMatchObject({ outcome: "superseded" });

    expect((await read()).image).toBe("demo/checkout:v3");
  });

  it("K8S-13: refuses a paused Deployment", async () => {
    await rolledOut(GOOD, BAD);
    await cluster.client.patch(`/apis/apps/v1/namespaces/demo/deployments/${name}`, { spec: { paused: true } });

    expect(await workload.apply(targetOf(name), await restoreTemplate())).toMatchObject({ outcome: "refused" });
  });

  it("K8S-10: lets one of two racing executions write", async () => {
    await rolledOut(GOOD, BAD);
    const write = await restoreTemplate();
    const rival: WorkloadWrite = { ...write, stamp: { execution: "rg-checkout-2", fence: 2 } };

    const results = await Promise.all([workload.apply(targetOf(name), write), workload.apply(targetOf(name), rival)]);

    expect(results.filter(({ outcome }) => outcome === "applied")).toHaveLength(1);
    const { metadata } = await getDeployment(cluster.client, "demo", name);
    expect(metadata.generation).toBe((write.kind === "restore-template" ? write.expect.generation : 0) + 1);
  });
});

describe("faults", () => {
  it("K8S-09: makes one template change when the answer to the PATCH is lost", async () => {
    await rolledOut(GOOD, BAD);
    const write = await restoreTemplate();
    const fault = plant({ kind: "drop-after-apply" }, "PATCH");

    const first = await workload.apply(targetOf(name), write);
    const again = await workload.apply(targetOf(name), write);

    expect(fault()).toBe(1);
    expect(first.outcome).toBe("applied");
    expect(again).toMatchObject({ outcome: "already-applied", generation: first.generation });
  });

  it.each<{ what: string; action: FaultAction }>([
    { what: "a reset", action: { kind: "drop-before-apply" } },
    { what: "503", action: { kind: "status", code: 503 } },
    { what: "500", action: { kind: "status", code: 500 } },
  ])("K8S-28: is transient after $what to the PATCH, and the next try writes", async ({ action }) => {
    await rolledOut(GOOD, BAD);
    const write = await restoreTemplate();
    const fault = plant(action, "PATCH");

    await expect(workload.apply(targetOf(name), write)).rejects.toMatchObject({ name: "TransientUpstreamError" });

    expect(fault()).toBe(1);
    expect(await workload.apply(targetOf(name), write)).toMatchObject({ outcome: "applied" });
  });

  it("K8S-28: waits when it is told to", async () => {
    await rolledOut(GOOD, BAD);
    const write = await restoreTemplate();
    const fault = plant({ kind: "status", code: 429, retryAfterSeconds: 1 }, "PATCH");

    expect(await workload.apply(targetOf(name), write)).toMatchObject({ outcome: "applied" });

    expect(fault()).toBe(1);
  });
});

describe("access", () => {
  it("K8S-27: names the rule that a read-only role misses", async () => {
    const readers = await startCluster({ eksPort: 0, kubernetesPort: 0, kubelet: false, unknownKeys: { groups: ["rollguard:read"] } });
    const reader = kubernetesWorkload(connectionsTo(readers));
    await ensureNamespace(readers.client, "demo");
    await createDeployment(readers.client, { namespace: "demo", name, image: GOOD });
    const target = targetOf(name);
    const { uid = "", generation = 0 } = (await reader.read(target)) ?? {};

    await expect(reader.apply(target, { kind: "restore-scale", replicas: 2, expect: { uid, generation }, stamp })).rejects.toMatchObject({
      name: "PermissionError",
      message: expect.stringContaining('resources: ["deployments"], verbs: ["patch"]'),
    });

    await readers.stop();
  });

  it("says which cluster does not exist", async () => {
    await expect(workload.read({ ...targetOf(name), cluster: "typo" })).rejects.toMatchObject({
      name: "InvalidInputError",
      message: expect.stringContaining("typo"),
    });
  });
});

function targetOf(name: string) {
  return { cluster: cluster.clusterName, namespace: "demo", kind: "Deployment" as const, name };
}

/** Deploys the images one after the other and waits for each. */
async function rolledOut(first: string, ...later: readonly string[]): Promise<void> {
  await createDeployment(cluster.client, { namespace: "demo", name, image: first, replicas: 3 });
  await waitForDeployment(cluster.client, "demo", name);
  for (const image of later) {
    await setImage(cluster.client, "demo", name, image);
    await waitForDeployment(cluster.client, "demo", name);
  }
}

async function read(): Promise<WorkloadState> {
  const state = await workload.read(targetOf(name));
  if (state === null) throw new Error(`there is no Deployment ${name}`);
  return state;
}

/** The write that an assessment of what is live now leads to. */
async function restoreTemplate(): Promise<WorkloadWrite> {
  const { uid, generation, replicaSets } = await read();
  const good = replicaSets.find((replicaSet) => replicaSet.image === GOOD);
  const { name: replicaSet = "", templateHash = "" } = good ?? {};
  return { kind: "restore-template", replicaSet, templateHash, expect: { uid, generation }, stamp };
}

/** Plants a fault for one request; the result tells how often it struck. */
function plant(action: FaultAction, method: string): () => number {
  const fault = cluster.faults.add({ action, method });
  return () => cluster.faults.list().find(({ id }) => id === fault.id)?.hits ?? 0;
}

function connectionsTo({ eksUrl }: RunningCluster): ConnectToCluster {
  return eksConnections({ identity: anIdentity(), environment: { AWS_ENDPOINT_URL_EKS: eksUrl } });
}
