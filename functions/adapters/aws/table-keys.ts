import { groupOfLock } from "../../domain/group/group.ts";
import type { LookRequest } from "../../domain/looks/look.ts";
import type { AttributeMap } from "./attribute-value.ts";

/**
 * Keys of the one table: `SVC#s` holds LOCK, OBS#, REL#, TPL#, LEDGER#, LASTGOOD, COOLDOWN, WOULD#, LOOK#, ALARM#, BASE# and FREEZE#, `INC#id` holds META, EV#, ALARM#, SERIES#, APPR#,
 * ESC#, CONTROL and MEMBER#, `GROUP#g` OPEN and FREEZE#, `GLOBAL` the switch, QUAR#, BREAKER, FAIL#, RATE# and FREEZE#. What is due at a time (escalations,
 * approvals) has `duepk` and `duesk` besides, for the index `due`.
 */
export const keys = {
  /** Of a service, or of a group by `groupLockName`. */
  lock: (name: string) => {
    const group = groupOfLock(name);
    return group === null ? key(`SVC#${name}`, "LOCK") : key(`GROUP#${group}`, "OPEN");
  },
  observation: (service: string, templateHash: string) => key(`SVC#${service}`, `OBS#${templateHash}`),
  release: (service: string, hash: string) => key(`SVC#${service}`, `REL#${hash}`),
  /** Beside the release: what is written every minute stays small. */
  template: (service: string, hash: string) => key(`SVC#${service}`, `TPL#${hash}`),
  /** One for each time that a release went live. */
  wentLive: (service: string, at: string, hash: string) => key(`SVC#${service}`, `LEDGER#${at}#${hash}`),
  lastGood: (service: string) => key(`SVC#${service}`, "LASTGOOD"),
  /** One for each transition of a trigger that may not act. */
  wouldHave: (service: string, at: string, trigger: string) => key(`SVC#${service}`, `WOULD#${at}#${trigger}`),
  /** One for each look at a release since it went live. */
  look: ({ service, release, liveSince, minutes }: LookRequest) =>
    key(`SVC#${service}`, `LOOK#${release}@${liveSince}#${String(minutes).padStart(3, "0")}`),
  /** What the alarm of a trigger was tuned to. */
  tuning: (service: string, trigger: string) => key(`SVC#${service}`, `ALARM#${trigger}`),
  /** What a signal was like under a release. */
  baseline: (service: string, release: string, signal: string) => key(`SVC#${service}`, `BASE#${release}#${signal}`),
  /** An active finding of an image of the service, live or not. */
  finding: (service: string, digest: string, vulnerability: string) => key(`SVC#${service}`, `FINDING#${digest}#${vulnerability}`),
  quarantine: (digest: string) => key("GLOBAL", `QUAR#${digest}`),
  meta: (incidentId: string) => key(`INC#${incidentId}`, "META"),
  event: (incidentId: string, eventId: string) => key(`INC#${incidentId}`, `EV#${eventId}`),
  alarm: (incidentId: string, alarmName: string) => key(`INC#${incidentId}`, `ALARM#${alarmName}`),
  series: (incidentId: string, signal: string) => key(`INC#${incidentId}`, `SERIES#${signal}`),
  approval: (incidentId: string, n: number) => key(`INC#${incidentId}`, `APPR#${n}`),
  escalation: (incidentId: string, tier: string) => key(`INC#${incidentId}`, `ESC#${tier}`),
  control: (incidentId: string) => key(`INC#${incidentId}`, "CONTROL"),
  member: (incidentId: string, service: string) => key(`INC#${incidentId}`, `MEMBER#${service}`),
  cooldown: (service: string) => key(`SVC#${service}`, "COOLDOWN"),
  /** A scope is `SVC#s`, `GROUP#g` or `GLOBAL`. */
  freeze: (scope: string, since: string) => key(scope, `FREEZE#${since}`),
  breaker: () => key("GLOBAL", "BREAKER"),
  failure: (at: string, incidentId: string) => key("GLOBAL", `FAIL#${at}#${incidentId}`),
  rate: (hour: string) => key("GLOBAL", `RATE#${hour}`),
  globalSwitch: () => key("GLOBAL", "SWITCH"),
} as const;

function key(pk: string, sk: string): AttributeMap {
  return { pk: { S: pk }, sk: { S: sk } };
}
