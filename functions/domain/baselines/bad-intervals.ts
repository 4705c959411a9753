import type { Release } from "../release.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import { earlier, later, secondsAfter } from "../time.ts";
import type { TimeSpan } from "./baseline-window.ts";

/** A bad release is not looked at while its rollback holds the lock; until the next one is live it is taken to be there, but no longer than this. */
const UNSEEN_SECONDS = 3_600;

/**
 * When a bad release was live, as the ledger knows it: from where it last went live to where the next release did. Of one that was live several times only the
 * last stretch is kept there.
 */
export function badIntervals(releases: readonly Release[], observations: readonly ReleaseObservation[]): readonly TimeSpan[] {
  const all = [...releases, ...observations];
  return all
    .filter(({ verdict }) => verdict === "bad")
    .map(({ liveSince, lastSeenAt }) => {
      const next = all.map((other) => other.liveSince).filter((at) => Date.parse(at) > Date.parse(liveSince));
      const unseenUntil = secondsAfter(lastSeenAt, UNSEEN_SECONDS);
      const ended = next.length === 0 ? lastSeenAt : earlier(next.reduce(earlier), unseenUntil);
      return { from: liveSince, to: later(ended, lastSeenAt) };
    });
}
