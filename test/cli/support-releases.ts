import type { Release } from "../../functions/domain/release.ts";
import { aRelease, BAD_DIGEST, BAD_HASH, BAD_IMAGE, MOMENTS, releaseParts } from "../support/builders/index.ts";

/** v1: good, and where a rollback leads. */
export const v1 = aRelease();
/** v2: live since the change, not judged yet. */
export const v2 = aRelease({
  hash: "ffee00112233",
  verdict: "candidate",
  verdictBy: null,
  liveSince: MOMENTS.changeAt,
  lastSeenAt: MOMENTS.alarmAt,
  parts: releaseParts({
    templateHash: BAD_HASH,
    images: [{ container: "app", image: BAD_IMAGE, digest: BAD_DIGEST }],
    facets: { "container app": "ffff" },
  }),
});

/** A release before both. */
export function v0(overrides: Partial<Release> = {}): Release {
  const digest = `sha256:${"0".repeat(64)}`;
  return aRelease({
    hash: "0123456789ab",
    lastSeenAt: "2026-11-18T09:00:00.000Z",
    liveSince: "2026-11-17T09:00:00.000Z",
    parts: releaseParts({
      templateHash: "59f7c9d8b5",
      images: [{ container: "app", image: "demo/checkout:v0", digest }],
      facets: { "container app": "0000" },
    }),
    ...overrides,
  });
}
