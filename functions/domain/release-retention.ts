import type { Release } from "./release.ts";
import { newestRelease } from "./release-targets.ts";
import { secondsBetween } from "./time.ts";

/** A release that nobody can need any more is forgotten this long after it was last needed. */
export const RETENTION_DAYS = 30;
/** So many good releases stay however old they are, the newest first. */
export const KEPT_GOOD_RELEASES = 3;

export interface RetentionFacts {
  readonly releases: readonly Release[];
  /** Releases of incidents that are open now. */
  readonly inOpenIncident: readonly string[];
  readonly now: string;
}

/**
 * Which releases to forget: those that have been neither live, nor last good, nor part of an open incident for 30 days. The newest three good ones never
 * are, nor is the newest of each one-way door: without it, somebody could go back behind the door. `lastSeenAt` is when a release was last live, so the days count from there.
 */
export function releasesToForget({ releases, inOpenIncident, now }: RetentionFacts): readonly Release[] {
  const live = newestRelease(releases)?.hash ?? null;
  const good = releases
    .filter(({ verdict }) => verdict === "good")
    .sort((a, b) => Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt))
    .slice(0, KEPT_GOOD_RELEASES);
  const kept = new Set([live, ...good.map(({ hash }) => hash), ...oneWayDoors(releases), ...inOpenIncident]);
  return releases.filter(({ hash, lastSeenAt }) => !kept.has(hash) && secondsBetween(lastSeenAt, now) > RETENTION_DAYS * 86_400);
}

function oneWayDoors(releases: readonly Release[]): readonly string[] {
  const oldestFirst = releases
    .filter(({ irreversible }) => irreversible !== null)
    .sort((a, b) => Date.parse(a.lastSeenAt) - Date.parse(b.lastSeenAt));
  return [...new Map(oldestFirst.map(({ irreversible, hash }) => [irreversible, hash])).values()];
}
