import type { AttributeMap } from "./attribute-value.ts";

/** Keys of the one table: `SVC#s` holds LOCK and OBS#, `INC#id` holds META, EV#, ALARM# and SERIES#, `GLOBAL` the switch. */
export const keys = {
  lock: (service: string) => key(`SVC#${service}`, "LOCK"),
  observation: (service: string, templateHash: string) => key(`SVC#${service}`, `OBS#${templateHash}`),
  meta: (incidentId: string) => key(`INC#${incidentId}`, "META"),
  event: (incidentId: string, eventId: string) => key(`INC#${incidentId}`, `EV#${eventId}`),
  alarm: (incidentId: string, alarmName: string) => key(`INC#${incidentId}`, `ALARM#${alarmName}`),
  series: (incidentId: string, signal: string) => key(`INC#${incidentId}`, `SERIES#${signal}`),
  globalSwitch: () => key("GLOBAL", "SWITCH"),
} as const;

function key(pk: string, sk: string): AttributeMap {
  return { pk: { S: pk }, sk: { S: sk } };
}
