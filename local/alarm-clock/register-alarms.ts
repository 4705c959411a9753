import type { CompiledAlarm } from "../../functions/domain/blueprint-alarms.ts";
import type { AlarmBoard, PostedAlarm } from "./alarm-board.ts";

/**
 * Registers the alarms that CloudFormation could not make, and those that the emulator would evaluate by its own, wrong rules: metric alarms, then the
 * composites over them. One that the pipeline tunes is never made here, only taken over with the threshold that it has.
 */
export async function registerAlarms(alarms: readonly CompiledAlarm[], board: AlarmBoard): Promise<ReadonlyMap<string, PostedAlarm>> {
  const names = alarms.map((alarm) => alarm.alarmName);
  const posted = await board.read(names);
  const needed = alarms.flatMap((alarm) => toRegister(alarm, posted.get(alarm.alarmName)));
  if (needed.length === 0) return posted;
  await Promise.all(needed.filter(({ watch }) => watch?.kind === "metric").map((alarm) => board.register(alarm)));
  await Promise.all(needed.filter(({ watch }) => watch?.kind === "composite").map((alarm) => board.register(alarm)));
  return board.read(names);
}

function toRegister(alarm: CompiledAlarm, posted: PostedAlarm | undefined): CompiledAlarm[] {
  const { watch } = alarm;
  if (watch === null || posted?.selfEvaluating === false) return [];
  if (watch.kind === "composite" || watch.threshold !== null) return [alarm];
  const threshold = posted?.threshold ?? null;
  return threshold === null ? [] : [{ ...alarm, watch: { ...watch, threshold } }];
}
