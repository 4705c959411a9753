import { describe, expect, it } from "vitest";
import { configCopies } from "../../../functions/adapters/config/config-copies.ts";
import { COPY_ANNOTATION, COPY_LABEL, copyName } from "../../../functions/adapters/kubernetes/config-copy.ts";
import type { CreateAnswer, RemoveAnswer } from "../../../functions/adapters/kubernetes/kubernetes-client.ts";
import { dataHashOf } from "../../../functions/adapters/kubernetes/snapshot-lists.ts";
import { keepConfig } from "../../../functions/entry/keep-config/keep-config.ts";
import type { KeepRequest } from "../../../functions/ports/keeper.ts";
import { aBlueprint, aTarget } from "../../support/builders/index.ts";
import { registryOf } from "../../support/fakes/fake-registry.ts";
import { silentLogger } from "../../support/fakes/silent-logger.ts";
import { ObjectCluster } from "../kubernetes/support/object-cluster.ts";

const target = aTarget({ namespace: "shop" });
const CORE = "/api/v1/namespaces/shop";
const CONTENT = { MODE: "safe" };
const HASH = dataHashOf({ data: CONTENT });
const COPY = copyName({ service: "checkout", name: "settings", dataHash: HASH });

/** Also creates and removes. */
class Namespace extends ObjectCluster {
  readonly removed: string[] = [];

  override async create(url: string, body?: unknown): Promise<never> {
    const object = body as { metadata: { name: string } };
    const path = `${url.split("?")[0]}/${object.metadata.name}`;
    const answer: CreateAnswer<object> = this.objects.has(path) ? { outcome: "exists" } : { outcome: "stored", object };
    if (answer.outcome === "stored") this.put(path, object);
    return answer as never;
  }

  override async remove(path: string): Promise<never> {
    this.removed.push(path.split("/").at(-1) ?? "");
    this.objects.delete(path);
    const answer: RemoveAnswer = { outcome: "removed" };
    return answer as never;
  }
}

function setUp(restore: Partial<ReturnType<typeof aBlueprint>["restore"]> = {}) {
  const cluster = new Namespace();
  cluster.put(`${CORE}/configmaps/settings`, { data: CONTENT });
  cluster.put(`${CORE}/secrets/db`, { data: { password: "c2VjcmV0" } });
  const macKey = { mac: async (text: string) => `mac-${text}` };
  const now = () => new Date("2026-11-26T12:00:00Z");
  const copies = configCopies({ connect: () => cluster, now, macKey });
  const blueprint = aBlueprint({ target, restore: { ...aBlueprint().restore, ...restore } });
  const keep = (request: Partial<KeepRequest>) =>
    keepConfig({ blueprints: registryOf(blueprint), copies })(
      { service: "checkout", copy: [], needed: [], ...structuredClone(request) } as never,
      { logger: silentLogger },
    );
  return { cluster, copies, keep };
}
const wanted = { kind: "ConfigMap", name: "settings", dataHash: HASH } as const;

