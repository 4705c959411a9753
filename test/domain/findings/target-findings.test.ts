import { describe, expect, it } from "vitest";
import { imagesToAsk, knownVerdict, type VulnerableImage } from "../../../functions/domain/findings/target-findings.ts";
import type { PlanTarget } from "../../../functions/domain/rollback-document.ts";
import { GOOD_HASH, MOMENTS } from "../../support/builders/moments.ts";
import { aRelease, BAD_DIGEST, GOOD_DIGEST, releaseParts } from "../../support/builders/release.ts";

const finding: VulnerableImage = {
  ...{ id: "arn:aws:inspector2:x:finding/f", source: "inspector", severity: "high", type: "CVE-2024-6119", title: "CVE-2024-6119" },
  ...{ firstSeenAt: MOMENTS.onsetAt, imageDigest: BAD_DIGEST },
};
const target: PlanTarget = {
  templateHash: GOOD_HASH,
  replicaSet: "checkout-1",
  image: "shop/checkout:v1",
  replicas: 3,
  releaseHash: aRelease().hash,
};
const SIDECAR = `sha256:${"3".repeat(64)}`;
const images = (app: string | null) => [
  { container: "app", image: "shop/checkout:v1", digest: app },
  { container: "proxy", image: "shop/proxy:v7", digest: SIDECAR },
];
const releases = [aRelease({ parts: releaseParts({ images: images(GOOD_DIGEST) }) })];
const live = { hash: "b", parts: releaseParts({ images: images(BAD_DIGEST) }), irreversible: null };

describe("the image of a target that is asked about", () => {
  it("is that of the container in which the vulnerable one runs, and no other's", () => {
    expect(imagesToAsk([target], finding, { releases, live })).toEqual([
      { templateHash: GOOD_HASH, image: "shop/checkout:v1", digest: GOOD_DIGEST },
    ]);
  });

  it("is every image where nobody knows that container", () => {
    expect(imagesToAsk([target], finding, { releases, live: null }).map(({ digest }) => digest)).toEqual([GOOD_DIGEST, SIDECAR]);
  });

  it("is the one that will be written where a tag has moved on", () => {
    const pinned = { ...target, images: { app: `shop/checkout@${SIDECAR}` } };

    expect(imagesToAsk([pinned], finding, { releases, live })).toMatchObject([{ digest: SIDECAR }]);
  });

  it("has no digest where only its tag was ever observed: nobody knows", () => {
    const [image] = imagesToAsk([{ ...target, releaseHash: null }], finding, { releases, live });

    expect(image).toMatchObject({ digest: null });
    expect(image && knownVerdict(image, finding)).toMatchObject({ verdict: "unknown" });
  });

  it("need not be asked about when it is the very same image", () => {
    expect(knownVerdict({ templateHash: GOOD_HASH, image: "shop/checkout:v1", digest: BAD_DIGEST }, finding)).toMatchObject({
      verdict: "affected",
    });
    expect(knownVerdict({ templateHash: GOOD_HASH, image: "shop/checkout:v1", digest: GOOD_DIGEST }, finding)).toBeNull();
  });
});
