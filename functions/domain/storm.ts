import type { Blueprint, Trigger } from "./blueprint.ts";
import { STORM_SECONDS } from "./group/red-alarms.ts";
import type { Assessment, RollbackTrigger } from "./rollback-document.ts";
import { isBefore, secondsAfter } from "./time.ts";

export interface Storm {
  /** Red alarms of this incident: the one that fired, and those that turned red with it. */
  readonly inAlarm: Assessment["alarms"];
  /** Why other red ones do not count. */
  readonly aside: readonly string[];
  /** Every alarm that may have a say, red or not. */
  readonly alarms: Assessment["alarms"];
}

export interface StormFacts {
  readonly alarms: Assessment["alarms"];
  readonly trigger: Pick<RollbackTrigger, "alarmName" | "at">;
  readonly blueprint: Pick<Blueprint, "triggers">;
}

/** A trigger in observe tells people what it would have done and decides nothing: neither whether a service is well nor what an incident comes to. */
export function hasSay({ mode }: Pick<Trigger, "mode">): boolean {
  return mode !== "observe";
}

/** Which red alarms tell of this incident. One that has been red for long is another story, and a trigger in observe has no say. */
export function stormOf({ alarms, trigger, blueprint }: StormFacts): Storm {
  const begin = secondsAfter(trigger.at, -STORM_SECONDS);
  const observed = new Set(blueprint.triggers.filter((one) => !hasSay(one)).map(({ alarmName }) => alarmName));
  const red = alarms.filter((alarm) => alarm.state === "ALARM");
  const others = red.filter((alarm) => alarm.alarmName !== trigger.alarmName);
  const silenced = others.filter(({ alarmName }) => observed.has(alarmName));
  const older = others.filter((alarm) => !silenced.includes(alarm) && isBefore(alarm.since, begin));
  return {
    alarms: alarms.filter(({ alarmName }) => alarmName === trigger.alarmName || !observed.has(alarmName)),
    inAlarm: red.filter((alarm) => !older.includes(alarm) && !silenced.includes(alarm)),
    aside: [
      ...older.map((alarm) => `${alarm.alarmName} has been in ALARM since ${alarm.since}, long before this incident`),
      ...silenced.map(({ alarmName }) => `${alarmName} is in ALARM too, but its trigger is in observe`),
    ],
  };
}
