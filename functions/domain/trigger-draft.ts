import { SEVERITIES, TRIGGER_CLASSES } from "./blueprint.ts";
import { type AuthoredTrigger, NEEDED_KEYS } from "./blueprint-authored-trigger.ts";
import { authoredProblem, type Problem, type ProblemPath } from "./blueprint-problem.ts";
import type { SignalMeaning, SignalReference } from "./blueprint-signals.ts";
import { presetReason } from "./trigger-arming.ts";
import { parseBaselineCondition } from "./trigger-condition.ts";
import { minimumSamplesFor } from "./trigger-minimum-samples.ts";
import type { PresetAlarm, PresetShape, SignalTrait, TriggerPreset } from "./trigger-preset.ts";
import { TRIGGER_PRESET_NAMES, type TriggerPresetName } from "./trigger-preset-names.ts";
import { TRIGGER_PRESETS } from "./trigger-presets.ts";

type NeededKey = keyof typeof NEEDED_KEYS;

/** One trigger with everything that its preset gives. */
export interface TriggerDraft {
  readonly fields: AuthoredTrigger & { readonly [Key in NeededKey]: NonNullable<AuthoredTrigger[Key]> };
  readonly signal: SignalMeaning;
  readonly preset: TriggerPresetName | null;
  /** The preset for a signal that has a value less often than this one looks; null where there is none. */
  readonly instead: TriggerPresetName | null;
  /** Where the key was written; the preset where it comes from there. */
  at(key: keyof AuthoredTrigger): ProblemPath;
}

/** The alarm preset that a trigger names; null without one, and for names that are no alarm. */
export function alarmPresetOf({ preset }: AuthoredTrigger): TriggerPresetName | null {
  return TRIGGER_PRESET_NAMES.find((name) => name === preset) ?? null;
}

/** Every signal that a trigger names, by itself, by its preset or as control. */
export function signalsOfTrigger(written: AuthoredTrigger, path: ProblemPath): readonly SignalReference[] {
  const preset = alarmPresetOf(written);
  const control = written.control === undefined ? [] : [{ name: written.control, path: [...path, "control"] }];
  if (written.signal !== undefined) return [{ name: written.signal, path: [...path, "signal"] }, ...control];
  const own = preset === null ? [] : TRIGGER_PRESETS[preset].alarms.map(({ signal }) => ({ name: signal, path: [...path, "preset"] }));
  return [...own, ...control];
}

/** The names of the triggers that one entry of the list makes. */
export function namesOfTrigger(written: AuthoredTrigger): readonly string[] {
  const preset = alarmPresetOf(written);
  if (preset === null) return written.name === undefined ? [] : [written.name];
  return TRIGGER_PRESETS[preset].alarms.map((alarm) => nameOf(written.name ?? preset, alarm));
}

/** Dots are not allowed in the names of triggers, and one preset has one. */
function nameOf(base: string, { suffix }: PresetAlarm): string {
  return `${base.replaceAll(".", "-")}${suffix === "" ? "" : `-${suffix}`}`;
}

/** The triggers that one entry of the list makes: one, or one for each alarm of its preset. None where something needed is missing. */
export function draftTriggers(
  written: AuthoredTrigger,
  path: ProblemPath,
  signals: ReadonlyMap<string, SignalMeaning>,
  problems: Problem[],
): readonly TriggerDraft[] {
  const name = alarmPresetOf(written);
  const at = (key: keyof AuthoredTrigger) => [...path, name === null || written[key] !== undefined ? key : "preset"];
  if (name !== null) {
    const preset = TRIGGER_PRESETS[name];
    problems.push(...ambiguities(written, name, preset, path));
    return preset.alarms.flatMap((alarm): TriggerDraft[] => {
      const signal = signals.get(written.signal ?? alarm.signal);
      if (signal === undefined) return [];
      const instead = written.period === undefined ? preset.instead : null;
      return [{ fields: merged(written, name, preset, alarm, signal), signal, preset: name, instead, at }];
    });
  }
  const { name: own, signal: signalName, class: kind, severity } = written;
  if (own === undefined || signalName === undefined || kind === undefined || severity === undefined) {
    problems.push(...missing(written, path));
    return [];
  }
  const signal = signals.get(signalName);
  if (signal === undefined) return [];
  const fields = { ...written, name: own, signal: signalName, class: kind, severity };
  return [{ fields, signal, preset: null, instead: null, at }];
}

