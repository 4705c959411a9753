import { RELEASE_SCHEMA, type Release, type ReleaseParts, type Snapshot } from "../../../functions/domain/release.ts";
import { canonicalJson } from "../../../functions/domain/release-content.ts";
import { GOOD_HASH, GOOD_IMAGE, GOOD_REPLICA_SET, MOMENTS, SERVICE } from "./moments.ts";

export const GOOD_DIGEST = `sha256:${"1".repeat(64)}`;
export const BAD_DIGEST = `sha256:${"2".repeat(64)}`;

/** What is restorable of `checkout` v1: three replicas, one ConfigMap with a copy, no autoscaler. */
export function releaseParts(overrides: Partial<ReleaseParts> = {}): ReleaseParts {
  return {
    templateHash: GOOD_HASH,
    revisionName: GOOD_REPLICA_SET,
    images: [{ container: "app", image: GOOD_IMAGE, digest: GOOD_DIGEST }],
    strategy: { type: "RollingUpdate", maxSurge: "25%", maxUnavailable: "25%" },
    scale: { replicas: 3, owner: null },
    hpa: null,
    pdb: null,
    configs: [aConfig()],
    service: null,
    routes: [],
    serviceAccount: null,
    fixed: { selector: "app=checkout", specHash: "fixed" },
    facets: { "container app": "0a0a", "limits of container app": "1b1b" },
    unread: [],
    ...overrides,
  };
}

export function aConfig(overrides: Partial<ReleaseParts["configs"][number]> = {}): ReleaseParts["configs"][number] {
  return {
    kind: "ConfigMap",
    name: "app-settings",
    dataHash: "d1",
    immutable: false,
    copy: "rollguard-snap-app-settings-d1",
    ...overrides,
  };
}

/** The good release of `checkout`, with its snapshot. */
export function aRelease(overrides: Partial<Release> = {}): Release {
  return {
    schema: RELEASE_SCHEMA,
    service: SERVICE,
    hash: "a1b2c3d4e5f6",
    parts: releaseParts(),
    source: { commit: "4f2d9ac", branch: "main", actor: "ada" },
    data: { dbSnapshot: null, volumeSnapshot: null },
    irreversible: null,
    verdict: "good",
    verdictBy: "observe-releases",
    firstSeenAt: MOMENTS.goodReleaseAt,
    liveSince: MOMENTS.goodReleaseAt,
    lastSeenAt: "2026-11-20T03:10:00.000Z",
    healthySince: MOMENTS.goodReleaseAt,
    archiveKey: null,
    ...overrides,
  };
}

/** One look at the live objects of `checkout`. */
export function aSnapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  return {
    parts: releaseParts(),
    template: canonicalJson({ spec: { containers: [{ name: "app", image: GOOD_IMAGE }] } }),
    full: "{}",
    source: { commit: null, branch: null, actor: null },
    data: { dbSnapshot: null, volumeSnapshot: null },
    irreversible: null,
    settled: true,
    notes: [],
    ...overrides,
  };
}
