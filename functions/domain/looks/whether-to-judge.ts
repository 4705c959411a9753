import type { IncidentMeta } from "../incident.ts";
import type { Release } from "../release.ts";
import { newestRelease } from "../release-targets.ts";
import { secondsBetween } from "../time.ts";
import { cameToNothing } from "./joined-incident.ts";
import type { Look, LookRequest } from "./look.ts";

export interface LookFacts {
  readonly releases: readonly Release[];
  /** Who holds the lock of the service; null when nobody does. */
  readonly holder: { readonly incidentId: string; readonly leaseUntil: string } | null;
  /** Looks at the same release since it went live. */
  readonly earlier: readonly Look[];
  /** Newest incidents of the service; asked where a look has failed before. @default none are known */
  readonly incidents?: readonly IncidentMeta[];
  readonly now: string;
}

/** Why a release is not judged now; null where it is. Whoever is at work on the service, or has been, must not be met by a second opinion. */
export function whyNotJudged(
  { release, liveSince }: LookRequest,
  { releases, holder, earlier, incidents = [], now }: LookFacts,
): string | null {
  if (holder !== null && secondsBetween(now, holder.leaseUntil) > 0) return `incident ${holder.incidentId} is being handled`;
  const live = newestRelease(releases);
  if (live === null || live.hash !== release) return `release ${release} is not live any more`;
  if (secondsBetween(live.liveSince, liveSince) !== 0)
    return `release ${release} has been live since ${live.liveSince}: another look is about that`;
  if (live.verdict === "bad") return `release ${release} is known to be bad`;
  const failed = earlier.find((look) => look.verdict === "fail" && !cameToNothing(look, incidents));
  return failed === undefined ? null : `release ${release} has failed its look after ${failed.minutes} min`;
}
