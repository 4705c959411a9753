import type { Quarantine, Release } from "./release.ts";
import { later } from "./time.ts";

/** Why a release that was good is no place to go back to. */
export interface BarredRelease {
  readonly hash: string;
  readonly rule: "verdict" | "alarm" | "quarantine" | "one-way";
  readonly reason: string;
}

export interface ReleaseChoice {
  /** Good ones, most recently live first. */
  readonly allowed: readonly Release[];
  readonly barred: readonly BarredRelease[];
}

/**
 * Releases that may come back instead of the live one, most recently live first: good, not left in ALARM, not quarantined, and with no irreversible
 * release between it and what is live. `live` is the hash of the live release, null when it has none yet; `irreversible` what the live objects say.
 */
export function releaseTargets(
  releases: readonly Release[],
  live: { readonly hash: string | null; readonly irreversible: string | null },
  quarantine: readonly Quarantine[],
): ReleaseChoice {
  const keys = new Set(quarantine.map(({ key }) => key));
  const allowed: Release[] = [];
  const barred: BarredRelease[] = [];
  for (const release of byLastSeen(releases)) {
    if (release.hash === live.hash) continue;
    const bar = whyBarred(release, releases, live, keys);
    if (bar === null) allowed.push(release);
    else barred.push({ hash: release.hash, ...bar });
  }
  return { allowed, barred };
}

/** The last known good release: the newest earlier one that may come back; null when there is none. */
export function lastKnownGood(releases: readonly Release[], live: string | null, quarantine: readonly Quarantine[]): Release | null {
  const irreversible = releases.find(({ hash }) => hash === live)?.irreversible ?? null;
  return releaseTargets(releases, { hash: live, irreversible }, quarantine).allowed[0] ?? null;
}

/** The release that was seen live last. */
export function newestRelease(releases: readonly Release[]): Release | null {
  return byLastSeen(releases)[0] ?? null;
}

/** Digests of its images and its template, as they are named in the quarantine. */
export function quarantineKeys({ service, parts }: Pick<Release, "service" | "parts">): string[] {
  return [...new Set([...parts.images.flatMap(({ digest }) => digest ?? []), `${service}/${parts.templateHash}`])];
}

/** What of a release is quarantined; null when nothing is. */
export function quarantinedIn(release: Pick<Release, "service" | "parts">, quarantine: readonly Quarantine[]): Quarantine | null {
  const keys = quarantineKeys(release);
  return quarantine.find(({ key }) => keys.includes(key)) ?? null;
}

function whyBarred(
  release: Release,
  releases: readonly Release[],
  live: { readonly hash: string | null; readonly irreversible: string | null },
  quarantined: ReadonlySet<string>,
): Omit<BarredRelease, "hash"> | null {
  const unproven = { rule: "verdict", reason: `${release.hash} is ${release.verdict}` } as const;
  if (release.verdict === "bad") return unproven;
  // Before what else is said of it: the template of a candidate may have been observed good, and would come back by that.
  const key = quarantineKeys(release).find((candidate) => quarantined.has(candidate));
  if (key !== undefined) return { rule: "quarantine", reason: `${release.hash} holds ${key}, which is quarantined` };
  if (release.verdict !== "good") return unproven;
  if (release.alarmAt !== undefined && release.alarmAt === release.lastSeenAt) {
    return { rule: "alarm", reason: `${release.hash} was good, but in ALARM when last seen: going back to it would undo a repair` };
  }
  const boundary = boundaryAfter(release, releases, live);
  if (boundary === null) return null;
  return {
    rule: "one-way",
    reason: `going back behind ${boundary.hash} is not safe: ${boundary.irreversible} (annotation rollguard.dev/irreversible)`,
  };
}

/** The annotation stays for later releases too: only one that says something else than the target's own is a boundary between them. */
function boundaryAfter(
  target: Release,
  releases: readonly Release[],
  live: { readonly hash: string | null; readonly irreversible: string | null },
): { readonly hash: string; readonly irreversible: string } | null {
  const liveItem = { hash: live.hash ?? "the live release", irreversible: live.irreversible };
  const between = releases.filter(({ hash, lastSeenAt }) => hash !== target.hash && later(lastSeenAt, target.lastSeenAt) === lastSeenAt);
  const found = [liveItem, ...between].find(({ irreversible }) => irreversible !== null && irreversible !== target.irreversible);
  return found === undefined ? null : { hash: found.hash, irreversible: found.irreversible ?? "" };
}

function byLastSeen(releases: readonly Release[]): Release[] {
  return [...releases].sort((a, b) => Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt));
}
