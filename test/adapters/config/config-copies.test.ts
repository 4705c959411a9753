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
const COPY = copyName("settings", HASH);

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
  const copies = configCopies({ connect: () => cluster, macKey });
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
    expect(on.cluster.at(`${CORE}/secrets/${copyName("db", mac)}`)).toMatchObject({ type: "Opaque", immutable: true });
  });

  it("go when nobody needs them: not the newest three of their source, and none that a kept release names", async () => {
    const { cluster, keep } = setUp();
    for (const [index, name] of ["c1", "c2", "c3", "c4", "c5"].entries()) {
      cluster.put(`${CORE}/configmaps/rollguard-snap-${name}`, {
        metadata: {
          creationTimestamp: `2026-11-2${index}T00:00:00Z`,
          labels: { [COPY_LABEL]: "checkout" },
          annotations: { [COPY_ANNOTATION]: "settings" },
        },
      });
    }
    cluster.put(`${CORE}/configmaps/others`, { metadata: { labels: { [COPY_LABEL]: "search" } } });

    const { removed } = await keep({ needed: ["rollguard-snap-c1"] });

    expect([removed, cluster.removed]).toEqual([["rollguard-snap-c2"], ["rollguard-snap-c2"]]);
  });

  it("are asked for by nobody else's name", async () => {
    const { keep } = setUp();

    await expect(keep({ service: "search" })).rejects.toThrow("no blueprint is named search");
  });

  it("have names that Kubernetes takes, however long the source's is", () => {
    for (const name of ["a", "x".repeat(253), `${"y".repeat(224)}.z`]) {
      for (const hash of [HASH, "q+/Z=="]) expect(copyName(name, hash)).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
      expect(copyName(name, HASH).length).toBeLessThanOrEqual(253);
    }
  });
});
