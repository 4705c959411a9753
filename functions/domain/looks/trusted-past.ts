import { badIntervals } from "../baselines/bad-intervals.ts";
import type { TimeSpan } from "../baselines/baseline-window.ts";
import { RELEASE_RULE } from "../judging/release-rule.ts";
import type { Release } from "../release.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import { type ReleaseSpan, releaseSpans } from "../release-spans.ts";
import { secondsBetween } from "../time.ts";
import type { Look } from "./look.ts";
import { LOOK_DELAY_SECONDS, wantsLooks } from "./look-times.ts";

/** A release is measured by an hour that ended so long before it at most: the day moves on, and the replay knows no such gap. */
export const MOST_HOURS_BACK = 3;
/** So much of that hour must be of releases that are trusted. */
const LEAST_TRUSTED_SHARE = 0.5;
const LOOKED_THROUGH_SECONDS = RELEASE_RULE.bakeMinutes * 60 + LOOK_DELAY_SECONDS;
const LET_BE_SECONDS = 24 * 3_600;

/** What the ledger knows of a service, and every look that is kept of it. */
export interface PastFacts {
  readonly releases: readonly Release[];
  readonly observations: readonly ReleaseObservation[];
  readonly looks: readonly Pick<Look, "release" | "liveSince" | "verdict">[];
}

/**
 * When releases were live that are bad, that nobody has called good so far, or that only the silence of alarms speaks for: what a service did under them says
 * nothing of how it should be. The release that is judged may be among them from where it went live, which is after all that it is measured by. Before the first
 * that the ledger knows all is trusted.
 */
export function untrustedSpans(facts: PastFacts): readonly TimeSpan[] {
  const spans = releaseSpans(facts.releases, facts.observations);
  const whileLive = ({ liveSince, lastSeenAt }: Pick<ReleaseSpan, "liveSince" | "lastSeenAt">): TimeSpan => {
    // Until the next is live, since nobody saw the end of it.
    const next = spans.map((other) => Date.parse(other.liveSince)).filter((at) => at > Date.parse(liveSince));
    return { from: liveSince, to: next.length === 0 ? lastSeenAt : new Date(Math.min(...next)).toISOString() };
  };
  return [
    ...badIntervals(facts.releases, facts.observations),
    ...spans.filter(({ verdict }) => verdict === "candidate").map(whileLive),
    ...facts.releases.flatMap((release) => {
      const span = whileLive(release);
      return isUnproven(release, secondsBetween(span.from, span.to), facts.looks) ? [span] : [];
    }),
  ];
}

/**
 * The observer calls a release good minutes after it went live, when no alarm fires; looks are about what no alarm tells. So its word counts once the last look
 * is over and none has failed, or a day after one that did: by then somebody has let it be. A person's word counts at once, and so does a release that came back.
 */
function isUnproven(release: Release, liveSeconds: number, looks: PastFacts["looks"]): boolean {
  if (release.verdict !== "good" || release.verdictBy !== "observe-releases" || !wantsLooks(release, true)) return false;
  const failed = looks.some(
    ({ verdict, liveSince, release: hash }) => verdict === "fail" && hash === release.hash && liveSince === release.liveSince,
  );
  return liveSeconds < (failed ? LET_BE_SECONDS : LOOKED_THROUGH_SECONDS);
}

/**
 * What is left of the slots before a release: those that an untrusted span touches are NaN, and where they fill the hour before, the past ends with the last
 * hour of a trusted release. Null where there is none in the last `MOST_HOURS_BACK`.
 */
export function trustedPast(
  before: readonly number[],
  slots: { readonly startEpochSeconds: number; readonly periodSeconds: number },
  untrusted: readonly TimeSpan[],
): readonly number[] | null {
  const out = untrusted.map(({ from, to }) => [Date.parse(from) / 1000, Date.parse(to) / 1000] as const);
  const trusted = before.map((_, index) => {
    const start = slots.startEpochSeconds + index * slots.periodSeconds;
    return !out.some(([from, to]) => start < to && start + slots.periodSeconds > from);
  });
  const end = endOfTrustedHour(trusted, 3_600 / slots.periodSeconds);
  return end === null ? null : before.slice(0, end).map((value, index) => (trusted[index] === true ? value : Number.NaN));
}

function endOfTrustedHour(trusted: readonly boolean[], hour: number): number | null {
  if (trusted.every((one) => one)) return trusted.length;
  const earliest = Math.max(1, trusted.length - MOST_HOURS_BACK * hour);
  for (let end = trusted.length; end >= earliest; end -= 1) {
    const inHour = trusted.slice(Math.max(0, end - hour), end).filter((one) => one).length;
    if (trusted[end - 1] === true && inHour >= LEAST_TRUSTED_SHARE * hour) return end;
  }
  return null;
}
