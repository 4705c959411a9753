import { worstDetectionSeconds } from "./alarms/detection-time.ts";
import { isListenedTo, isTuned } from "./alarms/signal-rule.ts";
import type { Blueprint, Trigger } from "./blueprint.ts";
import type { ObserveReleaseFacts } from "./observe-release.ts";
import { hasSay } from "./storm.ts";

/** An alarm as CloudWatch has it now. */
export interface KnownAlarm {
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  /** How far back its points reach; of somebody else's alarm nothing else tells. */
  readonly windowSeconds?: number | null;
}

type Facts = Pick<ObserveReleaseFacts, "alarmsInAlarm" | "withoutData" | "goodAfterSeconds">;

/** What the alarms of a service say of its live release, and how long they need to say it; those of triggers in observe say nothing. `alarms`: those that exist, by name. */
export function alarmsOfRelease(blueprint: Blueprint, alarms: ReadonlyMap<string, KnownAlarm>): Facts {
  const { triggers, verification } = blueprint;
  const speaking = triggers.filter(hasSay);
  // A tuned alarm is made once a release is good: while it is not there, waiting for it would be waiting for itself.
  const expected = speaking.filter((trigger) => alarms.has(trigger.alarmName) || !isMadeLater(trigger));
  const known = expected.flatMap(({ alarmName }) => alarms.get(alarmName) ?? []);
  return {
    alarmsInAlarm: speaking.map(({ alarmName }) => alarmName).filter((alarmName) => alarms.get(alarmName)?.state === "ALARM"),
    withoutData: expected.length > 0 && known.every(({ state }) => state === "INSUFFICIENT_DATA"),
    // Twice the detection time: the effect of a bad release may lag behind its pods, and it must not be called good before an alarm could tell.
    goodAfterSeconds: Math.max(
      verification.stabilizationSeconds,
      ...speaking.map((trigger) => 2 * detectionSeconds(trigger, blueprint, alarms)),
    ),
  };
}

function isMadeLater({ form }: Pick<Trigger, "form">): boolean {
  return form?.type === "baseline" && isTuned(form.against);
}

/** Of somebody else's alarm the blueprint does not know the window. */
function detectionSeconds(trigger: Trigger, blueprint: Pick<Blueprint, "signals">, alarms: ReadonlyMap<string, KnownAlarm>): number {
  const signal = blueprint.signals.find(({ name }) => name === trigger.signal) ?? { resolutionSeconds: trigger.periodSeconds };
  const seconds = worstDetectionSeconds(trigger, signal);
  const window = isListenedTo(trigger, blueprint) ? alarms.get(trigger.alarmName)?.windowSeconds : null;
  return window == null
    ? seconds
    : Math.max(seconds, worstDetectionSeconds({ ...trigger, periodSeconds: window, datapointsToAlarm: 1 }, signal));
}
