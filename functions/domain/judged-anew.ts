import { isListenedTo } from "./alarms/signal-rule.ts";
import type { Blueprint, Trigger } from "./blueprint.ts";
import { toSecond } from "./execution-name.ts";
import type { IncidentMeta } from "./incident.ts";
import { heldBack } from "./may-start.ts";
import { liveAt, type ServiceHistory } from "./service-history.ts";
import { secondsAfter, secondsBetween } from "./time.ts";

/** A trend that was not confirmed is assessed anew after so long at the earliest: half of what a slope is taken from is new then. */
export const TREND_PAUSE_SECONDS = 900;
/** Each further assessment of a trend was confirmed and then was not: there are few. */
const MOST_OF_A_TREND = 20;

/** What a red alarm, whose transition came to nothing, is judged anew by. */
export interface JudgedAnew {
  /** The time that stands for its transition. ISO 8601 UTC, to the second. */
  readonly at: string;
  /** Template hash of the live release: one that came after the transition has a case of its own. */
  readonly live: string;
  /** Other releases that were live since the transition; what was done for one of them is done. */
  readonly others: readonly string[];
  /** So many assessments for this release. */
  readonly most: number;
}

/**
 * May a red alarm be judged anew? It turned red when it could not act, and has no other transition to come. An armed one has another case when a release goes
 * live, as soon as that release can have turned it red; a trend at any time, since its slope is another one every minute. Null for all others, and where the
 * trigger may not act now either.
 */
export function judgedAnew(
  trigger: Trigger,
  { signals, transitionAt, now }: { readonly signals: Blueprint["signals"]; readonly transitionAt: string; readonly now: string },
  history: ServiceHistory,
): JudgedAnew | null {
  const { form, armed, periodSeconds, datapointsToAlarm } = trigger;
  const isTrend = form?.type === "trend";
  if (trigger.mode === "observe" || form?.type === "absence" || isListenedTo(trigger, { signals })) return null;
  if (!isTrend && armed === undefined) return null;
  const live = liveAt(history, now);
  if (live === null) return null;
  const newer = history.observations.filter(({ liveSince }) => secondsBetween(transitionAt, liveSince) > 0);
  const caused = toSecond(secondsAfter(live.liveSince, periodSeconds * datapointsToAlarm));
  // One period more: its last point has to arrive.
  if (!isTrend && (!newer.includes(live) || secondsBetween(caused, now) < periodSeconds)) return null;
  const at = isTrend ? toSecond(now) : caused;
  if (heldBack(trigger, at, history) !== null) return null;
  const others = newer.map(({ templateHash }) => templateHash).filter((hash) => hash !== live.templateHash);
  return { at, live: live.templateHash, others, most: isTrend ? MOST_OF_A_TREND : 1 };
}

/** Did an incident come to nothing long enough ago? One that is open, that did something or called somebody stays the last word. */
export function cameToNothing({ outcome, closedAt }: Pick<IncidentMeta, "outcome" | "closedAt">, now: string): boolean {
  return outcome === "stand-down" && closedAt !== null && secondsBetween(closedAt, now) >= TREND_PAUSE_SECONDS;
}
