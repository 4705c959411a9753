import type { Sha256 } from "./execution-name.ts";
import type { Release } from "./release.ts";
import { newestRelease } from "./release-targets.ts";
import { secondsBetween } from "./time.ts";

/** A release that nobody can need any more is forgotten this long after it was last needed. */
export const RETENTION_DAYS = 30;
/** So many good releases stay however old they are, the newest first. */
export const KEPT_GOOD_RELEASES = 3;
const MINUTES_A_DAY = 1440;
const MINUTE_MS = 60_000;

export interface RetentionFacts {
  readonly releases: readonly Release[];
  /** Releases of incidents that are open now. */
  readonly inOpenIncident: readonly string[];
  readonly now: string;
}

/**
 * Which releases to forget: those that have been neither live, nor last good, nor part of an open incident for 30 days. The newest three good ones never
 * are, nor is the newest of each one-way door: without it, somebody could go back behind the door. `lastSeenAt` is when a release was last live, so the days
 * count from there; of a good one from when the next good one was last live, because it was last good until then.
 */
export function releasesToForget({ releases, inOpenIncident, now }: RetentionFacts): readonly Release[] {
  const live = newestRelease(releases)?.hash ?? null;
  const good = releases.filter(({ verdict }) => verdict === "good").sort((a, b) => Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt));
  const newestGood = good.slice(0, KEPT_GOOD_RELEASES).map(({ hash }) => hash);
  const kept = new Set([live, ...newestGood, ...oneWayDoors(releases), ...inOpenIncident]);
  const lastGoodUntil = new Map(good.map(({ hash }, index) => [hash, good[index - 1]?.lastSeenAt]));
  return releases.filter(
    ({ hash, lastSeenAt }) => !kept.has(hash) && secondsBetween(lastGoodUntil.get(hash) ?? lastSeenAt, now) > RETENTION_DAYS * 86_400,
  );
}

/**
 * Is a service's copies' turn to be looked through between two looks? Once a day, at a minute that its name gives, so that not all services come at once;
 * a look that was missed is made up for by the next. Never by the first look at a service.
 */
export function pruningDue(
  { service, lookedAt, now }: { readonly service: string; readonly lookedAt: string | null; readonly now: string },
  sha256: Sha256,
): boolean {
  if (lookedAt === null) return false;
  const minute = Number.parseInt(sha256(service).slice(0, 8), 16) % MINUTES_A_DAY;
  const offset = minute * MINUTE_MS;
  const turns = (at: string) => Math.floor((Date.parse(at) - offset) / (MINUTES_A_DAY * MINUTE_MS));
  return turns(now) > turns(lookedAt);
}

function oneWayDoors(releases: readonly Release[]): readonly string[] {
  const oldestFirst = releases
    .filter(({ irreversible }) => irreversible !== null)
    .sort((a, b) => Date.parse(a.lastSeenAt) - Date.parse(b.lastSeenAt));
  return [...new Map(oldestFirst.map(({ irreversible, hash }) => [irreversible, hash])).values()];
}
