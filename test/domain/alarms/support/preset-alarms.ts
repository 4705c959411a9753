import { loadBlueprints } from "../../../../blueprints/load-blueprints.ts";
import { type CompiledAlarm, compileAlarms } from "../../../../functions/domain/blueprint-alarms.ts";

/** Every preset of the seeds and every other form of a trigger, as their blueprints compile. */
export const presetBlueprints = loadBlueprints("test/infra/blueprints/presets", { metricPreset: "none" });

export const presetAlarms: readonly CompiledAlarm[] = presetBlueprints.flatMap((blueprint) => compileAlarms(blueprint));

/** One of them, by the name of its trigger. */
export function alarmOf(trigger: string): CompiledAlarm {
  const found = presetAlarms.find((alarm) => alarm.trigger.name === trigger && alarm.role === "acting");
  if (found === undefined) throw new Error(`no preset blueprint has a trigger ${trigger}`);
  return found;
}
