import { describe, expect, it } from "vitest";
import { clusterActions } from "../../../functions/adapters/cluster-actions.ts";
import { sealedSecrets } from "../../../functions/adapters/config/sealed-secrets.ts";
import { dataHashOf } from "../../../functions/adapters/kubernetes/snapshot-lists.ts";
import type { ClusterAction } from "../../../functions/domain/cluster-action.ts";
import { InvalidInputError, PermissionError, TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { sealedSecretKey } from "../../../functions/domain/sealed-secret.ts";
import { ANNOTATIONS } from "../../../functions/domain/workload.ts";
import { aTarget } from "../../support/builders/index.ts";
import { FakeSeal } from "../../support/fakes/fake-snapshots.ts";
import { InMemoryArchive } from "../../support/fakes/in-memory-archive.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";

type Config = Extract<ClusterAction, { kind: "restore-config" }>["configs"][number];

const target = aTarget({ namespace: "shop", name: "checkout" });
const SECRET = "/api/v1/namespaces/shop/secrets/db";
const STAMP = { execution: "rg-checkout-1", fence: 7 };
const GOOD = { password: "Z29vZC1jYW5hcnk=", extra: "YQ==" };
const BAD = { password: "YmFkLWNhbmFyeQ==", added: "eA==" };
const [GOOD_MAC, BAD_MAC] = [GOOD, BAD].map((data) => `mac-${dataHashOf({ data })}`) as [string, string];
const KEY = sealedSecretKey(target, "checkout", "db", GOOD_MAC);
const CONTEXT = { cluster: target.cluster, namespace: "shop", service: "checkout", secret: "db" };

/** A Secret that was changed, and its earlier content in the archive. */
async function setUp() {
  const [cluster, archive, seal] = [new ObjectCluster(), new InMemoryArchive(), new FakeSeal()];
  cluster.put("/apis/apps/v1/namespaces/shop/deployments/checkout", { spec: { template: {} } });
  cluster.put(SECRET, { type: "Opaque", data: BAD });
  const store = async (content: unknown, context = CONTEXT) =>
    archive.put(KEY, JSON.stringify(await seal.close(typeof content === "string" ? content : JSON.stringify(content), context)));
  await store({ type: "Opaque", data: GOOD });
  const macKey = { mac: async (text: string) => `mac-${text}` };
  const actions = clusterActions(() => cluster, { macKey, sealed: sealedSecrets({ archive, seal, macKey }) });
  const actionOf = (changed: Partial<Config> = {}): ClusterAction => ({
    kind: "restore-config",
    configs: [{ kind: "Secret", name: "db", dataHash: GOOD_MAC, immutable: false, copy: KEY, fromHash: BAD_MAC, ...changed }],
    restart: false,
  });
  const restore = (changed: Partial<Config> = {}) => actions.apply(target, actionOf(changed), STAMP);
  return { cluster, archive, seal, macKey, actions, actionOf, store, restore };
}

describe("K8S-17 a Secret that was changed", () => {
  it("gets exactly its sealed content back, with the run's mark, and asked again nothing more", async () => {
    const { cluster, actions, actionOf, restore } = await setUp();

    const first = await restore();
    const second = await restore();

    expect([first.outcome, second.outcome]).toEqual(["applied", "already-applied"]);
    expect(first.reason).toBe(`content of Secret shop/db is back from ${KEY}`);
    expect(cluster.at(SECRET)).toMatchObject({ type: "Opaque", data: GOOD, metadata: { annotations: { [ANNOTATIONS.fence]: "7" } } });
    expect(cluster.at<{ data: object }>(SECRET).data).toEqual(GOOD);
    expect(cluster.writes).toHaveLength(1);
    expect(await actions.confirm(target, actionOf(), STAMP)).toMatchObject({ verdict: "proven" });
  });

  it("is written with the resourceVersion that was read: an edit meanwhile stays", async () => {
    const { cluster, restore } = await setUp();
    cluster.meanwhile = (there) => {
      there.meanwhile = null;
      there.put(SECRET, { type: "Opaque", data: { password: "c29tZWJvZHk=" } });
    };

    expect(await restore()).toMatchObject({ outcome: "superseded" });
    expect(cluster.at<{ data: object }>(SECRET).data).toEqual({ password: "c29tZWJvZHk=" });
  });
});

type Scene = Awaited<ReturnType<typeof setUp>>;

describe("nothing is written, and the reason is told without a value, where", () => {
  it.each<[string, string | RegExp, (scene: Scene) => unknown, Partial<Config>?]>([
    ["nothing was sealed", /\(secrets\/.*\) is not there$/, ({ archive }) => archive.stored.clear()],
    ["the object was cut", /not readable: it was changed$/, ({ archive }) => archive.put(KEY, '{"dataKey":"')],
    ["the object is another document", /not readable: it was changed$/, ({ archive }) => archive.put(KEY, '{"kind":"Snapshot"}')],
    [
      "it was sealed for another service",
      /sealed for something else/,
      ({ store }) => store({ type: "Opaque", data: GOOD }, { ...CONTEXT, service: "search" }),
    ],
    [
      "it was sealed for another Secret",
      /sealed for something else/,
      ({ store }) => store({ type: "Opaque", data: GOOD }, { ...CONTEXT, secret: "x" }),
    ],
    ["what was sealed is no content", /holds something else$/, ({ store }) => store("good-canary is no JSON")],
    [
      "what was sealed has other fields",
      /holds something else$/,
      ({ store }) => store({ type: "Opaque", data: GOOD, more: "good-canary" }),
    ],
    ["another content was sealed", /is not what the Secret had$/, ({ store }) => store({ type: "Opaque", data: BAD })],
    ["the Secret has another type now", /is of type Opaque and was of type tls/, ({ store }) => store({ type: "tls", data: GOOD })],
    ["the reference is another Secret's", /is not where the sealed content/, () => null, { copy: KEY.replace("/db/", "/api/") }],
    ["the reference is another namespace's", /is not where the sealed content/, () => null, { copy: KEY.replace("/shop/", "/bank/") }],
    [
      "the Secret is immutable",
      "Secret shop/db is immutable: it needs to be re-created",
      ({ cluster }) => cluster.put(SECRET, { immutable: true, data: BAD }),
    ],
    ["the Secret is gone", /does not exist any more/, ({ cluster }) => cluster.objects.delete(SECRET)],
    ["the Secret may not be read", /forbidden: add the rule/, ({ cluster }) => Object.assign(cluster, { forbidden: ["secrets/db"] })],
    [
      "the archive may not be read",
      "s3:GetObject was refused: allow s3:GetObject",
      ({ archive }) => {
        archive.get = async () => {
          throw new PermissionError("s3:GetObject was refused: allow s3:GetObject");
        };
      },
    ],
    [
      "the key cannot be used",
      /cannot be opened: the key is disabled$/,
      ({ seal }) => {
        seal.open = async () => {
          throw new InvalidInputError("the key is disabled");
        };
      },
    ],
  ])("%s", async (_where, reason, change, entry = {}) => {
    const scene = await setUp();
    await change(scene);
    const before = JSON.stringify([...scene.cluster.objects]);

    const answer = await scene.restore(entry);

    expect(answer).toMatchObject({ outcome: "refused", reason: expect.stringMatching(reason) });
    expect(JSON.stringify(answer)).not.toMatch(/canary|Z29vZC|YmFkLW/);
    expect([scene.cluster.writes, JSON.stringify([...scene.cluster.objects])]).toEqual([[], before]);
  });

  it("no archive is read here at all", async () => {
    const { cluster, macKey, actionOf } = await setUp();

    const answer = await clusterActions(() => cluster, { macKey }).apply(target, actionOf(), STAMP);

    expect(answer).toMatchObject({ outcome: "refused", reason: expect.stringMatching(/nothing is read from the archive$/) });
    expect(cluster.writes).toEqual([]);
  });

  it("somebody has edited the Secret since it was assessed", async () => {
    const { cluster, restore } = await setUp();

    expect(await restore({ fromHash: "mac-of-another" })).toMatchObject({ outcome: "superseded" });
    expect(cluster.writes).toEqual([]);
  });

  it("a later run has been here", async () => {
    const { cluster, restore } = await setUp();
    cluster.put("/apis/apps/v1/namespaces/shop/deployments/checkout", { metadata: { annotations: { [ANNOTATIONS.fence]: "8" } } });

    expect(await restore()).toMatchObject({ outcome: "superseded" });
    expect(cluster.writes).toEqual([]);
  });

  it.each(["archive", "seal"] as const)("the %s is away for now: the step is tried again", async (away) => {
    const scene = await setUp();
    const fail = async () => {
      throw new TransientUpstreamError("try later");
    };
    if (away === "archive") scene.archive.get = fail;
    else scene.seal.open = fail;

    await expect(scene.restore()).rejects.toThrow("try later");
    expect(scene.cluster.writes).toEqual([]);
  });
});
