import { ALARM_PREFIX } from "../../domain/blueprint.ts";
import type { Sha256 } from "../../domain/execution-name.ts";
import { configurationHash, ownerMark } from "../../domain/tuning/alarm-configuration.ts";
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
  readonly sha256: Sha256;
  /** Name of this deployment's table, which its alarms bear. */
  readonly deployment: string;
}

/** Somebody may tune while we remove; then it is removed once more. */
const TRIES = 2;

/**
 * Removes alarms that a stack owned: only those that bear our prefix, that the table knows to be ours, and that are what was put last; somebody else's of the
 * same name, or one that was edited since, is left. Of a tuning that was not finished the alarm may still be the one before it: the mark of the deployment counts
 * there. First the alarm goes and then its record, so that half a removal can be repeated. Answers with what is
 * left, in words; one that fails does not keep the others.
 */
export async function removeOwnedAlarms(ports: RemoveAlarmsPorts, alarms: readonly OwnedAlarm[]): Promise<readonly string[]> {
  const left: string[] = [];
  for (const alarm of alarms.filter(({ AlarmName }) => AlarmName.startsWith(ALARM_PREFIX))) {
    try {
      const why = await whyLeft(ports, alarm);
      if (why !== null) left.push(`${alarm.AlarmName} (${why})`);
    } catch (error) {
      left.push(`${alarm.AlarmName} (${(error as Error).message})`);
    }
  }
  return left;
}

/** Removes it; null when it is gone. */
async function whyLeft(
  { editor, tunings, sha256, deployment }: RemoveAlarmsPorts,
  { Service, Trigger, AlarmName }: OwnedAlarm,
): Promise<string | null> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const records = await tunings.ofService(Service);
    const ours = records.find(({ trigger, alarmName }) => trigger === Trigger && alarmName === AlarmName);
    // Never made, or removed before.
    if (ours === undefined) return null;
    const [actual] = await editor.configurations([AlarmName]);
    const isBefore = ours.appliedAt === null && actual?.description?.includes(ownerMark(deployment)) === true;
    if (actual !== undefined && !isBefore && configurationHash(actual, sha256) !== ours.configHash) {
      if (attempt + 1 < TRIES) continue;
      return "it is not as the pipeline put it: delete it by hand if nobody needs it";
    }
    if (actual !== undefined && (await editor.remove([AlarmName])).length > 0) return "it is still there";
    if (await tunings.forget(ours)) return null;
  }
  return "it is still there";
}
