import { isLeft } from "../lanes.ts";
import type { RollbackDocument } from "../rollback-document.ts";
import { laneOf, servicesOf } from "./lane-document.ts";
import { verificationOf } from "./turn.ts";

/** Before every alarm. */
const NEVER = new Date(0).toISOString();
/** What joins without an alarm is called by its kind and time, see OpenIncident. */
const NO_ALARM = /^[a-z-]+:\d{4}-\d\d-\d\dT/;

/**
 * When the member whose alarm this is was seen recovered; null where it was not, or for a service alone: then the whole run's last look counts. Long ago
 * for an alarm of a member that another incident works on: it joins the group, and nobody here looks at it.
 */
export function lastLookAtMember(document: RollbackDocument, alarmName: string): string | null {
  if (document.opening?.group === undefined) return null;
  const service = memberOfAlarm(document, alarmName);
  if (service === null) return NO_ALARM.test(alarmName) ? null : NEVER;
  return verificationOf(document, service)?.recoveredAt ?? null;
}

function memberOfAlarm(document: RollbackDocument, alarmName: string): string | null {
  const member = servicesOf(document).find((service) => {
    const opening = laneOf(document, "opening", service);
    return opening !== undefined && !isLeft(opening) && opening.blueprint?.triggers.some((trigger) => trigger.alarmName === alarmName);
  });
  return member ?? null;
}