describe("copies of the configuration", () => {
  it("are immutable, have the content's hash in their names, and are made once", async () => {
    const { cluster, keep } = setUp();

    const first = await keep({ copy: [wanted] });
    const second = await keep({ copy: [wanted] });

    expect(cluster.at(`${CORE}/configmaps/${COPY}`)).toMatchObject({
      immutable: true,
      data: CONTENT,
      metadata: { labels: { [COPY_LABEL]: "checkout" }, annotations: { [COPY_ANNOTATION]: "settings" } },
    });
    expect([first.outcomes, second.outcomes].map(([outcome]) => outcome?.split(":")[0])).toEqual(["copied", "there"]);
  });

  it("are not made of a content that has moved on", async () => {
    const { cluster, keep } = setUp();
    cluster.change(`${CORE}/configmaps/settings`, (map: { data: object }) => Object.assign(map.data, { MODE: "wild" }));

    expect((await keep({ copy: [wanted] })).outcomes).toEqual(["moved-on: ConfigMap settings has other content by now"]);
    expect(cluster.objects.has(`${CORE}/configmaps/${COPY}`)).toBe(false);
  });

  it("are refused where something else has that name", async () => {
    const { cluster, keep } = setUp();
    cluster.put(`${CORE}/configmaps/${COPY}`, { data: { MODE: "foreign" } });

    expect((await keep({ copy: [wanted] })).outcomes).toEqual([`refused: ConfigMap ${COPY} does not hold the content that was copied`]);
  });

  it("K8S-17 of Secrets are made only where the blueprint says copies, and named by a MAC", async () => {
    const mac = `mac-${dataHashOf({ data: { password: "c2VjcmV0" } })}`;
    const secret = { kind: "Secret", name: "db", dataHash: mac } as const;
    const off = setUp();
    const on = setUp({ secrets: "copies" });

    expect((await off.keep({ copy: [secret] })).outcomes).toEqual([]);
    expect((await on.keep({ copy: [secret] })).outcomes).toEqual([expect.stringMatching(/^copied: /)]);
    expect(on.cluster.at(`${CORE}/secrets/${copyName({ service: "checkout", name: "db", dataHash: mac })}`)).toMatchObject({
      type: "Opaque",
      immutable: true,
    });
  });

  it("go when nobody needs them: not before they are a day old, and none that a kept release names", async () => {
    const { cluster, keep } = setUp();
    const copyAt = (name: string, creationTimestamp: string | undefined, service = "checkout") =>
      cluster.put(`${CORE}/configmaps/rollguard-snap-${name}`, {
        metadata: { creationTimestamp, labels: { [COPY_LABEL]: service }, annotations: { [COPY_ANNOTATION]: `settings-${name}` } },
      });
    copyAt("needed", "2026-10-01T00:00:00Z");
    copyAt("old", "2026-10-02T00:00:00Z");
    copyAt("yesterday", "2026-11-25T11:59:59Z");
    copyAt("young", "2026-11-25T12:00:01Z");
    copyAt("undated", undefined);
    copyAt("others", "2026-10-03T00:00:00Z", "search");

    const { removed } = await keep({ needed: ["rollguard-snap-needed"] });

    expect(removed).toEqual(["rollguard-snap-old", "rollguard-snap-yesterday"]);
    expect(cluster.removed).toEqual(removed);
  });

  it("of one original are each service's own: what one prunes, the other still has", async () => {
    const { cluster, copies } = setUp();
    const longAfter = configCopies({ connect: () => cluster, now: () => new Date("2099-01-01T00:00:00Z") });
    const names = ["checkout", "search"].map((service) => copyName({ service, name: "settings", dataHash: HASH }));
    for (const service of ["checkout", "search"]) expect((await copies.copy(target, service, wanted)).outcome).toBe("copied");
    for (const name of names) {
      cluster.change(`${CORE}/configmaps/${name}`, ({ metadata }: { metadata: object }) =>
        Object.assign(metadata, { creationTimestamp: "2026-11-26T12:00:00Z" }),
      );
    }

    const removed = await longAfter.prune(target, "checkout", ["ConfigMap"], []);

    expect(removed).toEqual([names[0]]);
    expect(cluster.objects.has(`${CORE}/configmaps/${names[1]}`)).toBe(true);
  });

  it("are asked for by nobody else's name", async () => {
    const { keep } = setUp();

    await expect(keep({ service: "search" })).rejects.toThrow("no blueprint is named search");
  });

  it("have names that Kubernetes takes, however long the source's is", () => {
    for (const name of ["a", "x".repeat(253), `${"y".repeat(224)}.z`]) {
      for (const hash of [HASH, "q+/Z=="])
        expect(copyName({ service: "checkout", name, dataHash: hash })).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
      expect(copyName({ service: "checkout", name, dataHash: HASH }).length).toBeLessThanOrEqual(253);
    }
  });
});
