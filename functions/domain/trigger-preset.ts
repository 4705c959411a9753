import type { Severity, TriggerClass } from "./blueprint.ts";
import type { AuthoredTrigger } from "./blueprint-authored-trigger.ts";
import type { TriggerPresetName } from "./trigger-preset-names.ts";

/** What decides between the shapes of a preset: a signal with a value at least every 30 s; a level instead of a counter; a percentage. */
export type SignalTrait = "every-30s" | "level" | "percent";

/** Condition and window in the words of a blueprint, compiled and checked like what a person writes. */
export type PresetShape = Pick<AuthoredTrigger, "when" | "against" | "floor" | "period" | "datapoints_to_alarm" | "evaluation_periods">;

/** One alarm of a preset. */
export interface PresetAlarm {
  /** Ending of the trigger's name where the preset has several alarms, else "". */
  readonly suffix: string;
  /** Where the blueprint names no signal. */
  readonly signal: string;
  readonly shape: PresetShape;
  /** The first one whose trait the signal has replaces so much of the shape. */
  readonly shapes: readonly { readonly on: SignalTrait; readonly shape: PresetShape }[];
}

/** A named rule of the seeds as data. */
export interface TriggerPreset {
  readonly seed: string;
  /** In the seed's words. */
  readonly rule: string;
  readonly class: TriggerClass;
  readonly severity: Severity;
  readonly alarms: readonly PresetAlarm[];
  /** What people should know before they arm it; null = nothing beyond its rule. */
  readonly advice: string | null;
  /** For a signal that has a value too seldom; null where the default period suits all. */
  readonly instead: TriggerPresetName | null;
}

/** The alarm of a preset that has only one. */
export function oneAlarm(signal: string, shape: PresetShape, shapes: PresetAlarm["shapes"] = []): readonly PresetAlarm[] {
  return [{ suffix: "", signal, shape, shapes }];
}

/** M of N periods. */
export function inWindow(datapoints: number, periods: number, period: string): PresetShape {
  return { period, datapoints_to_alarm: datapoints, evaluation_periods: periods };
}
