import { badIntervals } from "../baselines/bad-intervals.ts";
import type { TimeSpan } from "../baselines/baseline-window.ts";
import type { Release } from "../release.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import { releaseSpans } from "../release-spans.ts";

/** A release is measured by an hour that ended so long before it at most: the day moves on, and the replay knows no such gap. */
export const MOST_HOURS_BACK = 3;
/** So much of that hour must be of releases that are trusted. */
const LEAST_TRUSTED_SHARE = 0.5;

/**
 * When releases were live that are bad, or that nobody has called good so far: what a service did under them says nothing of how it should be. The release that
 * is judged is among them from where it went live, which is after all that it is measured by. Before the first that the ledger knows all is trusted.
 */
export function untrustedSpans(releases: readonly Release[], observations: readonly ReleaseObservation[]): readonly TimeSpan[] {
  const spans = releaseSpans(releases, observations);
  const unproven = spans.filter(({ verdict }) => verdict === "candidate");
  return [
    ...badIntervals(releases, observations),
    ...unproven.map(({ liveSince, lastSeenAt }) => {
      // Until the next is live, since nobody saw the end of it.
      const next = spans.map((other) => Date.parse(other.liveSince)).filter((at) => at > Date.parse(liveSince));
      return { from: liveSince, to: next.length === 0 ? lastSeenAt : new Date(Math.min(...next)).toISOString() };
    }),
  ];
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
