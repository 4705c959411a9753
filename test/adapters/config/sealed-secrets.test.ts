import { describe, expect, it } from "vitest";
import { configCopies } from "../../../functions/adapters/config/config-copies.ts";
import { sealedSecrets } from "../../../functions/adapters/config/sealed-secrets.ts";
import { dataHashOf } from "../../../functions/adapters/kubernetes/snapshot-lists.ts";
import { sealedSecretKey } from "../../../functions/domain/sealed-secret.ts";
import { keepConfig } from "../../../functions/entry/keep-config/keep-config.ts";
import { aBlueprint, aTarget } from "../../support/builders/index.ts";
import { registryOf } from "../../support/fakes/fake-registry.ts";
import { FakeSeal } from "../../support/fakes/fake-snapshots.ts";
import { InMemoryArchive } from "../../support/fakes/in-memory-archive.ts";
import { silentLogger } from "../../support/fakes/silent-logger.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";

const target = aTarget({ namespace: "shop" });
const SECRET = "/api/v1/namespaces/shop/secrets/db";
const DATA = { password: "Y2FuYXJ5LWluLWEtU2VjcmV0" };
const MAC = `mac-${dataHashOf({ data: DATA })}`;
const KEY = sealedSecretKey(target, "checkout", "db", MAC);
const WANTED = { kind: "Secret", name: "db", dataHash: MAC } as const;

/** Counts what is stored, and may lose or change it on the way. */
class CountingArchive extends InMemoryArchive {
  puts = 0;
  onTheWay: (body: string) => string | null = (body) => body;

  override async put(key: string, body: string): Promise<void> {
    this.puts += 1;
    const arrived = this.onTheWay(body);
    if (arrived !== null) await super.put(key, arrived);
  }
}

function setUp(secrets: ReturnType<typeof aBlueprint>["restore"]["secrets"] = "encrypted") {
  const [cluster, archive, seal] = [new ObjectCluster(), new CountingArchive(), new FakeSeal()];
  cluster.put(SECRET, { type: "example.com/login", data: DATA });
  const macKey = { mac: async (text: string) => `mac-${text}` };
  const copies = configCopies({ connect: () => cluster, macKey, sealed: sealedSecrets({ archive, seal, macKey }) });
  const blueprint = aBlueprint({ target, restore: { ...aBlueprint().restore, secrets } });
  const keep = async () =>
    (
      await keepConfig({ blueprints: registryOf(blueprint), copies })(
        { service: "checkout", copy: [WANTED], needed: [] },
        { logger: silentLogger },
      )
    ).outcomes[0] ?? null;
  const opened = async () => {
    const { cluster, namespace } = target;
    return JSON.parse(
      await seal.open(JSON.parse(archive.stored.get(KEY) ?? ""), { cluster, namespace, service: "checkout", secret: "db" }),
    ) as object;
  };
  return { cluster, archive, seal, copies, keep, opened };
}

describe("K8S-17 a Secret that is kept sealed", () => {
  it("is stored with its type under a key that its content gives, once, and nothing is made in the cluster", async () => {
    const { cluster, archive, keep, opened } = setUp();

    const [first, second] = [await keep(), await keep()];

    expect([first, second]).toEqual(["copied: Secret db is kept sealed in the archive", "there: Secret db is kept sealed in the archive"]);
    expect([[...archive.stored.keys()], archive.puts]).toEqual([[KEY], 1]);
    expect(await opened()).toEqual({ type: "example.com/login", data: DATA });
    expect([...cluster.objects.keys(), ...cluster.writes]).toEqual([SECRET]);
  });

  it("of no type or data is kept as what the API server takes it for", async () => {
    const { cluster, copies, archive } = setUp();
    cluster.put(SECRET, {});
    const dataHash = `mac-${dataHashOf({})}`;

    expect(await copies.copy(target, "checkout", { ...WANTED, dataHash }, "archive")).toMatchObject({ outcome: "copied" });
    expect([...archive.stored.keys()]).toEqual([sealedSecretKey(target, "checkout", "db", dataHash)]);
  });

  it.each(["names", "digests"] as const)("is not, where the blueprint says %s", async (secrets) => {
    const { archive, keep } = setUp(secrets);

    expect([await keep(), archive.puts]).toEqual([null, 0]);
  });

  it("is not with a content that has moved on", async () => {
    const { cluster, archive, keep } = setUp();
    cluster.put(SECRET, { type: "Opaque", data: { password: "b3RoZXI=" } });

    expect([await keep(), archive.puts]).toEqual(["moved-on: Secret db has other content by now", 0]);
  });

  it.each<[string, (stored: string) => string]>([
    ["cut", (stored) => stored.slice(0, 20)],
    ["something else", () => '{"data":{}}'],
    ["sealed for another service", (stored) => stored.replace("checkout", "search")],
    ["another type of the same data", () => JSON.stringify(sealedAs({ type: "Opaque", data: DATA }))],
    ["another content", () => JSON.stringify(sealedAs({ type: "example.com/login", data: { password: "eA==" } }))],
  ])("is stored anew where what lies under its key is %s", async (_what, change) => {
    const { archive, keep, opened } = setUp();
    await keep();
    archive.stored.set(KEY, change(archive.stored.get(KEY) ?? ""));

    expect(await keep()).toMatch(/^copied: /);
    expect(await opened()).toEqual({ type: "example.com/login", data: DATA });
  });

  it.each<[string, (body: string) => string | null, RegExp]>([
    ["got lost", () => null, /is not there$/],
    ["arrived changed", (body) => body.slice(1), /it was changed$/],
  ])("is not called kept when what was stored %s", async (_what, onTheWay, reason) => {
    const { archive, keep } = setUp();
    archive.onTheWay = onTheWay;

    expect(await keep()).toMatch(/^refused: the sealed content of Secret shop\/db /);
    expect(await keep()).toMatch(reason);
  });

  it("is the only kind that goes there, and only where an archive is given", async () => {
    const { cluster, copies } = setUp();
    cluster.put("/api/v1/namespaces/shop/configmaps/settings", { data: { MODE: "safe" } });
    const map = { kind: "ConfigMap", name: "settings", dataHash: dataHashOf({ data: { MODE: "safe" } }) } as const;
    const without = configCopies({ connect: () => cluster, macKey: { mac: async (text) => `mac-${text}` } });

    expect(await copies.copy(target, "checkout", map, "archive")).toMatchObject({ outcome: "refused" });
    expect(await without.copy(target, "checkout", WANTED, "archive")).toMatchObject({ outcome: "refused" });
  });
});

function sealedAs(content: object) {
  const { cluster, namespace } = target;
  const context = { cluster, namespace, service: "checkout", secret: "db" };
  return { dataKey: JSON.stringify(context), nonce: "", sealed: Buffer.from(JSON.stringify(content)).toString("base64") };
}
