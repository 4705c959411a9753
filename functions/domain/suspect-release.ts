import type { LiveRelease, Release } from "./release.ts";
import { configDiff, releaseDiff, sameTemplate, trafficDiff } from "./release-diff.ts";
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
  const { live, image } = facts;
  const before = previousRelease(facts);
  if (live === null || before === null || !sameTemplate(before.parts, live.parts)) return null;
  const parts = configDiff(before.parts, live.parts);
  if (parts.length === 0) return null;
  return { ...changeAround(facts, before, live), kind: "config", image, parts, digests: newDigests(before, facts) };
}

/**
 * Only the weights are others than with a good release: a shift of the traffic. After a release that was not proven good a shift is a step of its rollout, and
 * the deploy is what is suspected. Null when there is none.
 */
export function lastTrafficChange(facts: ReleaseSuspicionFacts): Change | null {
  const { live, image } = facts;
  const before = previousRelease(facts);
  if (live === null || before?.verdict !== "good") return null;
  const parts = trafficDiff(before.parts, live.parts);
  return parts.length === 0 ? null : { ...changeAround(facts, before, live), kind: "traffic", image, parts, digests: [] };
}

/** What is known of a change that has left the template as it was. */
function changeAround({ releases, now }: ReleaseSuspicionFacts, before: Release, live: LiveRelease) {
  const known = releases.find(({ hash }) => hash === live.hash);
  const seen = known !== undefined && secondsBetween(before.lastSeenAt, known.liveSince) >= 0;
  return {
    earliestAt: before.lastSeenAt,
    startedAt: seen ? known.liveSince : now,
    fromHash: before.parts.templateHash,
    toHash: live.parts.templateHash,
    fromReplicas: null,
    toReplicas: null,
    fromRelease: before.hash,
    toRelease: live.hash,
  };
}

/**
 * What snapshots add to a deploy: which releases, what differs in words, and which image digests came with it. What was live before it had another template;
 * what somebody has scaled or configured since is a release of its own, and not the one that was deployed.
 */
export function releaseFactsOf(facts: ReleaseSuspicionFacts): Pick<Change, "fromRelease" | "toRelease" | "parts" | "digests"> {
  const { releases, live } = facts;
  if (live === null) return {};
  const [sameDeploy, others] = [true, false].map((same) =>
    releases.filter(({ parts }) => (parts.templateHash === live.parts.templateHash) === same),
  );
  const before = newestRelease(others ?? []);
  if (before === null) return {};
  const known = releases.some(({ hash }) => hash === live.hash);
  return {
    fromRelease: before.hash,
    toRelease: known ? live.hash : (newestRelease(sameDeploy ?? [])?.hash ?? live.hash),
    parts: releaseDiff(before.parts, live.parts),
    digests: newDigests(before, facts),
  };
}

/**
 * Is what is live a release that was good before the one that it replaced came? Going back is a change too, but none to be taken back. After a deploy only
 * another template counts as what was replaced: the same one with other replicas is no return.
 */
export function isReturnToGoodRelease({ releases, live }: ReleaseSuspicionFacts, kind: "deploy" | "config"): boolean {
  const known = releases.find(({ hash }) => hash === live?.hash);
  if (known?.verdict !== "good") return false;
  return releases.some(
    ({ hash, parts, firstSeenAt }) =>
      hash !== known.hash &&
      (kind === "config" || parts.templateHash !== live?.parts.templateHash) &&
      Date.parse(firstSeenAt) > Date.parse(known.firstSeenAt),
  );
}

/** A digest that a good release of another template holds too is not what is wrong: quarantined, it would keep that one from coming back. */
function newDigests(before: Release, { releases, live }: ReleaseSuspicionFacts): string[] {
  if (live === null) return [];
  const trusted = releases.filter(({ verdict, parts }) => verdict === "good" && parts.templateHash !== live.parts.templateHash);
  const old = new Set([before, ...trusted].flatMap(({ parts }) => parts.images.map(({ digest }) => digest)));
  return [...new Set(live.parts.images.flatMap(({ digest }) => (digest === null || old.has(digest) ? [] : [digest])))];
}
