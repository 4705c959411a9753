import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../local/cluster/objects.ts";
import { CRD_NAMES, customPath, installCrds, readCrd } from "../support/cluster/crds/install-crds.ts";
import { eitherCluster } from "../support/cluster/either-cluster.ts";
import { eventually } from "./support/eventually.ts";

const cluster = eitherCluster("served");

interface GroupList {
  groups: { name: string; preferredVersion: { version: string }; versions: { version: string }[] }[];
}

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
}

interface Autoscaler extends KubernetesObject {
  spec: { minReplicas: number; targetCPUUtilizationPercentage?: number; metrics?: unknown[]; behavior?: unknown };
}

async function versionsOf(group: string): Promise<string[]> {
  const { groups } = await cluster.client.get<GroupList>("/apis");
  return groups.find(({ name }) => name === group)?.versions.map(({ version }) => version) ?? [];
}

describe("custom resource definitions", () => {
  it("are served once they are installed, by every version, with the subresources they declare", async () => {
    await installCrds(cluster.client);

    const argo = await cluster.client.get<ResourceList>("/apis/argoproj.io/v1alpha1");

    expect(await versionsOf("networking.istio.io")).toEqual(["v1", "v1beta1"]);
    expect(argo.resources.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "rollouts",
        "rollouts/status",
        "rollouts/scale",
        "applications",
        "applicationsets",
        "applicationsets/status",
      ]),
    );
    expect(argo.resources.map(({ name }) => name)).not.toContain("applications/status");
  });

  it.each(CRD_NAMES)("of %s can be listed in a namespace", async (name) => {
    await installCrds(cluster.client, [name]);

    const list = await cluster.client.get<KubernetesObject & { items: unknown[] }>(customPath(name, cluster.namespace));

    expect(list).toMatchObject({ kind: `${readCrd(name).spec.names.kind}List`, items: [] });
  });

  it("stay as they are when they are installed again", async () => {
    await installCrds(cluster.client, ["httproutes"]);

    await expect(installCrds(cluster.client, ["httproutes"])).resolves.toBeUndefined();
  });

  it("take their objects along when they go", async () => {
    const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const name = `widgets.${cluster.namespace}.example.com`;
    const group = `${cluster.namespace}.example.com`;
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    await cluster.client.post(definitions, {
      metadata: { name },
      spec: {
        group,
        scope: "Namespaced",
        names: { plural: "widgets", kind: "Widget" },
        versions: [{ name: "v1", served: true, storage: true, schema }],
      },
    });
    const path = `/apis/${group}/v1/namespaces/${cluster.namespace}/widgets`;
    const widget = { apiVersion: `${group}/v1`, kind: "Widget", metadata: { name: "one" }, anything: { goes: true } };
    await eventually(
      "a widget can be made",
      async () => (await cluster.client.transport.send({ method: "POST", path, body: widget })).code === 201,
    );
    expect(await cluster.client.get(`${path}/one`)).toMatchObject({ anything: { goes: true } });

    await cluster.client.delete(`${definitions}/${name}`);

    await eventually("the group is gone", async () => (await versionsOf(group)).length === 0);
    expect((await cluster.client.transport.send({ method: "GET", path })).code).toBe(404);
  });
});

describe("discovery", () => {
  it.each([
    { group: "autoscaling", resource: "horizontalpodautoscalers" },
    { group: "policy", resource: "poddisruptionbudgets" },
    { group: "discovery.k8s.io", resource: "endpointslices" },
    { group: "networking.k8s.io", resource: "ingresses" },
    { group: "scheduling.k8s.io", resource: "priorityclasses" },
    { group: "apps", resource: "statefulsets" },
  ])("says in which versions $resource are served", async ({ group, resource }) => {
    const versions = await versionsOf(group);
    const lists = await Promise.all(versions.map((version) => cluster.client.get<ResourceList>(`/apis/${group}/${version}`)));

    expect(versions.length).toBeGreaterThan(0);
    expect(lists.some(({ resources }) => resources.some(({ name }) => name === resource))).toBe(true);
  });
});

