import { authoredProblem, type Problem } from "./blueprint-problem.ts";
import type { TriggerDraft } from "./trigger-draft.ts";

/** What is of a measured signal, and means nothing for an alarm of somebody else's. */
const MEASURED_KEYS = ["burn_rate", "trend", "absent", "against", "control", "floor", "minimum_samples"] as const;

/** An existing alarm has a condition of its own, so that the trigger that listens to it must not have one. */
export function existingAlarmProblems({ fields, preset, at }: TriggerDraft, alarmName: string): readonly Problem[] {
  const problem = `trigger ${fields.name} listens to the alarm ${alarmName}, which has its own condition`;
  if (preset !== null) return [authoredProblem(at("preset"), problem, "name a signal that is measured, or remove preset")];
  return (["when", ...MEASURED_KEYS] as const)
    .filter((key) => fields[key] !== undefined)
    .map((key) => authoredProblem(at(key), problem, `remove ${key}`));
}
