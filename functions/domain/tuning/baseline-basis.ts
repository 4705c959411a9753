import { isUpper } from "../alarms/baseline-margin.ts";
import { BASELINE_MINUTES } from "../baseline.ts";
import type { Release } from "../release.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import { type ReleaseSpan, releaseSpans } from "../release-spans.ts";
import { earlier, later } from "../time.ts";
import type { BaselineForm } from "../trigger-form.ts";
import type { TunedAlarm } from "./tuned-alarm.ts";

/** A stretch of time that points are taken from: at most the hour that a baseline looks back. ISO 8601 UTC. */
export interface BaselineWindow {
  readonly from: string;
  readonly to: string;
}

/** The moment that a threshold is to rest on. */
export interface BaselineBasis {
  /** The same moment has the same key. */
  readonly key: string;
  readonly release: string | null;
  /** One group per day (one in all for `before`). A group's value is the median of its windows', the baseline the median of the groups'. */
  readonly groups: readonly (readonly BaselineWindow[])[];
  /** Which of a group's windows counts instead of their median. @default the median */
  readonly outermost?: "lowest" | "highest";
  /** So many groups must have a value. */
  readonly leastGroups: number;
  readonly why: string;
}

/** Why there is no moment to rest on now: an alarm that is there stays as it is, and none is made. */
export interface NoBasis {
  readonly missing: string;
}

export interface BasisFacts {
  readonly form: Pick<BaselineForm, "against" | "operator">;
  readonly releases: readonly Release[];
  readonly observations: readonly ReleaseObservation[];
  /** The tuning that is kept; null for none. */
  readonly record: TunedAlarm | null;
  readonly now: string;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SEASON_DAYS = 7;
const LEAST_SEASON_DAYS = 3;

/**
 * Which moment a threshold should rest on now. Never on the suspect: what came after the last change counts only once that release was marked good, and
 * what came before it only if the release before was good (a rollback from a bad one must not make its misery the measure).
 */
export function baselineBasis(facts: BasisFacts): BaselineBasis | NoBasis {
  const spans = releaseSpans(facts.releases, facts.observations);
  const [live] = spans;
  if (live === undefined) return { missing: "no release of the service was observed yet" };
  const before = spans.slice(1).toSorted((one, other) => Date.parse(other.lastSeenAt) - Date.parse(one.lastSeenAt))[0] ?? null;
  return facts.form.against === "season" ? season(facts, live, before) : lastGoodHour(facts, live, before);
}

/** The release's last good hour: that of the live one when it is marked good, else that before the change. */
function lastGoodHour({ record, now }: BasisFacts, live: ReleaseSpan, before: ReleaseSpan | null): BaselineBasis | NoBasis {
  if (live.verdict !== "good") {
    if (before?.verdict !== "good") return { missing: `neither the live release ${live.id} nor the one before it is known to be good` };
    // Whoever deploys because of trouble leaves an hour of it behind.
    if (before.healthySince === null) return { missing: `the release ${before.id} was not healthy before the change to ${live.id}` };
    const changeAt = earlier(before.lastSeenAt, live.liveSince);
    return { key: `change:${before.id}@${changeAt}`, ...hourOf(before, changeAt), why: `the hour before the change to ${live.id}` };
  }
  if (live.healthySince === null) return { missing: `the live release ${live.id} is not healthy now` };
  // Back on the release that the threshold was taken from: it is still the measure, and the time of a recovery is none.
  const key = record?.release === live.id ? record.basis : `good:${live.id}`;
  return { key, ...hourOf(live, now), why: `the last hour of the good release ${live.id}` };
}

function hourOf({ id, liveSince, healthySince }: ReleaseSpan, to: string): Omit<BaselineBasis, "key" | "why"> {
  const anHourBefore = new Date(Date.parse(to) - BASELINE_MINUTES * 60_000).toISOString();
  const from = later(later(anHourBefore, liveSince), healthySince ?? liveSince);
  return { release: id, groups: [[{ from, to }]], leastGroups: 1 };
}

/**
 * The same hour of the days before, give or take one. Days after a change count only once its release is good. Of the three hours the one counts that is
 * mildest: on a steep ramp, as every evening has one, the values at the end of an hour are normal and far from its middle.
 */
function season({ now, form }: BasisFacts, live: ReleaseSpan, before: ReleaseSpan | null): BaselineBasis | NoBasis {
  const hour = Math.floor(Date.parse(now) / HOUR_MS) * HOUR_MS;
  const changeAt = Date.parse(before?.lastSeenAt ?? live.liveSince);
  const windows = (day: number): BaselineWindow[] =>
    [-1, 0, 1].map((shift) => {
      const from = hour - day * DAY_MS + shift * HOUR_MS;
      return { from: new Date(from).toISOString(), to: new Date(from + HOUR_MS).toISOString() };
    });
  const untainted = ({ to }: BaselineWindow) => live.verdict === "good" || Date.parse(to) <= changeAt;
  const groups = Array.from({ length: SEASON_DAYS }, (_, index) => windows(index + 1).filter(untainted)).filter(({ length }) => length > 0);
  if (groups.length < LEAST_SEASON_DAYS) {
    return {
      missing: `only ${groups.length} of the last ${SEASON_DAYS} days were before the change to ${live.id}, which is not known to be good`,
    };
  }
  const hourOfDay = new Date(hour).toISOString();
  const why = `the hours around ${hourOfDay.slice(11, 16)} UTC of ${groups.length} days before`;
  return {
    key: `season:${hourOfDay}`,
    release: null,
    groups,
    outermost: isUpper(form) ? "highest" : "lowest",
    leastGroups: LEAST_SEASON_DAYS,
    why,
  };
}
