import type { IncidentAlarm } from "../incident.ts";
import { isLeft, type Left } from "../lanes.ts";
import type { RollbackDocument } from "../rollback-document.ts";
import { strategyFor } from "../strategy.ts";
import { laneOf, leftOf, servicesOf } from "./lane-document.ts";
import { redAlarms } from "./red-alarms.ts";

export interface Choice {
  /** Members that are rolled back, by name. */
  readonly chosen: readonly string[];
  /** Those that could be, and are not. */
  readonly left: Readonly<Record<string, Left>>;
}

/**
 * Which members with a suspected change are rolled back: where the incident asks for `immediate` all of them, else those that are unwell themselves, by an
 * alarm that is red or that joined. A change that hurts nobody stays.
 */
export function chooseMembers(document: RollbackDocument, joined: readonly IncidentAlarm[]): Choice {
  const candidates = servicesOf(document).filter(
    (service) => leftOf(document, service) === null && assessmentOf(document, service)?.decision === "roll-back",
  );
  const unwell = candidates.filter((service) => service === document.trigger.service || isUnwell(document, service, joined));
  const immediate = servicesOf(document).some((service) => wantsImmediate(document, service, joined));
  const chosen = immediate ? candidates : unwell;
  const reason = "a change is suspected, but no alarm of its own is red or has joined, and the strategy is not immediate";
  const left = candidates.filter((service) => !chosen.includes(service)).map((service) => [service, { left: "skipped", reason }] as const);
  return { chosen: [...chosen].sort(), left: Object.fromEntries(left) };
}

/** A member that is out asks for nothing: its alarm may be OK again. */
function wantsImmediate(document: RollbackDocument, service: string, joined: readonly IncidentAlarm[]): boolean {
  if (leftOf(document, service) !== null) return false;
  const assessment = service === document.trigger.service ? document.assessment : assessmentOf(document, service);
  if (!assessment || !(service === document.trigger.service || isUnwell(document, service, joined))) return false;
  return strategyFor(assessment.classes, assessment.severity) === "immediate";
}

function isUnwell(document: RollbackDocument, service: string, joined: readonly IncidentAlarm[]): boolean {
  const alarms = assessmentOf(document, service)?.alarms ?? [];
  return (
    redAlarms(alarms, document.trigger.at).length > 0 ||
    alarms.some(({ alarmName }) => joined.some((alarm) => alarm.alarmName === alarmName))
  );
}

function assessmentOf(document: RollbackDocument, service: string) {
  const lane = laneOf(document, "assessment", service);
  return lane === undefined || isLeft(lane) ? null : lane;
}
