import { type Blueprint, MODES, type Mode } from "../blueprint.ts";
import type { Assessment, RollbackTrigger } from "../rollback-document.ts";
import { stormOf } from "../storm.ts";

/**
 * How far an incident may go: the weaker of the service's mode and of the strongest of what fired (the trigger that opened it, the findings, the red alarms of the
 * assessment). A trigger without a mode of its own goes as far as the service. What a person asked for, and what nothing of this service fired, is the
 * service's alone.
 */
export function modeOfIncident(
  blueprint: Pick<Blueprint, "mode" | "triggers" | "findings" | "service">,
  trigger: Pick<RollbackTrigger, "kind" | "service" | "alarmName" | "at">,
  alarms: Assessment["alarms"],
): Mode {
  const { mode, triggers, findings, service } = blueprint;
  if (trigger.kind !== "alarm" && trigger.kind !== "finding") return mode;
  const { inAlarm } = stormOf({ alarms, trigger, blueprint });
  const names = new Set([trigger.alarmName, ...inAlarm.map(({ alarmName }) => alarmName)]);
  const found = trigger.kind === "finding" && trigger.service === service ? [findings?.mode ?? mode] : [];
  const fired = [...found, ...triggers.filter(({ alarmName }) => names.has(alarmName)).map((one) => one.mode ?? mode)];
  return fired.length === 0 ? mode : weaker(mode, fired.reduce(stronger));
}

function weaker(one: Mode, other: Mode): Mode {
  return MODES.indexOf(one) <= MODES.indexOf(other) ? one : other;
}

function stronger(one: Mode, other: Mode): Mode {
  return weaker(one, other) === one ? other : one;
}
