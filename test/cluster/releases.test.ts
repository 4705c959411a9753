import { expect, it } from "vitest";
import { taskHandlers } from "../support/machine/run-rollback.ts";
import { eventually } from "./support/eventually.ts";
import { ReleaseScene } from "./support/release-scene.ts";
import { isImage } from "./support/services.ts";

const GOOD = { WORKERS: "4", MODE: "safe" };
const BAD = { WORKERS: "0", EXTRA: "1" };
/** The pods read a ConfigMap, and crash unless it says that there are workers. */
const reading = (name = "app-settings") => ({
  template: {
    metadata: { labels: { app: "checkout" }, annotations: { "rollguard.dev/needs-env": "WORKERS=^[1-9]" } },
    spec: { containers: [{ name: "app", image: "demo/checkout:v1", envFrom: [{ configMapRef: { name } }] }] },
  },
});
const replicaSetsOf = async (scene: ReleaseScene) => (await scene.service.replicaSets()).map(({ metadata }) => metadata.name);

it("K8S-06 a release whose history the cluster has pruned comes back from its snapshot", async () => {
  const scene = await ReleaseScene.start({ spec: { revisionHistoryLimit: 0 } });
  const { service } = scene;
  await scene.observed();
  const before = await service.live();
  const [pruned] = await replicaSetsOf(scene);
  await service.deploy("demo/checkout:v2-slow");
  await service.rolledOut();
  await eventually("the old ReplicaSet is gone", async () => !(await replicaSetsOf(scene)).includes(pruned ?? ""));
  service.turnBad(isImage("demo/checkout:v1"));

  const result = await scene.rollBack();

  expect(result.failure).toBeNull();
  expect((await service.live()).spec.template).toEqual(before.spec.template);
});

it("K8S-06 without a snapshot nothing is written, and a person is told why", async () => {
  const scene = await ReleaseScene.start({ spec: { revisionHistoryLimit: 0 } });
  const { service } = scene;
  await service.observed();
  const [pruned] = await replicaSetsOf(scene);
  await service.deploy("demo/checkout:v2-slow");
  await service.rolledOut();
  await eventually("the old ReplicaSet is gone", async () => !(await replicaSetsOf(scene)).includes(pruned ?? ""));
  const { metadata } = await service.live();
  service.turnBad(() => false);

  const result = await scene.rollBack();

  expect(result.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining("history was pruned") });
  expect((await service.live()).metadata.generation).toBe(metadata.generation);
});

it("K8S-15 a ConfigMap that the deploy changed is restored before the template, from an immutable copy", async () => {
  const scene = await ReleaseScene.start({ configs: { "app-settings": GOOD }, spec: reading() });
  const { service } = scene;
  const release = await scene.observed();
  await scene.setConfig("app-settings", BAD);
  await service.deploy("demo/checkout:v2-slow");
  await eventually("pods of v2 crash", async () =>
    (await service.workload.read(service.blueprint.target))?.pods.some(({ failing }) => failing > 0),
  );
  const order: string[] = [];
  service.turnBad(async (live) => {
    const config = (await scene.config("app-settings"))?.WORKERS === GOOD.WORKERS;
    const template = live.spec.template.spec.containers[0]?.image === "demo/checkout:v1";
    order.push(`${config} ${template}`);
    return isImage("demo/checkout:v1")(live);
  });

  const result = await scene.rollBack();
  const [copy] = await scene.copies();

  expect(result.failure).toBeNull();
  expect(await scene.config("app-settings")).toEqual(GOOD);
  expect(await service.image()).toBe("demo/checkout:v1");
  // the old template is never live with the new configuration
  expect(order).not.toContain("false true");
  expect([copy?.metadata.name, copy?.immutable, copy?.data]).toEqual([release.parts.configs[0]?.copy, true, GOOD]);
});

it("K8S-15 a ConfigMap that somebody edits while the rollback is on its way keeps the edit, and a person is told", async () => {
  const scene = await ReleaseScene.start({ configs: { "app-settings": GOOD }, spec: reading() });
  const { service } = scene;
  await scene.observed();
  await scene.setConfig("app-settings", BAD);
  await service.deploy("demo/checkout:v2-slow");
  service.turnBad(() => false);
  const edited = { WORKERS: "2", BY: "ada" };

  const result = await scene.rollBack({
    overrides: {
      ExecuteStep: async (document) => {
        await scene.setConfig("app-settings", edited);
        return taskHandlers(service.ports({ snapshots: service.snapshots })).ExecuteStep?.(document);
      },
    },
  });

  expect(result.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining("was edited since it was assessed") });
  expect(await scene.config("app-settings")).toEqual(edited);
  expect(await service.image()).toBe("demo/checkout:v2-slow");
});

it("K8S-15 a changed ConfigMap alone is suspected, restored, and its pods are started anew", async () => {
  const scene = await ReleaseScene.start({ configs: { "app-settings": GOOD }, spec: reading() });
  const { service } = scene;
  const release = await scene.observed();
  await scene.setConfig("app-settings", { ...GOOD, MODE: "wild" });
  const before = await service.live();
  service.turnBad(async (live) => {
    const restarted = live.spec.template.metadata?.annotations?.["rollguard.dev/restarted-by"] !== undefined;
    return restarted && live.status?.updatedReplicas === live.status?.replicas;
  });

  const result = await scene.rollBack();
  const after = await service.live();

  expect(result.failure).toBeNull();
  expect(await scene.config("app-settings")).toEqual(GOOD);
  expect(after.spec.template.spec).toEqual(before.spec.template.spec);
  expect((await service.replicaSets()).length).toBe(2);
  // only the configuration was bad: the release that is live now is the good one again
  const [live] = (await scene.look()).releases;
  expect(live?.hash).toBe(release.hash);
});

it("K8S-16 with a ConfigMap of its own name for each content, the template alone is enough", async () => {
  const scene = await ReleaseScene.start({
    configs: { "settings-1": GOOD, "settings-2": { ...GOOD, MODE: "wild" } },
    spec: reading("settings-1"),
  });
  const { service } = scene;
  await scene.observed();
  const envFrom = [{ configMapRef: { name: "settings-2" } }];
  await service.client.patch(service.path, [{ op: "replace", path: "/spec/template/spec/containers/0/envFrom", value: envFrom }], "json");
  await service.rolledOut();
  service.turnBad((live) => JSON.stringify(live.spec.template.spec.containers[0]).includes("settings-1"));

  const result = await scene.rollBack();

  expect(result.failure).toBeNull();
  expect(result.payloads.some((document) => document.includes('"restore-config-1"'))).toBe(false);
  expect(await scene.config("settings-2")).toEqual({ ...GOOD, MODE: "wild" });
});

it("K8S-16 a ConfigMap that was pruned keeps its release from being restored: nothing is written", async () => {
  const scene = await ReleaseScene.start({ configs: { "settings-1": GOOD, "settings-2": GOOD }, spec: reading("settings-1") });
  const { service } = scene;
  await scene.observed();
  const envFrom = [{ configMapRef: { name: "settings-2" } }];
  await service.client.patch(service.path, [{ op: "replace", path: "/spec/template/spec/containers/0/envFrom", value: envFrom }], "json");
  await service.rolledOut();
  await service.client.delete(`/api/v1/namespaces/${service.namespace}/configmaps/settings-1`);
  const before = await service.live();
  service.turnBad(() => false);

  const result = await scene.rollBack();

  expect(result.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining("settings-1") });
  expect((await service.live()).metadata.generation).toBe(before.metadata.generation);
});
