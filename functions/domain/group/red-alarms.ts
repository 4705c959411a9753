import type { Assessment } from "../rollback-document.ts";
import { isBefore, secondsAfter } from "../time.ts";

/** An alarm that was red so long before the trigger is another story, see the assessment. */
export const STORM_SECONDS = 900;

/** Alarms that are in ALARM and turned so with the incident, by name. One whose turn nobody can tell counts. */
export function redAlarms(alarms: Pick<Assessment, "alarms">["alarms"], triggerAt: string): readonly string[] {
  const begin = secondsAfter(triggerAt, -STORM_SECONDS);
  return alarms
    .filter(({ state, since }) => state === "ALARM" && (since === undefined || !isBefore(since, begin)))
    .map(({ alarmName }) => alarmName);
}
