import type { AttributeMap } from "./attribute-value.ts";

/**
 * Keys of the one table: `SVC#s` holds LOCK, OBS#, REL#, TPL#, LEDGER# and LASTGOOD, `INC#id` holds META, EV#, ALARM# and SERIES#, `GLOBAL` the switch
 * and QUAR#.
 */
export const keys = {
  lock: (service: string) => key(`SVC#${service}`, "LOCK"),
  observation: (service: string, templateHash: string) => key(`SVC#${service}`, `OBS#${templateHash}`),
  release: (service: string, hash: string) => key(`SVC#${service}`, `REL#${hash}`),
  /** Beside the release: what is written every minute stays small. */
  template: (service: string, hash: string) => key(`SVC#${service}`, `TPL#${hash}`),
  /** One for each time that a release went live. */
  wentLive: (service: string, at: string, hash: string) => key(`SVC#${service}`, `LEDGER#${at}#${hash}`),
  lastGood: (service: string) => key(`SVC#${service}`, "LASTGOOD"),
  quarantine: (digest: string) => key("GLOBAL", `QUAR#${digest}`),
  meta: (incidentId: string) => key(`INC#${incidentId}`, "META"),
  event: (incidentId: string, eventId: string) => key(`INC#${incidentId}`, `EV#${eventId}`),
  alarm: (incidentId: string, alarmName: string) => key(`INC#${incidentId}`, `ALARM#${alarmName}`),
  series: (incidentId: string, signal: string) => key(`INC#${incidentId}`, `SERIES#${signal}`),
  globalSwitch: () => key("GLOBAL", "SWITCH"),
} as const;

function key(pk: string, sk: string): AttributeMap {
  return { pk: { S: pk }, sk: { S: sk } };
}
