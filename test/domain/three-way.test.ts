import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReleaseParts } from "../../functions/domain/release.ts";
import { type ThreeWayFacts, threeWay } from "../../functions/domain/three-way.ts";
import { aConfig, BAD_DIGEST, BAD_HASH, BAD_IMAGE, GOOD_DIGEST, GOOD_IMAGE, releaseParts } from "../support/builders/index.ts";

const deployed = (overrides: Partial<ReleaseParts> = {}) =>
  releaseParts({ templateHash: BAD_HASH, images: [{ container: "app", image: BAD_IMAGE, digest: BAD_DIGEST }], ...overrides });
const hpa = (minReplicas: number, maxReplicas: number, specHash = "s") => ({ name: "checkout", minReplicas, maxReplicas, specHash });
const config = (dataHash: string | null, overrides = {}) => [aConfig({ dataHash, copy: `copy-${dataHash}`, ...overrides })];

function restore(before: Partial<ReleaseParts>, after: Partial<ReleaseParts>, live = after, more: Partial<ThreeWayFacts> = {}) {
  return threeWay({
    before: releaseParts(before),
    after: deployed(after),
    live: deployed(live),
    afterIsLive: false,
    policy: { configMaps: true, secrets: "names" },
    ...more,
  });
}

describe("what of a release comes back", () => {
  it("is the template alone where nothing else has changed", () => {
    expect(restore({}, {})).toEqual({
      template: true,
      pinnedImages: {},
      configs: [],
      replicas: null,
      autoscaler: null,
      refused: [],
      kept: [],
    });
  });

  it("K8S-15 is the content of a ConfigMap that the deploy changed, from its copy", () => {
    const { configs, kept } = restore({ configs: config("d1") }, { configs: config("d2") });

    expect(configs).toEqual([{ ...config("d1")[0], fromHash: "d2" }]);
    expect(kept).toEqual([]);
  });

  it("is not what somebody has edited since, what has gone back already, or what has no copy; each with the reason", () => {
    expect(restore({ configs: config("d1") }, { configs: config("d2") }, { configs: config("d3") })).toMatchObject({
      configs: [],
      kept: ["ConfigMap app-settings was edited again since: it stays as it is"],
    });
    expect(restore({ configs: config("d1") }, { configs: config("d2") }, { configs: config("d1") })).toMatchObject({
      configs: [],
      kept: [],
    });
    expect(restore({ configs: config("d1", { copy: null }) }, { configs: config("d2") })).toMatchObject({
      configs: [],
      kept: ["ConfigMap app-settings has changed and stays: no copy of its earlier content was made"],
    });
  });

  it("K8S-16 is the template alone where its ConfigMap has another name: the earlier one is there still", () => {
    const { template, configs, kept } = restore(
      { configs: config("d1", { name: "settings-1" }) },
      { configs: config("d2", { name: "settings-2" }) },
    );

    expect([template, configs, kept]).toEqual([true, [], []]);
  });

  it("refuses what no update can take back: a selector, claims, a ConfigMap that was re-created as immutable", () => {
    expect(restore({}, { fixed: { selector: "app=other", specHash: "fixed" } }).refused).toEqual([
      "the selector has changed (app=checkout -> app=other), which no update can take back: the workload needs to be re-created",
    ]);
    expect(restore({}, { fixed: { selector: "app=checkout", specHash: "claims" } }).refused).toHaveLength(1);
    expect(restore({ configs: config("d1") }, { configs: config("d2", { immutable: true }) }).refused).toEqual([
      "ConfigMap app-settings was re-created as immutable with other content: it needs to be re-created by hand",
    ]);
  });

  it.each([
    ["names", []],
    ["digests", []],
    ["encrypted", ["db"]],
    ["copies", ["db"]],
  ] as const)("K8S-17 is a Secret only where restore.secrets keeps contents: %s", (secrets, expected) => {
    const copy = secrets === "encrypted" ? "secrets/checkout/demo/shop/db/m1.json" : "rollguard-snap-db-m1";
    const secret = (dataHash: string) => config(dataHash, { kind: "Secret", name: "db", copy });
    const { configs, kept } = restore({ configs: secret("m1") }, { configs: secret("m2") }, undefined, {
      policy: { configMaps: true, secrets },
    });

    expect(configs.map(({ name }) => name)).toEqual(expected);
    expect(kept).toHaveLength(expected.length === 0 ? 1 : 0);
  });

  it.each([
    ["encrypted", "rollguard-snap-db-m1"],
    ["copies", "secrets/checkout/demo/shop/db/m1.json"],
  ] as const)("is no Secret whose content was kept before restore.secrets was %s", (secrets, copy) => {
    const secret = (dataHash: string) => config(dataHash, { kind: "Secret", name: "db", copy });

    expect(
      restore({ configs: secret("m1") }, { configs: secret("m2") }, undefined, { policy: { configMaps: true, secrets } }),
    ).toMatchObject({
      configs: [],
      kept: [`Secret db has changed and stays: its earlier content was kept otherwise than restore.secrets: ${secrets} keeps it`],
    });
  });

  it("K8S-42 is the replicas that the same deploy changed, unless an autoscaler owns them or somebody has scaled since", () => {
    const scale = (replicas: number, owner: string | null = null) => ({ scale: { replicas, owner } });

    expect(restore(scale(3), scale(2)).replicas).toBe(3);
    expect(restore(scale(3), scale(3)).replicas).toBeNull();
    expect(restore(scale(3), scale(2), scale(5))).toMatchObject({
      replicas: null,
      kept: ["5 replicas were set since (3 before): they stay"],
    });
    expect(restore(scale(3, "checkout"), scale(2, "checkout")).replicas).toBeNull();
  });

  it("is the bounds of the autoscaler that the deploy changed, and never the rest of it", () => {
    const { autoscaler } = restore({ hpa: hpa(2, 9) }, { hpa: hpa(2, 3) });

    expect(autoscaler).toEqual({
      kind: "restore-autoscaler",
      hpa: "checkout",
      minReplicas: 2,
      maxReplicas: 9,
      prior: '{"minReplicas":2,"maxReplicas":3}',
    });
    expect(restore({ hpa: hpa(2, 9) }, { hpa: hpa(2, 3) }, { hpa: hpa(4, 4) })).toMatchObject({
      autoscaler: null,
      kept: [expect.stringContaining("changed again since")],
    });
    expect(restore({ hpa: hpa(2, 9) }, { hpa: hpa(2, 9, "t") })).toMatchObject({
      autoscaler: null,
      kept: ["the rest of HorizontalPodAutoscaler checkout has changed and stays"],
    });
  });

  it("K8S-18 is the image by its digest where the tag points somewhere else since", () => {
    const image = (digest: string | null, name = GOOD_IMAGE) => ({ images: [{ container: "app", image: name, digest }] });

    expect(restore(image(GOOD_DIGEST), image(BAD_DIGEST)).pinnedImages).toEqual({ app: `demo/checkout@${GOOD_DIGEST}` });
    expect(restore(image(GOOD_DIGEST), image(null)).pinnedImages).toEqual({});
    expect(restore(image(GOOD_DIGEST), image(GOOD_DIGEST)).pinnedImages).toEqual({});
    expect(restore(image(GOOD_DIGEST, "host:5000/a/b:v1"), image(BAD_DIGEST, "host:5000/a/b:v1")).pinnedImages).toEqual({
      app: `host:5000/a/b@${GOOD_DIGEST}`,
    });
    expect(restore(image(GOOD_DIGEST, `a@${GOOD_DIGEST}`), image(BAD_DIGEST, `a@${GOOD_DIGEST}`)).pinnedImages).toEqual({});
  });

  it("is only the template and what it refers to where nobody took a snapshot after the change", () => {
    const changed = { scale: { replicas: 2, owner: null }, configs: config("d2"), hpa: hpa(1, 1) };
    const { template, configs, replicas, autoscaler } = restore({ configs: config("d1"), hpa: hpa(2, 9) }, changed, changed, {
      afterIsLive: true,
    });

    expect([template, configs.length, replicas, autoscaler]).toEqual([true, 1, null, null]);
  });

  it("never writes what the change did not change, nor what is not as the change left it (property)", () => {
    const side = fc.record({
      data: fc.constantFrom("a", "b", "c"),
      replicas: fc.integer({ min: 1, max: 3 }),
      max: fc.integer({ min: 5, max: 7 }),
    });
    fc.assert(
      fc.property(side, side, side, (before, after, live) => {
        const of = ({ data, replicas, max }: typeof before) => ({
          configs: config(data),
          scale: { replicas, owner: null },
          hpa: hpa(1, max),
        });
        const result = restore(of(before), of(after), of(live));

        expect(result.configs.length === 1).toBe(before.data !== after.data && after.data === live.data);
        expect(result.replicas !== null).toBe(before.replicas !== after.replicas && after.replicas === live.replicas);
        expect(result.autoscaler !== null).toBe(before.max !== after.max && after.max === live.max);
      }),
    );
  });
});
