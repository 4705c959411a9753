import { expect, it } from "vitest";
import type { ManualWish } from "../../functions/domain/rollback-document.ts";
import { ReleaseScene } from "./support/release-scene.ts";
import { isImage } from "./support/services.ts";

const IMAGE = `demo/checkout@sha256:${"ab".repeat(32)}`;

/** What a person asks for, as `start-rollback` hands it over. */
const asked = ({ service }: ReleaseScene, request: ManualWish) => {
  const input = service.input();
  const byHand = { kind: "manual", source: "cli", requestedBy: "ada@desk", alarmName: null, alarmArn: null, threshold: null } as const;
  return { input: { ...input, trigger: { ...input.trigger, ...byHand, request } } };
};
const record = async ({ service }: ReleaseScene) => (await service.store.list({ limit: 1 }))[0];

it("a release that a person names comes back, past a newer good one, although nothing is wrong", async () => {
  const scene = await ReleaseScene.start();
  const { service } = scene;
  const first = await scene.observed();
  await service.deploy("demo/checkout:v2");
  await service.rolledOut();
  await scene.observed();
  await service.deploy("demo/checkout:v3");
  await service.rolledOut();
  await scene.observed();

  const result = await scene.rollBack(asked(scene, { to: first.hash }));

  expect(result.failure).toBeNull();
  expect(await service.image()).toBe("demo/checkout:v1");
  expect((await record(scene))?.outcome).toBe("recovered");
  // what was live was good, and stays it
  expect((await service.ledger.releases("checkout")).map(({ verdict }) => verdict)).toEqual(["good", "good", "good"]);
});

it("an image by digest is put onto the live template when no release is known, and nothing else of it changes", async () => {
  const scene = await ReleaseScene.start({ image: "demo/checkout:v2-slow" });
  const { service } = scene;
  const before = await service.live();
  service.turnBad(isImage(IMAGE));

  const result = await scene.rollBack(asked(scene, { toImage: IMAGE }));

  const after = await service.live();
  expect(result.failure).toBeNull();
  expect(await service.image()).toBe(IMAGE);
  const [container] = before.spec.template.spec.containers;
  expect(after.spec.template.spec).toEqual({ ...before.spec.template.spec, containers: [{ ...container, image: IMAGE }] });
  expect(after.spec.strategy).toEqual(before.spec.strategy);
  expect((await record(scene))?.summary).toContain(`was rolled back to ${IMAGE} and recovered`);
});

it("a wrong rollback is undone: forward again, and what was called bad is good once that is proven", async () => {
  const scene = await ReleaseScene.start();
  const { service } = scene;
  await scene.observed();
  await service.deploy("demo/checkout:v2-slow");
  await service.rolledOut();
  const left = await scene.observed("candidate");
  service.turnBad(isImage("demo/checkout:v1"));
  await scene.rollBack();
  const wrong = await record(scene);
  await scene.look();
  const before = (await service.ledger.releases("checkout")).find(({ hash }) => hash === left.hash);
  const barred = await service.ledger.quarantine();

  const refused = await scene.rollBack(asked(scene, { to: left.hash }));
  const result = await scene.rollBack(asked(scene, { to: left.hash, undoes: wrong?.id ?? "", acceptRisk: true }));

  expect(before?.verdict).toBe("bad");
  expect(barred.length).toBeGreaterThan(0);
  expect(refused.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining(`${left.hash} is bad`) });
  expect(result.failure).toBeNull();
  expect(await service.image()).toBe("demo/checkout:v2-slow");
  const after = (await service.ledger.releases("checkout")).find(({ hash }) => hash === left.hash);
  expect(after).toMatchObject({ verdict: "good", verdictBy: expect.stringContaining(`ada@desk at `) });
  expect(await service.ledger.quarantine()).toEqual([]);
  expect((await service.ledger.releases("checkout")).every(({ verdict }) => verdict === "good")).toBe(true);
  expect((await service.store.list({ limit: 9 })).some(({ summary }) => summary.includes(`so ${wrong?.id} is undone`))).toBe(true);
});

it("an image by digest is put onto a StatefulSet, too", async () => {
  const scene = await ReleaseScene.start({ kind: "StatefulSet", image: "demo/checkout:v2-slow", replicas: 2 });
  const { service } = scene;
  service.turnBad(async () => (await service.image()) === IMAGE);

  const result = await scene.rollBack(asked(scene, { toImage: `app=${IMAGE}` }));

  expect(result.failure).toBeNull();
  expect(await service.image()).toBe(IMAGE);
});
