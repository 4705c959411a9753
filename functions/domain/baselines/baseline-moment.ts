import { BASELINE_MINUTES } from "../baseline.ts";
import type { Release } from "../release.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import { type ReleaseSpan, releaseSpans } from "../release-spans.ts";
import { earlier, later, secondsAfter, secondsBetween } from "../time.ts";
import type { BaselineItem, BaselineMomentKind } from "./baseline-item.ts";
import type { TimeSpan } from "./baseline-window.ts";

/** A moment of a service at which baselines are taken. */
export interface BaselineMoment extends TimeSpan {
  readonly kind: BaselineMomentKind;
  /** The release that was live in the window. */
  readonly release: string;
  readonly basis: string;
  readonly why: string;
  /** From when on it could be taken, ISO 8601 UTC. */
  readonly since: string;
}

const WHOLE_SECONDS = BASELINE_MINUTES * 60;
/** The first points of a good release are enough to begin with; the whole hour replaces them. */
const FIRST_SECONDS = 600;
/** Points come late and calls fail, so a moment is tried at every look for so long, and after that in the first minute of each hour. */
const EVERY_LOOK_SECONDS = 900;
const FIRST_MINUTE_OF_HOUR = /T\d\d:00:/;

/**
 * What could be taken now. Before the change: the last hour of the release before, as long as that is not bad; its successor, the suspect, is never asked. Of
 * the live release: its last hour once it is marked good, as far as it was healthy.
 */
export function baselineMoments(facts: {
  readonly releases: readonly Release[];
  readonly observations: readonly ReleaseObservation[];
  readonly now: string;
}): readonly BaselineMoment[] {
  const spans = releaseSpans(facts.releases, facts.observations);
  const [live] = spans;
  if (live === undefined) return [];
  const before = spans.slice(1).toSorted((one, other) => Date.parse(other.lastSeenAt) - Date.parse(one.lastSeenAt))[0];
  return [...beforeChange(live, before), ...goodHour(live, facts.now)];
}

function beforeChange(live: ReleaseSpan, before: ReleaseSpan | undefined): BaselineMoment[] {
  if (before === undefined || before.verdict === "bad") return [];
  const changeAt = earlier(before.lastSeenAt, live.liveSince);
  const basis = `change:${before.id}@${changeAt}`;
  const window = { from: later(secondsAfter(changeAt, -WHOLE_SECONDS), before.liveSince), to: changeAt };
  const why = `the hour before the change to ${live.id}`;
  return [{ kind: "before-change", release: before.id, basis, why, since: live.liveSince, ...window }];
}

function goodHour({ id, verdict, liveSince, healthySince }: ReleaseSpan, now: string): BaselineMoment[] {
  if (verdict !== "good" || healthySince === null) return [];
  const wellSince = later(liveSince, healthySince);
  const from = later(secondsAfter(now, -WHOLE_SECONDS), wellSince);
  const whole = secondsBetween(from, now) >= WHOLE_SECONDS;
  const since = secondsAfter(wellSince, whole ? WHOLE_SECONDS : FIRST_SECONDS);
  return [{ kind: "good", release: id, basis: `good:${id}`, why: `the last hour of the good release ${id}`, since, from, to: now }];
}

/** Is now a time to try it? `wasMarked`: the release became good in this very look. */
export function isTriedNow({ since }: BaselineMoment, now: string, wasMarked: boolean): boolean {
  const age = secondsBetween(since, now);
  return wasMarked || (age >= 0 && age < EVERY_LOOK_SECONDS) || (age >= 0 && FIRST_MINUTE_OF_HOUR.test(now));
}

/**
 * Has this moment been taken for a signal? A good release is taken twice at most: when it is marked, and once its hour is whole; after that what was taken
 * before the next change is as good.
 */
export function isTaken(moment: BaselineMoment, kept: BaselineItem | undefined): boolean {
  if (kept === undefined) return false;
  if (kept.basis === moment.basis && moment.kind === "before-change") return true;
  if (moment.kind === "before-change") return false;
  if (kept.moment === "before-change") return true;
  return secondsBetween(kept.from, kept.to) >= WHOLE_SECONDS || secondsBetween(moment.from, moment.to) < WHOLE_SECONDS;
}
