import type { AlarmFact } from "./checks.ts";
import type { Assessment } from "./rollback-document.ts";

/** Alarms of the service that have turned red since the assessment: the watch over two versions side by side ends with the first. */
export function worseAlarms(alarms: readonly AlarmFact[], { alarms: before }: Assessment): string[] {
  const red = new Set(before.filter(({ state }) => state === "ALARM").map(({ alarmName }) => alarmName));
  return alarms.filter(({ alarmName, state }) => state === "ALARM" && !red.has(alarmName)).map(({ alarmName }) => alarmName);
}
