import { describe, expect, it } from "vitest";
import { copyName } from "../../../functions/adapters/kubernetes/config-copy.ts";
import { kubernetesSnapshots, type SnapshotOptions } from "../../../functions/adapters/kubernetes/snapshot.ts";
import type { Blueprint } from "../../../functions/domain/blueprint.ts";
import { aBlueprint, aWorkloadState, GOOD_DIGEST, GOOD_HASH } from "../../support/builders/index.ts";
import { aGoodReplicaSet } from "../../support/builders/workload.ts";
import { ObjectCluster } from "./support/object-cluster.ts";

const NAMESPACE = "shop";
const CORE = `/api/v1/namespaces/${NAMESPACE}`;
const APPS = `/apis/apps/v1/namespaces/${NAMESPACE}`;
const labels = { app: "checkout", tier: "web" };
const state = aWorkloadState({ templateHash: GOOD_HASH, replicaSets: [aGoodReplicaSet()] });
const target = { cluster: "demo", namespace: NAMESPACE, kind: "Deployment", name: "checkout" } as const;
const blueprintOf = (overrides: Partial<Blueprint> = {}) => aBlueprint({ target, ...overrides });

const template = {
  metadata: { labels, annotations: { "rollguard.dev/commit": "4f2d9ac", "rollguard.dev/irreversible": "schema 42" } },
  spec: {
    serviceAccountName: "checkout",
    initContainers: [{ name: "wait", image: "demo/wait:1", envFrom: [{ configMapRef: { name: "waiting" } }] }],
    containers: [
      {
        name: "app",
        image: "demo/checkout:v1",
        command: ["/bin/app", "--mode", "canary-word"],
        args: ["--token=canary-option", "-pcanary-short"],
        env: [
          { name: "TOKEN", value: "canary-environment" },
          { name: "LEVEL", valueFrom: { configMapKeyRef: { name: "levels", key: "level" } } },
          { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
        ],
        readinessProbe: { httpGet: { path: "/", port: 80, httpHeaders: [{ name: "Authorization", value: "canary-header" }] } },
      },
    ],
    volumes: [
      { name: "a", configMap: { name: "files" } },
      { name: "b", projected: { sources: [{ configMap: { name: "projected" } }, { secret: { name: "tls" } }] } },
    ],
    imagePullSecrets: [{ name: "registry" }],
  },
};
const pod = (hash: string, imageID: string, container = "app") => ({
  metadata: { labels: { ...labels, "pod-template-hash": hash } },
  status: {
    initContainerStatuses: [{ name: "wait", imageID: `demo/wait@${GOOD_DIGEST}` }],
    containerStatuses: [{ name: container, imageID }],
  },
});

function aCluster(): ObjectCluster {
  const cluster = new ObjectCluster();
  cluster.groups = { autoscaling: ["v2beta2", "v1"], policy: ["v1beta1"] };
  const metadata = {
    uid: state.uid,
    generation: state.generation,
    annotations: { "kubectl.kubernetes.io/last-applied-configuration": "canary-applied", "app.gitlab.com/branch": "main" },
    managedFields: [{}],
  };
  cluster.put(`${APPS}/deployments/checkout`, {
    kind: "Deployment",
    metadata,
    spec: { selector: { matchLabels: { app: "checkout" } }, template },
    status: {},
  });
  cluster.put(`${CORE}/pods/one`, pod(GOOD_HASH, `docker-pullable://demo/checkout@${GOOD_DIGEST}`));
  cluster.put(`${CORE}/pods/two`, pod("another", "demo/checkout@sha256:other"));
  for (const name of ["waiting", "levels", "files", "projected"])
    cluster.put(`${CORE}/configmaps/${name}`, { data: { content: `canary-of-${name}` } });
  for (const name of ["db", "tls"]) cluster.put(`${CORE}/secrets/${name}`, { data: { password: "canary-secret" }, immutable: true });
  cluster.put(`${CORE}/services/elsewhere`, { spec: { selector: { app: "search" } } });
  cluster.put(`${CORE}/services/all-web`, { spec: { selector: { tier: "web" } } });
  cluster.put(`${CORE}/services/checkout`, {
    kind: "Service",
    spec: { selector: { app: "checkout" }, clusterIP: "10.0.0.9", ports: [{ port: 80, nodePort: 30001 }] },
  });
  cluster.put(`/apis/policy/v1beta1/namespaces/${NAMESPACE}/poddisruptionbudgets/checkout`, {
    spec: { selector: { matchExpressions: [{ key: "tier", operator: "In", values: ["web", "api"] }] }, maxUnavailable: 1 },
  });
  return cluster;
}

/** The same workload one change later. */
const changed = (): ObjectCluster => {
  const cluster = aCluster();
  const path = `${APPS}/deployments/checkout`;
  cluster.change(path, (object: { metadata: { generation: number } }) => {
    object.metadata.generation += 1;
  });
  return cluster;
};

const take = (cluster: ObjectCluster, blueprint = blueprintOf(), options: Omit<SnapshotOptions, "connect"> = {}) =>
  kubernetesSnapshots({ connect: () => cluster, ...options })
    .pass("lists")
    .take(blueprint, state);
const MAC_KEY = { mac: async (text: string) => `mac of ${text.slice(0, 4)}` };

describe("a snapshot", () => {
  it("is none of a workload that was changed since it was read: its template belongs to another release", async () => {
    expect(await take(changed())).toBeNull();
  });

  it("has everything restorable by name and hash", async () => {
    const snapshot = await take(aCluster());

    expect(snapshot?.parts).toMatchObject({
      templateHash: GOOD_HASH,
      images: [
        { container: "app", image: "demo/checkout:v1", digest: GOOD_DIGEST },
        { container: "wait", image: "demo/wait:1", digest: GOOD_DIGEST },
      ],
      scale: { replicas: 3, owner: null },
      hpa: null,
      pdb: { name: "checkout" },
      service: { name: "checkout", selector: { app: "checkout" } },
      serviceAccount: "checkout",
      fixed: { selector: "app=checkout" },
      unread: [],
    });
    expect(snapshot?.parts.configs.map(({ kind, name, dataHash }) => [kind, name, dataHash?.length ?? null])).toEqual([
      ["ConfigMap", "files", 64],
      ["ConfigMap", "levels", 64],
      ["ConfigMap", "projected", 64],
      ["ConfigMap", "waiting", 64],
      ["Secret", "db", null],
      ["Secret", "registry", null],
      ["Secret", "tls", null],
    ]);
    expect(snapshot).toMatchObject({
      source: { commit: "4f2d9ac", branch: "main", actor: null },
      irreversible: "schema 42",
      settled: true,
      notes: [],
    });
  });

  it("K8S-17 holds no value but in the template, which is to be sealed", async () => {
    const snapshot = await take(aCluster(), blueprintOf({ restore: { ...aBlueprint().restore, secrets: "digests" } }), { macKey: MAC_KEY });
    const { template: sealedLater, ...rest } = snapshot ?? {};

    expect(JSON.stringify(rest)).not.toContain("canary");
    expect(JSON.parse(snapshot?.full ?? "")).toMatchObject({
      workload: {
        spec: {
          template: {
            spec: { containers: [{ command: ["/bin/app", "--mode", "[redacted]"], args: ["--token=[redacted]", "[redacted]"] }] },
          },
        },
      },
    });
    expect(sealedLater).toContain("canary-environment");
    expect(sealedLater).not.toContain("canary-secret");
    expect(snapshot?.parts.configs.find(({ name }) => name === "db")).toMatchObject({
      dataHash: expect.stringMatching(/^mac of /),
      immutable: true,
      copy: null,
    });
  });

  it("takes the autoscaler of whatever version the server prefers, as the owner of the replicas", async () => {
    const cluster = aCluster();
    const spec = {
      scaleTargetRef: { kind: "Deployment", name: "checkout" },
      minReplicas: 2,
      maxReplicas: 9,
      metrics: [{ type: "Resource" }],
    };
    cluster.put(`/apis/autoscaling/v2beta2/namespaces/${NAMESPACE}/horizontalpodautoscalers/web`, { spec });
    const before = await take(cluster);
    cluster.put(`/apis/autoscaling/v2beta2/namespaces/${NAMESPACE}/horizontalpodautoscalers/web`, { spec: { ...spec, maxReplicas: 3 } });
    const after = await take(cluster);

    expect(before?.parts).toMatchObject({ hpa: { name: "web", minReplicas: 2, maxReplicas: 9 }, scale: { owner: "web" } });
    expect(after?.parts.hpa).toEqual({ ...before?.parts.hpa, maxReplicas: 3 });
  });

  it.each(["poddisruptionbudgets", "horizontalpodautoscalers", "services", "configmaps"])(
    "leaves out %s where they may not be read, and says so",
    async (plural) => {
      const cluster = aCluster();
      cluster.forbidden = [plural];

      const snapshot = await take(cluster);

      const part = { poddisruptionbudgets: "pdb", horizontalpodautoscalers: "hpa", services: "service", configmaps: "ConfigMap" }[plural];
      expect(snapshot?.parts.unread).toEqual([part]);
      expect(snapshot?.notes).toEqual([expect.stringContaining(plural)]);
    },
  );

  it("sees the immutable copy of a content once it is there, also when one service is asked for", async () => {
    const cluster = aCluster();
    const before = await take(cluster);
    const files = before?.parts.configs.find(({ name }) => name === "files");
    const copy = copyName({ service: blueprintOf().service, name: "files", dataHash: files?.dataHash ?? "" });
    cluster.put(`${CORE}/configmaps/${copy}`, { data: { content: "canary-of-files" }, immutable: true });
    const single = await kubernetesSnapshots({ connect: () => cluster })
      .pass("single")
      .take(blueprintOf(), state);
    const listed = await take(cluster);

    expect(files?.copy).toBeNull();
    for (const snapshot of [single, listed]) expect(snapshot?.parts.configs.find(({ name }) => name === "files")?.copy).toBe(copy);
  });

  it("is not settled until every container has reported what it runs; an image that no registry has is settled without a digest", async () => {
    const cluster = aCluster();
    cluster.put(`${CORE}/pods/one`, pod(GOOD_HASH, ""));
    const starting = await take(cluster);
    cluster.put(`${CORE}/pods/one`, pod(GOOD_HASH, `sha256:${"a".repeat(64)}`));
    const loaded = await take(cluster);

    expect([starting?.settled, loaded?.settled]).toEqual([false, true]);
    expect(loaded?.parts.images[0]?.digest).toBeNull();
  });

  it("lists each kind once for many services of a namespace, and is null for a workload that is gone", async () => {
    const cluster = aCluster();
    const listed: string[] = [];
    const list = cluster.list.bind(cluster);
    cluster.list = async (path, selectors) => {
      listed.push(path);
      return list(path, selectors);
    };
    const pass = kubernetesSnapshots({ connect: () => cluster }).pass("lists");
    const others = ["a", "b"].map((name) => blueprintOf({ service: name, target: { ...target, name } }));

    const [found, ...gone] = await Promise.all([blueprintOf(), ...others].map((blueprint) => pass.take(blueprint, state)));
    await pass.take(blueprintOf(), state);

    expect(found).not.toBeNull();
    expect(gone).toEqual([null, null]);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.length).toBeGreaterThan(3);
  });
});
