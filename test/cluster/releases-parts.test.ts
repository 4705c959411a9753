import { expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { ReleaseScene } from "./support/release-scene.ts";
import { isImage } from "./support/services.ts";

const APP = { name: "app", image: "demo/checkout:v1" };
const labelled = { labels: { app: "checkout" } };

it("K8S-42 replicas that the same deploy changed come back after the template", async () => {
  const scene = await ReleaseScene.start({ replicas: 4 });
  const { service } = scene;
  await scene.observed();
  await service.client.patch(
    service.path,
    { spec: { replicas: 2, template: { spec: { containers: [{ ...APP, image: "demo/checkout:v2-slow" }] } } } },
    "strategic",
  );
  await service.rolledOut();
  await scene.look();
  service.turnBad((live) => isImage("demo/checkout:v1")(live) && live.status?.availableReplicas === 4);

  const result = await scene.rollBack();
  const after = await service.rolledOut();

  expect(result.failure).toBeNull();
  expect([after.spec.replicas, await service.image()]).toEqual([4, "demo/checkout:v1"]);
});

it("K8S-42 replicas come back after a scale", async () => {
  const scene = await ReleaseScene.start({ replicas: 4 });
  const { service } = scene;
  await scene.observed();
  await service.scale(2);
  await service.rolledOut();
  await scene.look();
  service.turnBad((live) => live.status?.availableReplicas === 4);

  const result = await scene.rollBack();

  expect(result.failure).toBeNull();
  expect((await service.rolledOut()).spec.replicas).toBe(4);
});

it("K8S-41 limits that a deploy lowered until pods were killed come back, and the record names them", async () => {
  const container = (memory: string) => ({ ...APP, resources: { limits: { memory } } });
  const template = {
    metadata: { ...labelled, annotations: { "rollguard.dev/needs-memory": "128Mi" } },
    spec: { containers: [container("256Mi")] },
  };
  const scene = await ReleaseScene.start({ spec: { template } });
  const { service } = scene;
  await scene.observed();
  await service.client.patch(service.path, { spec: { template: { spec: { containers: [container("64Mi")] } } } }, "strategic");
  await eventually("new pods are killed", async () => {
    const state = await service.workload.read(service.blueprint.target);
    return state?.pods.some(({ reasons }) => reasons.some(({ reason }) => reason.includes("OOMKilled")));
  });
  const memory = (live: object) => JSON.stringify(live).includes('"memory":"256Mi"');
  service.turnBad((live) => memory(live.spec.template) && live.status?.updatedReplicas === live.status?.replicas);

  const result = await scene.rollBack();

  expect(result.failure).toBeNull();
  expect(memory((await service.live()).spec.template)).toBe(true);
  const [incident] = await service.store.list({ limit: 1 });
  expect(incident?.record?.assessment?.change?.parts).toEqual(["limits of container app"]);
});

it("K8S-18 a tag that points somewhere else since comes back by digest", async () => {
  const template = (build: string) => ({
    metadata: { ...labelled, annotations: { "rollguard.dev/image-build": build } },
    spec: { containers: [APP] },
  });
  const scene = await ReleaseScene.start({ spec: { template: template("1") } });
  const { service } = scene;
  const { parts } = await scene.observed();
  const digest = parts.images[0]?.digest ?? "";
  await service.client.patch(
    service.path,
    { spec: { template: { metadata: { annotations: { "rollguard.dev/image-build": "2" } } } } },
    "strategic",
  );
  await service.rolledOut();
  const after = await scene.look();
  service.turnBad(isImage(`demo/checkout@${digest}`));

  const result = await scene.rollBack();

  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(after.releases[0]?.hash).not.toBe((await service.ledger.releases("checkout")).find(({ verdict }) => verdict === "good")?.hash);
  expect(result.failure).toBeNull();
  expect(await service.image()).toBe(`demo/checkout@${digest}`);
  expect((await service.ledger.quarantine()).map(({ key }) => key)).toContainEqual(expect.stringMatching(/^sha256:/));
});

it("K8S-17 no content of a Secret, of an environment or of last-applied leaves the cluster", async () => {
  const canaries = {
    secret: "canary-secret-9f3a",
    environment: "canary-env-77c1",
    applied: "canary-applied-b2e0",
    argument: "canary-arg-5d1c",
  };
  const template = (image: string) => ({
    metadata: labelled,
    spec: {
      containers: [
        {
          ...APP,
          image,
          args: [`--token=${canaries.argument}`],
          env: [{ name: "TOKEN", value: canaries.environment }],
          envFrom: [{ secretRef: { name: "db" } }],
        },
      ],
    },
  });
  const scene = await ReleaseScene.start({
    restore: { secrets: "copies" },
    spec: { template: template("demo/checkout:v1") },
    secrets: { db: { PASSWORD: canaries.secret } },
  });
  const { service } = scene;
  await service.client.patch(service.path, {
    metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": canaries.applied } },
  });
  const { parts } = await scene.observed();
  await service.client.patch(`/api/v1/namespaces/${service.namespace}/secrets/db`, { stringData: { PASSWORD: `${canaries.secret}-2` } });
  await service.client.patch(service.path, { spec: { template: template("demo/checkout:v2-slow") } }, "strategic");
  await service.rolledOut();
  service.turnBad(isImage("demo/checkout:v1"));

  const result = await scene.rollBack();
  const [incident] = await service.store.list({ limit: 1 });
  const kept = JSON.stringify({
    payloads: result.payloads,
    pages: result.pages,
    archive: [...service.archive.stored],
    releases: await service.ledger.releases("checkout"),
    observations: await service.ledger.observations("checkout"),
    incident: await service.store.read(incident?.id ?? ""),
  });
  const secret = await service.client.get<{ data: Record<string, string> } & { metadata: { name: string; uid: string } }>(
    `/api/v1/namespaces/${service.namespace}/secrets/db`,
  );

  expect(result.failure).toBeNull();
  expect(parts.configs).toMatchObject([{ kind: "Secret", name: "db", dataHash: expect.stringMatching(/=$/) }]);
  expect(Buffer.from(secret.data.PASSWORD ?? "", "base64").toString()).toBe(canaries.secret);
  for (const canary of Object.values(canaries)) {
    for (const form of [canary, Buffer.from(canary).toString("base64"), JSON.stringify(canary).slice(1, -1)])
      expect(kept).not.toContain(form);
  }
  // the search finds them where they are meant to be: in the sealed template, once it is opened
  const release = (await service.ledger.releases("checkout")).find(({ verdict }) => verdict === "good");
  const sealed = await service.ledger.sealedTemplate("checkout", release?.hash ?? "");
  const { cluster, namespace } = service.blueprint.target;
  const opened = sealed === null ? "" : await service.seal.open(sealed, { cluster, namespace, service: "checkout" });
  expect(opened).toContain(canaries.environment);
  expect(opened).not.toContain(canaries.secret);
});

it("K8S-24 a StatefulSet has releases too: its configuration comes back before its template", async () => {
  const template = (image: string) => ({
    metadata: labelled,
    spec: { containers: [{ ...APP, image, envFrom: [{ configMapRef: { name: "settings" } }] }] },
  });
  const good = { WORKERS: "4" };
  const scene = await ReleaseScene.start({
    kind: "StatefulSet",
    configs: { settings: good },
    spec: { template: template("demo/checkout:v1"), podManagementPolicy: "Parallel" },
  });
  const { service } = scene;
  const { parts } = await scene.observed();
  await scene.setConfig("settings", { WORKERS: "0" });
  await service.client.patch(service.path, { spec: { template: template("demo/checkout:v2-slow") } }, "strategic");
  await service.rolledOut();
  await scene.look();
  service.turnBad(() => service.runsOn("demo/checkout:v1"));

  const result = await scene.rollBack();

  expect(parts.images[0]?.digest).toMatch(/^sha256:/);
  expect(result.failure).toBeNull();
  expect(await scene.config("settings")).toEqual(good);
  expect(await service.image()).toBe("demo/checkout:v1");
});
