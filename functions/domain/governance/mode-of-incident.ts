import { type Blueprint, MODES, type Mode } from "../blueprint.ts";
import type { Assessment, RollbackTrigger } from "../rollback-document.ts";
import { stormOf } from "../storm.ts";

/**
 * How far an incident may go: the weaker of the service's mode and of the strongest of what may act (the findings, the looks, the red alarms of the assessment
 * that tell of trouble and are armed; where there are none, the weakest of what fired). A trigger without a mode of its own goes as far as the service. What a
 * person asked for, and what nothing of this service fired, is the service's alone.
 */
export function modeOfIncident(
  blueprint: Pick<Blueprint, "mode" | "triggers" | "findings" | "looks" | "service">,
  trigger: Pick<RollbackTrigger, "kind" | "service" | "alarmName" | "at" | "look">,
  alarms: Assessment["alarms"],
): Mode {
  const { mode, triggers, findings, looks, service } = blueprint;
  if (trigger.kind !== "alarm" && trigger.kind !== "finding" && trigger.look === undefined) return mode;
  const { inAlarm } = stormOf({ alarms, trigger, blueprint });
  const found = trigger.kind === "finding" && trigger.service === service ? [findings?.mode ?? mode] : [];
  const failed = trigger.look !== undefined && trigger.service === service ? [looks?.mode ?? mode] : [];
  const modesOf = (names: readonly (string | null)[]) =>
    triggers.filter(({ alarmName }) => names.includes(alarmName)).map((one) => one.mode ?? mode);
  const acting = [...found, ...failed, ...modesOf(inAlarm.filter(({ mayAct }) => mayAct !== false).map(({ alarmName }) => alarmName))];
  if (acting.length > 0) return weaker(mode, acting.reduce(stronger));
  // Nothing that is red may act: pods that are all down do, for the most careful of what fired.
  return modesOf([trigger.alarmName, ...inAlarm.map(({ alarmName }) => alarmName)]).reduce(weaker, mode);
}

function weaker(one: Mode, other: Mode): Mode {
  return MODES.indexOf(one) <= MODES.indexOf(other) ? one : other;
}

function stronger(one: Mode, other: Mode): Mode {
  return weaker(one, other) === one ? other : one;
}
