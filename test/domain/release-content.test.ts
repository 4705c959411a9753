import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import type { ReleaseParts } from "../../functions/domain/release.ts";
import { canonicalJson, releaseHash, type TemplateJson, templateFacets } from "../../functions/domain/release-content.ts";
import { aConfig, GOOD_DIGEST, releaseParts } from "../support/builders/index.ts";

const template: TemplateJson = {
  metadata: { labels: { app: "checkout" }, annotations: { team: "shop" } },
  spec: {
    containers: [
      {
        name: "app",
        image: "demo/checkout:v1",
        env: [{ name: "WORKERS", value: "4" }],
        resources: { limits: { memory: "256Mi" } },
        readinessProbe: { httpGet: { path: "/ready", port: 8080 } },
      },
    ],
    volumes: [{ name: "config", configMap: { name: "app-settings" } }],
    terminationGracePeriodSeconds: 30,
  },
};
const hashOf = (parts: ReleaseParts = releaseParts(), of: TemplateJson = template) => releaseHash(parts, of, sha256Hex);
const withTemplate = (edit: (copy: Record<string, never>) => void): TemplateJson => {
  const copy = structuredClone(template) as unknown as Record<string, never>;
  edit(copy);
  return copy as unknown as TemplateJson;
};
/** Any JSON value, as an object of the API may hold it. */
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(tie("value")),
    fc.dictionary(fc.string(), tie("value")),
  ),
})).value;

describe("canonical JSON", () => {
  it("does not depend on the order of keys, nor on null or an empty list against absent", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.infiniteStream(fc.nat()), (object, order) => {
        const shuffled = Object.entries(object)
          .map((entry) => [order.next().value as number, entry] as const)
          .sort(([one], [other]) => one - other)
          .map(([, entry]) => entry);
        const padded = Object.fromEntries([...shuffled, ["\u0000absent", null], ["\u0000empty", []]]);

        expect(canonicalJson(padded)).toBe(canonicalJson(object));
      }),
    );
  });

  it("tells different values apart, also in order and nesting of lists", () => {
    expect(new Set([{ a: [1, 2] }, { a: [2, 1] }, { a: [[1], 2] }, { a: "1,2" }, { a: {} }, {}].map(canonicalJson)).size).toBe(6);
  });
});

