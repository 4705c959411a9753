import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { KubernetesObject, Pod } from "../../local/cluster/objects.ts";
import { podsOfDeployment, podsPath, replicaSetsPath } from "../../local/cluster/seed.ts";
import { waitForObject } from "../../local/cluster/wait-for-object.ts";
import type { HorizontalPodAutoscaler, Job, ResourceQuota } from "../../local/cluster/workload-objects.ts";
import { eventsAbout, jobsPath } from "../../local/cluster/workload-seed.ts";
import { cluster } from "../support/cluster/controller-sizes.ts";
import { conditionText, DeploymentScene } from "../support/cluster/deployment-scene.ts";

const core = (plural: string): string => `/api/v1/namespaces/${cluster.namespace}/${plural}`;

interface Endpoints extends KubernetesObject {
  subsets?: { addresses?: { ip: string; targetRef: { name: string } }[]; notReadyAddresses?: unknown[]; ports: unknown[] }[];
}

const readyNames = ({ subsets = [] }: Endpoints): string[] =>
  subsets.flatMap(({ addresses = [] }) => addresses.map(({ targetRef }) => targetRef.name)).sort();

describe("Endpoints", () => {
  it("list the ready pods that the Service selects, and the others as not ready", async () => {
    const scene = await DeploymentScene.start(cluster, { replicas: 2 });
    const ports = [{ port: 80, targetPort: 8080 }];
    await cluster.client.post(core("services"), { metadata: { name: scene.name }, spec: { selector: { app: scene.name }, ports } });
    const until = (test: (endpoints: Endpoints) => boolean) =>
      waitForObject<Endpoints>(cluster.client, core("endpoints"), scene.name, { until: test });

    const first = await until((endpoints) => readyNames(endpoints).length === 2);
    const pods = await podsOfDeployment(cluster.client, cluster.namespace, scene.name);
    expect(readyNames(first)).toEqual(pods.map(({ metadata }) => metadata.name).sort());
    expect(first.subsets?.[0]?.ports).toEqual([{ port: 8080, protocol: "TCP" }]);

    await scene.patch({ spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } });
    await scene.deploy("demo/web:v2-noready");
    const mixed = await until(({ subsets }) => subsets?.[0]?.notReadyAddresses?.length === 1);
    expect(readyNames(mixed)).toHaveLength(2);
    await cluster.client.delete(scene.path);
    await until(({ subsets = [] }) => subsets.length === 0);
  });

  it("follow the Service's selector", async () => {
    const [blue, green] = [await DeploymentScene.start(cluster, { replicas: 1 }), await DeploymentScene.start(cluster, { replicas: 1 })];
    const service = `${core("services")}/shop`;
    await cluster.client.post(core("services"), {
      metadata: { name: "shop" },
      spec: { selector: { app: blue.name }, ports: [{ port: 80 }] },
    });
    const until = (prefix: string) =>
      waitForObject<Endpoints>(cluster.client, core("endpoints"), "shop", {
        until: (endpoints) => readyNames(endpoints).length === 1 && readyNames(endpoints)[0]?.startsWith(prefix) === true,
      });
    await until(blue.name);

    await cluster.client.patch(service, { spec: { selector: { app: green.name } } });

    expect(readyNames(await until(green.name))).toHaveLength(1);
  });
});

