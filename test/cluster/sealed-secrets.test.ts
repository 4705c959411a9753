import { expect, it } from "vitest";
import type { Release } from "../../functions/domain/release.ts";
import type { KubernetesObject } from "../../local/cluster/objects.ts";
import { canariesIn, findCanaries } from "../canaries/find-canaries.ts";
import type { RunResult } from "../support/machine/run-rollback.ts";
import { ReleaseScene } from "./support/release-scene.ts";
import { isImage } from "./support/services.ts";

const GOOD = "Ca7good-Zk3Q9xVb2";
const BAD = "Ca7bad-mP4wLt6RyW8";
const CANARIES = [GOOD, BAD];
const template = (image: string) => ({
  metadata: { labels: { app: "checkout" } },
  spec: { containers: [{ name: "app", image, envFrom: [{ secretRef: { name: "db" } }] }] },
});

interface Secret extends KubernetesObject {
  readonly data: Readonly<Record<string, string>>;
}

/** A good release whose Secret is kept sealed, then a bad one that changed both. */
async function aChangedSecret() {
  const scene = await ReleaseScene.start({
    restore: { secrets: "encrypted" },
    spec: { template: template("demo/checkout:v1") },
    secrets: { db: { PASSWORD: GOOD } },
  });
  const { service } = scene;
  const good = await scene.observed();
  const path = `/api/v1/namespaces/${service.namespace}/secrets`;
  await service.client.patch(`${path}/db`, { stringData: { PASSWORD: BAD } });
  await service.client.patch(service.path, { spec: { template: template("demo/checkout:v2-slow") } }, "strategic");
  await service.rolledOut();
  await scene.look();
  service.turnBad(isImage("demo/checkout:v1"));
  const password = async () => Buffer.from((await service.client.get<Secret>(`${path}/db`)).data.PASSWORD ?? "", "base64").toString();
  const secrets = async () => (await service.client.list<Secret>(path)).map(({ metadata }) => metadata.name);
  return { scene, good, password, secrets };
}

/** Everything that is kept or said of it outside the cluster. */
async function keptOf({ service }: ReleaseScene, result: RunResult): Promise<string> {
  const [incident] = await service.store.list({ limit: 1 });
  return JSON.stringify({
    payloads: result.payloads,
    pages: result.pages,
    failure: result.failure,
    archive: [...service.archive.stored],
    releases: await service.ledger.releases("checkout"),
    observations: await service.ledger.observations("checkout"),
    incident: await service.store.read(incident?.id ?? ""),
  });
}

const keysOf = ({ parts }: Release) => parts.configs.map(({ copy }) => copy);

it("K8S-17 a changed Secret comes back from the archive, where it lies sealed; there is no copy in the cluster, and its values are kept nowhere", async () => {
  const { scene, good, password, secrets } = await aChangedSecret();
  const { archive } = scene.service;

  const result = await scene.rollBack();
  const kept = await keptOf(scene, result);

  expect(result.failure).toBeNull();
  expect([await password(), await scene.service.image()]).toEqual([GOOD, "demo/checkout:v1"]);
  expect(await secrets()).toEqual(["db"]);
  expect(keysOf(good)).toEqual([expect.stringMatching(/^secrets\/checkout\/.*\/db\/.*\.json$/)]);
  expect([...archive.stored.keys()]).toContain(keysOf(good)[0]);
  expect(kept.length).toBeGreaterThan(5000);
  expect(findCanaries(kept, CANARIES)).toEqual([]);
  expect(canariesIn(JSON.stringify({ live: Buffer.from(await password()).toString("base64") }), CANARIES)).toEqual([GOOD]);
});

it("K8S-17 a Secret whose sealed content was changed is left as it is, the run does not end well, and says why", async () => {
  const { scene, good, password } = await aChangedSecret();
  const { archive } = scene.service;
  const key = keysOf(good)[0] ?? "";
  archive.stored.set(key, (archive.stored.get(key) ?? "").replace(/"sealed":"..../, '"sealed":"AAAA'));

  const result = await scene.rollBack();
  const kept = await keptOf(scene, result);

  expect(result.failure).not.toBeNull();
  expect([await password(), await scene.service.image()]).toEqual([BAD, "demo/checkout:v2-slow"]);
  expect(kept.includes("the kept content of Secret db of checkout was sealed for something else, or was changed")).toBe(true);
  expect(findCanaries(kept, CANARIES)).toEqual([]);
});