function merged(
  written: AuthoredTrigger,
  name: TriggerPresetName,
  preset: TriggerPreset,
  alarm: PresetAlarm,
  signal: SignalMeaning,
): TriggerDraft["fields"] {
  const shape = shapeFor(alarm, signal, written);
  const samples = minimumSamplesFor(signal);
  return {
    ...shape,
    ...(samples === null ? {} : { minimum_samples: samples }),
    mode: "observe",
    ...(written.mode === undefined ? { mode_reason: presetReason(name) } : {}),
    ...written,
    class: written.class ?? preset.class,
    severity: written.severity ?? preset.severity,
    name: nameOf(written.name ?? name, alarm),
    signal: signal.name,
  };
}

function shapeFor(alarm: PresetAlarm, signal: SignalMeaning, own: AuthoredTrigger): PresetShape {
  const shape = { ...alarm.shape, ...alarm.shapes.find(({ on }) => hasTrait(signal, on))?.shape };
  const { floor: _floor, against: _against, ...fixed } = shape;
  const base = own.when !== undefined && parseBaselineCondition(own.when) === null ? fixed : shape;
  const { period, datapoints_to_alarm: datapoints = 1, evaluation_periods: periods = 1 } = shape;
  const isRatio = signal.armed?.source.kind === "ratio";
  // Metric math reaches back one period only: the period has to be the hour, and a step is in one of them.
  if (own.against === "previous-period") return { ...base, period: "1h", datapoints_to_alarm: 1, evaluation_periods: isRatio ? 2 : 1 };
  return {
    ...base,
    period,
    // The newest point of a ratio may be late: then one more period is looked at.
    evaluation_periods: isRatio && datapoints === periods ? periods + 1 : periods,
  };
}

function hasTrait({ unit, armed }: SignalMeaning, trait: SignalTrait): boolean {
  if (trait === "percent") return unit === "%";
  if (armed === null) return false;
  if (trait === "every-30s") return armed.resolutionSeconds <= 30;
  const counts = armed.source.kind === "metric" && ["Sum", "SampleCount"].includes(armed.source.metric.stat);
  return !counts && armed.publishes !== "on-event";
}

/** What is written once cannot mean two alarms with a condition each. */
function ambiguities(written: AuthoredTrigger, name: TriggerPresetName, preset: TriggerPreset, path: ProblemPath): readonly Problem[] {
  if (preset.alarms.length === 1) return [];
  const several = preset.alarms.map(({ suffix }) => suffix).join(" and ");
  return (["signal", "when"] as const).flatMap((key) =>
    written[key] === undefined
      ? []
      : authoredProblem(
          [...path, key],
          `preset ${name} has the alarms ${several}, and one ${key} cannot be that of both`,
          `remove ${key}, or write two triggers without preset`,
        ),
  );
}

const VALUES: Readonly<Partial<Record<NeededKey, readonly string[]>>> = { class: TRIGGER_CLASSES, severity: SEVERITIES };

function missing(written: AuthoredTrigger, path: ProblemPath): readonly Problem[] {
  return (Object.keys(NEEDED_KEYS) as NeededKey[])
    .filter((key) => written[key] === undefined)
    .map((key) => {
      const values = VALUES[key] === undefined ? "" : `, one of ${VALUES[key].join(", ")}`;
      return authoredProblem([...path, key], `${key} is missing`, `add it${values}: ${NEEDED_KEYS[key]}`);
    });
}