describe("the name of a release", () => {
  it.each<[string, () => string]>([
    ["the revision that holds it", () => hashOf(releaseParts({ templateHash: "other", revisionName: "checkout-other" }))],
    ["the copy of its configuration", () => hashOf(releaseParts({ configs: [aConfig({ copy: null })] }))],
    [
      "a restart",
      () =>
        hashOf(
          releaseParts(),
          withTemplate((copy) =>
            Object.assign((copy as never as TemplateJson).metadata?.annotations ?? {}, {
              "kubectl.kubernetes.io/restartedAt": "2026-11-20T03:00:00Z",
            }),
          ),
        ),
    ],
    [
      "a restart of ours",
      () =>
        hashOf(
          releaseParts(),
          withTemplate((copy) =>
            Object.assign((copy as never as TemplateJson).metadata?.annotations ?? {}, { "rollguard.dev/restarted-by": "rg-1" }),
          ),
        ),
    ],
    [
      "the controller's label",
      () =>
        hashOf(
          releaseParts(),
          withTemplate((copy) =>
            Object.assign((copy as never as TemplateJson).metadata?.labels ?? {}, { "pod-template-hash": "6d4b75cb6d" }),
          ),
        ),
    ],
    ["the order of its parts", () => hashOf(releaseParts({ configs: [...releaseParts().configs].reverse() }))],
  ])("does not depend on %s", (_what, other) => {
    expect(other()).toBe(hashOf());
  });

  it("leaves out the replicas that an autoscaler owns, and the weights that a router owns", () => {
    const scaled = (replicas: number) => hashOf(releaseParts({ scale: { replicas, owner: "checkout" } }));
    const route = { router: "flagger", name: "checkout", rule: null } as const;
    const weighted = (canary: number, owner: string | null) =>
      hashOf(releaseParts({ routes: [{ route, weights: { stable: 100 - canary, canary }, owner }] }));

    expect(scaled(3)).toBe(scaled(12));
    expect(weighted(0, "flagger")).toBe(weighted(30, "flagger"));
    expect(weighted(0, null)).not.toBe(weighted(30, null));
  });

  const changes: [string, Partial<ReleaseParts>][] = [
    ["an image", { images: [{ container: "app", image: "demo/checkout:v2", digest: GOOD_DIGEST }] }],
    ["the content behind a tag", { images: [{ container: "app", image: "demo/checkout:v1", digest: `sha256:${"9".repeat(64)}` }] }],
    ["the strategy", { strategy: { type: "Recreate", maxSurge: "0", maxUnavailable: "100%" } }],
    ["the replicas", { scale: { replicas: 2, owner: null } }],
    ["an autoscaler", { hpa: { name: "checkout", minReplicas: 2, maxReplicas: 9, specHash: "s" } }],
    ["a budget", { pdb: { name: "checkout", specHash: "s" } }],
    ["the content of a ConfigMap", { configs: [aConfig({ dataHash: "d2" })] }],
    ["a Secret's name", { configs: [aConfig(), aConfig({ kind: "Secret", dataHash: null })] }],
    ["the Service", { service: { name: "checkout", selector: { app: "checkout" }, specHash: "s" } }],
    ["the selector", { fixed: { selector: "app=other", specHash: "fixed" } }],
  ];
  it.each(changes)("changes with %s", (_what, parts) => {
    expect(hashOf(releaseParts(parts))).not.toBe(hashOf());
  });

  it("changes with any field of the template, and is the same for every order of its keys (property)", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), json, (key, value) => {
        fc.pre(canonicalJson({ value }) !== "{}" && !["name", "image", "__proto__"].includes(key));
        const changed = withTemplate((copy) => {
          const [container] = (copy as never as TemplateJson).spec?.containers ?? [];
          Object.assign(container ?? {}, { [key]: value });
        });
        const same = canonicalJson(changed) === canonicalJson(template);

        expect(hashOf(releaseParts(), changed) === hashOf()).toBe(same);
      }),
    );
  });

  it("is never two different ones for the parts together: each restorable part alone gives its own", () => {
    const hashes = [hashOf(), ...changes.map(([, parts]) => hashOf(releaseParts(parts)))];

    expect(new Set(hashes).size).toBe(changes.length + 1);
    expect(hashes.every((hash) => /^[0-9a-f]{12}$/.test(hash))).toBe(true);
  });
});

describe("facets of a template", () => {
  it.each<[string, (container: Record<string, unknown>) => void]>([
    ["limits of container app", (container) => Object.assign(container, { resources: { limits: { memory: "64Mi" } } })],
    ["environment of container app", (container) => Object.assign(container, { env: [{ name: "WORKERS", value: "5" }] })],
    ["command of container app", (container) => Object.assign(container, { args: ["--fast"] })],
    ["probes of container app", (container) => Object.assign(container, { readinessProbe: { tcpSocket: { port: 1 } } })],
  ])("show a change as %s, and nothing else", (facet, edit) => {
    const changed = withTemplate((copy) =>
      edit((copy as never as { spec: { containers: Record<string, unknown>[] } }).spec.containers[0] ?? {}),
    );
    const [before, after] = [templateFacets(template, sha256Hex), templateFacets(changed, sha256Hex)];
    const different = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => before[key] !== after[key]);

    expect(different).toEqual([facet]);
  });

  it("hold no value of the template, and too little of its hash to find one by trying", () => {
    const text = JSON.stringify(templateFacets(template, sha256Hex));

    expect(text).not.toContain("256Mi");
    expect(Object.values(templateFacets(template, sha256Hex)).every((hash) => hash.length === 4)).toBe(true);
  });
});
