import { ALARM_PREFIX } from "../../domain/blueprint.ts";
import type { AlarmEditor } from "../../ports/alarm-editor.ts";
import type { Tunings } from "../../ports/tunings.ts";

/** An alarm that a stack owns, as its custom resource lists it. */
export interface OwnedAlarm {
  readonly Service: string;
  readonly Trigger: string;
  readonly AlarmName: string;
}

export interface RemoveAlarmsPorts {
  readonly editor: AlarmEditor;
  readonly tunings: Tunings;
}

/** Somebody may tune while we remove; then it is removed once more. */
const TRIES = 2;

/**
 * Removes alarms that a stack owned: only those that bear our prefix and that the table knows to be ours, first the alarm and then its record, so that half a
 * removal can be repeated. Answers with what is left, in words; one that fails does not keep the others.
 */
export async function removeOwnedAlarms(ports: RemoveAlarmsPorts, alarms: readonly OwnedAlarm[]): Promise<readonly string[]> {
  const left: string[] = [];
  for (const alarm of alarms.filter(({ AlarmName }) => AlarmName.startsWith(ALARM_PREFIX))) {
    try {
      if (!(await removed(ports, alarm))) left.push(`${alarm.AlarmName} (it is still there)`);
    } catch (error) {
      left.push(`${alarm.AlarmName} (${(error as Error).message})`);
    }
  }
  return left;
}

async function removed({ editor, tunings }: RemoveAlarmsPorts, { Service, Trigger, AlarmName }: OwnedAlarm): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const records = await tunings.ofService(Service);
    const ours = records.find(({ trigger, alarmName }) => trigger === Trigger && alarmName === AlarmName);
    // Never made, or removed before.
    if (ours === undefined) return true;
    if ((await editor.remove([AlarmName])).length > 0) return false;
    if (await tunings.forget(ours)) return true;
  }
  return false;
}
