import type { LiveRelease, Release } from "./release.ts";
import { configDiff, releaseDiff, sameTemplate } from "./release-diff.ts";
import { newestRelease } from "./release-targets.ts";
import type { Change } from "./rollback-document.ts";
import { secondsBetween } from "./time.ts";

export interface ReleaseSuspicionFacts {
  /** Snapshots of the service. */
  readonly releases: readonly Release[];
  /** Null when no snapshot of what is live could be taken. */
  readonly live: LiveRelease | null;
  readonly image: string;
  readonly now: string;
}

/** The release that was live before this one; null when none has a snapshot. */
export function previousRelease({ releases, live }: Pick<ReleaseSuspicionFacts, "releases" | "live">): Release | null {
  return newestRelease(releases.filter(({ hash }) => hash !== live?.hash));
}

/** The template is as it was, and what around it can be taken back is not: a change of the configuration. Null when there is none. */
export function lastConfigChange(facts: ReleaseSuspicionFacts): Change | null {
  const { releases, live, image, now } = facts;
  const before = previousRelease(facts);
  if (live === null || before === null || !sameTemplate(before.parts, live.parts)) return null;
  const parts = configDiff(before.parts, live.parts);
  if (parts.length === 0) return null;
  const known = releases.find(({ hash }) => hash === live.hash);
  const seen = known !== undefined && secondsBetween(before.lastSeenAt, known.liveSince) >= 0;
  return {
    kind: "config",
    earliestAt: before.lastSeenAt,
    startedAt: seen ? known.liveSince : now,
    fromHash: before.parts.templateHash,
    toHash: live.parts.templateHash,
    fromReplicas: null,
    toReplicas: null,
    image,
    fromRelease: before.hash,
    toRelease: live.hash,
    parts,
    digests: newDigests(before, live),
  };
}

/** What snapshots add to a deploy: which releases, what differs in words, and which image digests came with it. */
export function releaseFactsOf(facts: ReleaseSuspicionFacts): Pick<Change, "fromRelease" | "toRelease" | "parts" | "digests"> {
  const { live } = facts;
  const before = previousRelease(facts);
  if (live === null || before === null) return {};
  return {
    fromRelease: before.hash,
    toRelease: live.hash,
    parts: releaseDiff(before.parts, live.parts),
    digests: newDigests(before, live),
  };
}

/** Is what is live a release that was good before the one that it replaced came? Going back is a change too, but none to be taken back. */
export function isReturnToGoodRelease({ releases, live }: ReleaseSuspicionFacts): boolean {
  const known = releases.find(({ hash }) => hash === live?.hash);
  if (known?.verdict !== "good") return false;
  return releases.some(({ hash, firstSeenAt }) => hash !== known.hash && Date.parse(firstSeenAt) > Date.parse(known.firstSeenAt));
}

function newDigests(before: Release, live: LiveRelease): string[] {
  const old = new Set(before.parts.images.map(({ digest }) => digest));
  return [...new Set(live.parts.images.flatMap(({ digest }) => (digest === null || old.has(digest) ? [] : [digest])))];
}
