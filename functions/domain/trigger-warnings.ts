import { worstDetectionSeconds } from "./alarms/detection-time.ts";
import { isTuned } from "./alarms/signal-rule.ts";
import type { Blueprint, Trigger } from "./blueprint.ts";
import { formatDuration } from "./duration.ts";
import { findingWarnings } from "./findings/finding-warnings.ts";
import type { Signal } from "./signal.ts";
import { LONGEST_ARMED_MINUTES } from "./trigger-arming.ts";
import { percentileSamples } from "./trigger-minimum-samples.ts";
import { FINDING_PRESET, TRIGGER_PRESET_NAMES } from "./trigger-preset-names.ts";
import { TRIGGER_PRESETS } from "./trigger-presets.ts";

/** Something that may be meant, and that people regret more often than not. Nothing of it keeps a blueprint from being armed. */
export interface TriggerWarning {
  /** Name of the trigger (`security-finding` for findings); null = the triggers as a whole. */
  readonly trigger: string | null;
  readonly message: string;
  readonly fix: string;
}

const WHOLE_PERCENT = 100;

/** What people should know of a compiled blueprint's triggers, in their order. `today` is a day (ISO 8601, UTC). */
export function triggerWarnings(blueprint: Blueprint, today: string): readonly TriggerWarning[] {
  const signals = new Map(blueprint.signals.map((signal) => [signal.name, signal]));
  const { findings } = blueprint;
  return [
    ...blueprint.triggers.flatMap((trigger) => {
      const signal = signals.get(trigger.signal);
      return [
        ...(signal === undefined ? [] : ofSignal(trigger, signal)),
        ...expired(trigger.name, trigger, today),
        ...unproven(trigger, blueprint),
        ...disarmedTooSoon(trigger),
        ...(signal === undefined
          ? []
          : [...disarmedBeforeDetection(trigger, signal), ...multipleOfNothing(trigger, signal), ...overWhole(trigger, signal)]),
      ];
    }),
    ...(findings === undefined ? [] : expired(FINDING_PRESET, findings, today)),
    ...findingWarnings(blueprint),
    ...silence(blueprint.triggers, signals),
  ];
}

function ofSignal(trigger: Trigger, { name, source }: Signal): readonly TriggerWarning[] {
  const { form, datapointsToAlarm: m, evaluationPeriods: n } = trigger;
  if (source.kind === "ratio" && m === n && form?.type !== "burn-rate")
    return [
      {
        trigger: trigger.name,
        message: `${m} of ${n} of a ratio: the newest point of ${name} may be late, and is then taken for one without errors`,
        fix: `set evaluation_periods to ${n + 1}`,
      },
    ];
  const samples = source.kind === "metric" ? percentileSamples(source.metric.stat) : null;
  if (samples === null || trigger.minimumSamples !== undefined || form?.type === "absence") return [];
  return [
    {
      trigger: trigger.name,
      message: `${name} is a percentile, and with few requests a period one slow request is enough`,
      fix: `set minimum_samples: ${samples}, from where on a percentile means something`,
    },
  ];
}

function expired(trigger: string, { mode, expires }: Pick<Trigger, "mode" | "expires">, today: string): readonly TriggerWarning[] {
  if (expires === undefined || expires >= today) return [];
  return [
    {
      trigger,
      message: `its mode ${mode} was to be decided by ${expires}, and is still ${mode}`,
      fix: "compare rollguard incidents --observed, then write another mode or a later day",
    },
  ];
}

/**
 * Figures: replay of harmless changes on public CloudWatch series, "2 x baseline". Rules of other kinds were not measured; that of a preset is a
 * seed's and knows nothing of the service.
 */
const FALSE_RATES = "2x baseline fired falsely for 7.9 % of harmless changes within 1 h, and for 35 % within 24 h";

function unproven(trigger: Trigger, { mode }: Pick<Blueprint, "mode">): readonly TriggerWarning[] {
  const { name, preset, form, armed } = trigger;
  if (mode !== "auto" || (trigger.mode ?? "auto") !== "auto") return [];
  const drifts = form?.type === "baseline" && form.against === "before";
  if (preset !== undefined) {
    const advice = TRIGGER_PRESET_NAMES.flatMap((known) => (known === preset ? (TRIGGER_PRESETS[known].advice ?? []) : []));
    return [
      {
        trigger: name,
        message: `preset ${preset} acts, and nobody has tried its values on this service${drifts ? `; measured elsewhere: ${FALSE_RATES}` : ""}`,
        fix: ["keep it in observe until rollguard incidents --observed shows what it would have done", ...advice].join("; "),
      },
    ];
  }
  if (!drifts || armed !== undefined) return [];
  return [
    {
      trigger: name,
      message: `it acts at any time against a baseline that grows old: ${FALSE_RATES}`,
      fix: "remove armed: always, or write armed: { after_change: 60m }",
    },
  ];
}