describe("a ResourceQuota", () => {
  it("K8S-20 counts pods, blocks the next one with FailedCreate, and lets it through when there is room", async () => {
    const scene = await DeploymentScene.start(cluster, { replicas: 2 });
    const running = (await cluster.client.list<Pod>(podsPath(cluster.namespace))).length;
    await cluster.client.post(core("resourcequotas"), { metadata: { name: "tight" }, spec: { hard: { pods: String(running) } } });
    const counted = await waitForObject<ResourceQuota>(cluster.client, core("resourcequotas"), "tight", {
      until: ({ status }) => status?.used?.pods === String(running),
    });
    expect(counted.status?.hard).toEqual({ pods: String(running) });

    await scene.client.patch(`${scene.path}/scale`, { spec: { replicas: 3 } });
    await scene.until((deployment) => conditionText(deployment, "ReplicaFailure") === "True FailedCreate");
    const [replicaSet] = await scene.replicaSets();
    const name = replicaSet?.metadata.name ?? "";
    const failed = await waitForObject(cluster.client, replicaSetsPath(cluster.namespace), name, {
      until: ({ status }) => JSON.stringify(status).includes("ReplicaFailure"),
    });
    const events = await eventsAbout(cluster.client, cluster.namespace, name);
    const words = `is forbidden: exceeded quota: tight, requested: pods=1, used: pods=${running}, limited: pods=${running}`;
    expect(JSON.stringify(failed.status)).toContain(words);
    expect(events.some((event) => event.startsWith(`FailedCreate: Error creating: pods "${name}-`) && event.endsWith(words))).toBe(true);

    await cluster.client.patch(`${core("resourcequotas")}/tight`, { spec: { hard: { pods: String(running + 5) } } });
    const healed = await scene.until(({ status }) => status.availableReplicas === 3);
    await scene.until((deployment) => conditionText(deployment, "ReplicaFailure") === "absent");
    expect(healed.status.replicas).toBe(3);
    await cluster.client.delete(`${core("resourcequotas")}/tight`);
  });
});

describe("an autoscaler", () => {
  it("K8S-14 brings its target to its minimum through /scale, metrics or not", async () => {
    const scene = await DeploymentScene.start(cluster, { replicas: 1 });
    const autoscalers = `/apis/autoscaling/v1/namespaces/${cluster.namespace}/horizontalpodautoscalers`;
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: scene.name };
    await cluster.client.post(autoscalers, { metadata: { name: scene.name }, spec: { scaleTargetRef, minReplicas: 3, maxReplicas: 4 } });
    await scene.until(({ status }) => status.availableReplicas === 3, 40);
    const autoscaler = await waitForObject<HorizontalPodAutoscaler>(cluster.client, autoscalers, scene.name, {
      until: ({ status }) => status?.desiredReplicas === 3,
    });

    expect(autoscaler.status?.lastScaleTime).toBeTypeOf("string");
    expect(await eventsAbout(cluster.client, cluster.namespace, scene.name)).toContain(
      "SuccessfulRescale: New size: 3; reason: Current number of replicas below Spec.MinReplicas",
    );
    await cluster.client.delete(`${autoscalers}/${scene.name}`);
  }, 60_000);
});

describe("a Job", () => {
  const aJob = (name: string, image: string, spec: Record<string, unknown> = {}) =>
    cluster.client.post<Job>(jobsPath(cluster.namespace), {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name },
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "app", image }] } }, ...spec },
    });
  const ended = (name: string) =>
    waitForObject<Job>(cluster.client, jobsPath(cluster.namespace), name, {
      until: ({ status }) => status?.conditions?.some(({ status: holds }) => holds === "True") ?? false,
    });

  it("is complete when its pod has succeeded", async () => {
    await aJob("good", "demo/check:v1-exit0");

    const job = await ended("good");

    expect(job.status).toMatchObject({ succeeded: 1, conditions: [{ type: "Complete", status: "True" }] });
    expect(job.status?.completionTime).toBeTypeOf("string");
  });

  it("has failed when its backoff limit is exceeded", async () => {
    await aJob("bad", "demo/check:v1-exit1", { backoffLimit: 0 });

    const job = await ended("bad");

    expect(job.status).toMatchObject({
      failed: 1,
      conditions: [{ type: "Failed", reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" }],
    });
  });
});

describe("a pod whose label is taken away", () => {
  it("is released by its ReplicaSet, which makes another", async () => {
    const scene = await DeploymentScene.start(cluster, { replicas: 2 });
    const [kept] = await podsOfDeployment(cluster.client, cluster.namespace, scene.name);

    await cluster.client.patch(`${podsPath(cluster.namespace)}/${kept?.metadata.name}`, {
      metadata: { labels: { "pod-template-hash": null } },
    });
    const released = await waitForObject<Pod>(cluster.client, podsPath(cluster.namespace), kept?.metadata.name ?? "", {
      until: ({ metadata }) => !metadata.ownerReferences?.length,
    });
    while ((await podsOfDeployment(cluster.client, cluster.namespace, scene.name)).length < 3) await pause(20);
    await scene.until();

    expect(released.metadata.deletionTimestamp).toBeUndefined();
  });
});
