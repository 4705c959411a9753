import { describe, expect, it } from "vitest";
import type { ReleaseParts } from "../../functions/domain/release.ts";
import { configDiff, releaseDiff, sameTemplate } from "../../functions/domain/release-diff.ts";
import { aConfig, BAD_DIGEST, GOOD_IMAGE, releaseParts } from "../support/builders/index.ts";

const other = { templateHash: "another" } as const;

describe("what differs between two releases", () => {
  it("is nothing between a release and itself, whatever holds it", () => {
    expect(releaseDiff(releaseParts(), releaseParts({ ...other, revisionName: "x", configs: [aConfig({ copy: null })] }))).toEqual([]);
  });

  it.each<[Partial<ReleaseParts>, string]>([
    [
      { images: [{ container: "app", image: "demo/checkout:v2", digest: null }] },
      "image of container app demo/checkout:v1 -> demo/checkout:v2",
    ],
    [{ images: [{ container: "app", image: GOOD_IMAGE, digest: BAD_DIGEST }] }, "content behind tag demo/checkout:v1 of container app"],
    [{ ...other, facets: { "container app": "0a0a", "limits of container app": "ffff" } }, "limits of container app"],
    [{ ...other, facets: { "container app": "0a0a", "limits of container app": "1b1b", volumes: "1" } }, "volumes (new)"],
    [{ scale: { replicas: 2, owner: null } }, "replicas 3 -> 2"],
    [{ strategy: { type: "Recreate", maxSurge: "0", maxUnavailable: "100%" } }, "strategy RollingUpdate 25%/25% -> Recreate 0/100%"],
    [{ configs: [aConfig({ dataHash: "d2" })] }, "ConfigMap app-settings"],
    [{ configs: [aConfig(), aConfig({ name: "more" })] }, "ConfigMap more (new)"],
    [{ configs: [] }, "ConfigMap app-settings (gone)"],
    [{ pdb: { name: "checkout", specHash: "s" } }, "PodDisruptionBudget checkout (new)"],
    [{ fixed: { selector: "app=x", specHash: "fixed" } }, "selector"],
  ])("%j is told as '%s'", (parts, words) => {
    expect(releaseDiff(releaseParts(), releaseParts(parts))).toEqual([words]);
  });

  it("tells a container that came or went once, not by each of its aspects", () => {
    const sidecar = { ...releaseParts().facets, "container proxy": "1", "limits of container proxy": "2", "ports of container proxy": "3" };

    expect(releaseDiff(releaseParts(), releaseParts({ ...other, facets: sidecar }))).toEqual(["container proxy (new)"]);
  });

  it("tells bounds of an autoscaler apart from the rest of it", () => {
    const hpa = { name: "checkout", minReplicas: 2, maxReplicas: 9, specHash: "s" };
    const diff = (now: Partial<typeof hpa>) => releaseDiff(releaseParts({ hpa }), releaseParts({ hpa: { ...hpa, ...now } }));

    expect(diff({ maxReplicas: 4 })).toEqual(["bounds of HorizontalPodAutoscaler checkout 2 to 9 -> 2 to 4"]);
    expect(diff({ specHash: "t" })).toEqual(["HorizontalPodAutoscaler checkout"]);
  });

  it("is none where a part could not be read on one side, a digest was not reported, or an autoscaler sets the replicas", () => {
    const pdb = { name: "checkout", specHash: "s" };

    expect(releaseDiff(releaseParts({ unread: ["pdb"] }), releaseParts({ pdb }))).toEqual([]);
    expect(releaseDiff(releaseParts(), releaseParts({ images: [{ container: "app", image: GOOD_IMAGE, digest: null }] }))).toEqual([]);
    expect(releaseDiff(releaseParts(), releaseParts({ configs: [aConfig({ dataHash: null })] }))).toEqual([]);
    expect(releaseDiff(releaseParts(), releaseParts({ scale: { replicas: 9, owner: "checkout" } }))).toEqual([]);
  });

  it("is no change of the configuration after an upgrade of the cluster, which fills in new defaults", () => {
    const upgraded = releaseParts({
      facets: { "container app": "0a0a", "limits of container app": "9999" },
      pdb: { name: "checkout", specHash: "new default" },
    });

    expect(releaseDiff(releaseParts({ pdb: { name: "checkout", specHash: "s" } }), upgraded)).toEqual(["PodDisruptionBudget checkout"]);
    expect(configDiff(releaseParts({ pdb: { name: "checkout", specHash: "s" } }), upgraded)).toEqual([]);
  });

  it("a restart has the same template under another hash", () => {
    expect(sameTemplate(releaseParts(), releaseParts(other))).toBe(true);
    expect(sameTemplate(releaseParts(), releaseParts({ ...other, facets: {} }))).toBe(false);
  });
});