/** A trend that takes as long as it may has not been long enough at `when` before the trigger is no longer armed. */
function disarmedTooSoon({ name, form, armed }: Trigger): readonly TriggerWarning[] {
  if (form?.type !== "trend" || armed === undefined || armed.afterChangeMinutes * 60 >= form.withinSeconds) return [];
  const [armedFor, within] = [armed.afterChangeMinutes * 60, form.withinSeconds].map(formatDuration);
  return [
    {
      trigger: name,
      message: `it is armed for ${armedFor} after a change, and a trend may take ${within}: what leaks slowly is left alone`,
      fix: `remove armed, or write armed: { after_change: ${formatDuration(2 * form.withinSeconds)} }`,
    },
  ];
}

/**
 * An alarm that goes red after `armed` starts nothing (`mayStart` counts from the change to the transition): of a release that is bad from its first
 * second on, the slowest detection must fit. A trend's `within` is longer than that, and has a warning of its own.
 */
function disarmedBeforeDetection(trigger: Trigger, signal: Signal): readonly TriggerWarning[] {
  const { name, form, armed } = trigger;
  if (armed === undefined || form?.type === "trend") return [];
  const armedSeconds = armed.afterChangeMinutes * 60;
  const worstSeconds = Math.ceil(worstDetectionSeconds(trigger, signal) / 60) * 60;
  if (worstSeconds <= armedSeconds) return [];
  const longer = formatDuration(Math.min(2 * worstSeconds, LONGEST_ARMED_MINUTES * 60));
  return [
    {
      trigger: name,
      message: `it is armed for ${formatDuration(armedSeconds)} after a change, and needs up to ${formatDuration(worstSeconds)} to see a bad one: such a release is left alone`,
      fix: `judge fewer or shorter periods, or write armed: { after_change: ${longer} }`,
    },
  ];
}

/** A tuned threshold needs a baseline over 0 or a floor (`givesThreshold`): of errors there are often none. */
function multipleOfNothing({ name, form }: Trigger, signal: Signal): readonly TriggerWarning[] {
  if (form?.type !== "baseline" || !isTuned(form.against) || form.by === "points" || form.floor !== null) return [];
  const isOftenZero = signal.better === "lower" && (signal.source.kind === "ratio" || signal.unit === "count");
  if (!isOftenZero) return [];
  return [
    {
      trigger: name,
      message: `nothing is a multiple of 0: where ${signal.name} was 0 before, this trigger has no alarm at all`,
      fix: "add a floor with the value that is still fine",
    },
  ];
}

/** CPU is of what was asked for, of which there may be more than the whole. Shares with such a threshold are refused. */
function overWhole({ name, rule, form }: Trigger, signal: Signal): readonly TriggerWarning[] {
  const threshold = Math.max(rule?.threshold ?? 0, form?.type === "trend" ? form.limit : 0, (form?.type === "baseline" && form.floor) || 0);
  if (signal.unit !== "%" || threshold <= WHOLE_PERCENT || /cpu/i.test(`${signal.name} ${metricName(signal)}`)) return [];
  return [
    {
      trigger: name,
      message: `most percentages end at 100%, and ${signal.name} over ${threshold}% may never be`,
      fix: "write a value up to 100%, or leave it where the metric is known to go over",
    },
  ];
}

function metricName({ source }: Signal): string {
  return source.kind === "metric" ? source.metric.name : "";
}

function silence(triggers: readonly Trigger[], signals: ReadonlyMap<string, Signal>): readonly TriggerWarning[] {
  const watched = new Set(
    triggers.filter(({ form, missingData }) => form?.type === "absence" || missingData === "breaching").map(({ signal }) => signal),
  );
  const names = [...new Set(triggers.map(({ signal }) => signal))].filter((name) => {
    const signal = signals.get(name);
    const isContinuous = signal?.publishes !== "on-event" && (signal?.source.kind === "metric" || signal?.source.kind === "capacity");
    return isContinuous && !watched.has(name);
  });
  if (names.length === 0) return [];
  return [
    {
      trigger: null,
      message: `nobody is called when nothing is measured any more: ${names.join(", ")}`,
      fix: "add a trigger with absent: true on one of them",
    },
  ];
}