describe("an autoscaler", () => {
  it("is one object in two versions: CPU target as a field and as a metric, behaviour as an annotation and as a field", async () => {
    const versions = await versionsOf("autoscaling");
    const newest = versions.includes("v2") ? "v2" : "v2beta2";
    const pathIn = (version: string): string => `/apis/autoscaling/${version}/namespaces/${cluster.namespace}/horizontalpodautoscalers`;
    await cluster.client.post(pathIn("v1"), {
      metadata: { name: "web" },
      spec: {
        minReplicas: 2,
        maxReplicas: 5,
        targetCPUUtilizationPercentage: 70,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "none" },
      },
    });

    await cluster.client.patch(`${pathIn(newest)}/web`, { spec: { behavior: { scaleDown: { selectPolicy: "Disabled" } } } });

    const [first, second] = [
      await cluster.client.get<Autoscaler>(`${pathIn("v1")}/web`),
      await cluster.client.get<Autoscaler>(`${pathIn(newest)}/web`),
    ];
    expect(first).toMatchObject({ apiVersion: "autoscaling/v1", spec: { minReplicas: 2, targetCPUUtilizationPercentage: 70 } });
    expect(first.spec).not.toHaveProperty("behavior");
    expect(JSON.parse(first.metadata.annotations?.["autoscaling.alpha.kubernetes.io/behavior"] ?? "{}")).toMatchObject({
      ScaleDown: { SelectPolicy: "Disabled" },
    });
    expect(second).toMatchObject({
      spec: {
        minReplicas: 2,
        metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }],
        behavior: { scaleDown: { selectPolicy: "Disabled" }, scaleUp: { selectPolicy: "Max" } },
      },
    });
  });
});

describe("a resource quota", () => {
  const pods = (): string => `/api/v1/namespaces/${cluster.namespace}/pods`;
  const quotas = (): string => `/api/v1/namespaces/${cluster.namespace}/resourcequotas`;
  const aPod = (name: string, requests?: Record<string, string>): unknown => ({
    metadata: { name },
    spec: { containers: [{ name: "app", image: "demo/web:v1", ...(requests ? { resources: { requests } } : {}) }] },
  });

  it("of cpu and memory refuses pods that want too much, and pods that do not say", async () => {
    await cluster.client.post(quotas(), { metadata: { name: "size" }, spec: { hard: { "requests.cpu": "1", "requests.memory": "1Gi" } } });
    await eventually("the quota is counted", async () => {
      const { status } = await cluster.client.get<KubernetesObject & { status?: { used?: unknown } }>(`${quotas()}/size`);
      return status?.used !== undefined;
    });
    await cluster.client.post(pods(), aPod("fits", { cpu: "600m", memory: "256Mi" }));

    await expect(cluster.client.post(pods(), aPod("big", { cpu: "500m", memory: "256Mi" }))).rejects.toMatchObject({
      code: 403,
      status: {
        message:
          'pods "big" is forbidden: exceeded quota: size, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1',
      },
    });
    await expect(cluster.client.post(pods(), aPod("mute"))).rejects.toMatchObject({
      code: 403,
      status: { message: 'pods "mute" is forbidden: failed quota: size: must specify requests.cpu,requests.memory' },
    });
  });
});

describe("a watch that asked for bookmarks", () => {
  it("gets one before it ends, with nothing but a version", async () => {
    const path = `/api/v1/namespaces/${cluster.namespace}/configmaps`;
    const { metadata } = await cluster.client.get(path);
    const bookmarks: KubernetesObject[] = [];
    const watch = cluster.client.watch(
      `${path}?allowWatchBookmarks=true&timeoutSeconds=4&resourceVersion=${metadata.resourceVersion}`,
      ({ type, object }) => void (type === "BOOKMARK" && bookmarks.push(object as KubernetesObject)),
    );

    await cluster.client.post(path, { metadata: { name: "passing-by" } });
    await eventually("a bookmark comes", () => bookmarks[0], 6);
    watch.stop();

    expect(bookmarks[0]?.kind).toBe("ConfigMap");
    expect(Number(bookmarks[0]?.metadata.resourceVersion)).toBeGreaterThan(Number(metadata.resourceVersion));
  });
});
