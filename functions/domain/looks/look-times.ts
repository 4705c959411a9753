import type { Sha256 } from "../execution-name.ts";
import { RELEASE_RULE } from "../judging/release-rule.ts";
import type { Release } from "../release.ts";
import { secondsAfter, secondsBetween } from "../time.ts";
import type { LookRequest } from "./look.ts";

/**
 * A look comes so much later than its minute: the points begin with the first whole minute after the release, and CloudWatch has the newest one about a minute
 * after its end.
 */
export const LOOK_DELAY_SECONDS = 120;

/** A schedule to be made. */
export interface PlannedLook {
  /** The same look has the same name. */
  readonly name: string;
  /** ISO 8601 UTC, in the future. */
  readonly at: string;
  readonly request: LookRequest;
}

const HASH_CHARACTERS = 8;

/** The looks at a release that are still to come. `name` carries the hash of the release and the time that it went live: one that comes back has looks of its own. */
export function plannedLooks(
  { service, hash, liveSince }: Pick<Release, "service" | "hash" | "liveSince">,
  now: string,
  sha256: Sha256,
): readonly PlannedLook[] {
  const run = sha256(JSON.stringify(["look", service, hash, liveSince])).slice(0, HASH_CHARACTERS);
  return RELEASE_RULE.lookMinutes
    .map((minutes) => ({
      name: `rg-look-${service}-${run}-${minutes}`,
      at: dueAt({ liveSince, minutes }),
      request: { service, release: hash, liveSince, minutes },
    }))
    .filter(({ at }) => secondsBetween(now, at) > 0);
}

/** When a look has its points. */
export function dueAt({ liveSince, minutes }: Pick<LookRequest, "liveSince" | "minutes">): string {
  return secondsAfter(liveSince, minutes * 60 + LOOK_DELAY_SECONDS);
}

/**
 * Is this release one to look at? Not the first that is known of its service, where nothing was before it and nothing could come back; and not a release that was
 * known before and has come back, unless nobody has called it good yet: what a rollback puts back is known to be good.
 */
export function wantsLooks({ verdict, firstSeenAt, liveSince }: Release, othersKnown: boolean): boolean {
  if (!othersKnown || verdict === "bad") return false;
  return verdict === "candidate" || secondsBetween(liveSince, firstSeenAt) >= 0;
}
