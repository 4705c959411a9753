import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { formatDuration } from "../../functions/domain/duration.ts";
import type { TriggerPresetName } from "../../functions/domain/trigger-preset-names.ts";
import { wellKnownSignal } from "../../functions/domain/well-known-signals.ts";

/** A rule in our terms, before it is known whether a preset says the same. */
export interface SeedRule {
  readonly signal: string;
  /** As the blueprint writes it: `> 2x baseline`, `> 90%`, `>= 3`. */
  readonly when: string;
  /** Null: the source names no window. */
  readonly windowSeconds: number | null;
}

interface Preset extends SeedRule {
  readonly preset: TriggerPresetName;
}

const MINUTES_OF_DAY = 1440;

/** The seeds' rules under the names of their presets (seed 002). */
const PRESETS: readonly Preset[] = [
  { preset: "error-rate-2x", signal: "error_count", when: "> 2x baseline", windowSeconds: 300 },
  { preset: "latency-1.5x", signal: "latency_p95", when: "> 1.5x baseline", windowSeconds: 300 },
  { preset: "memory-90", signal: "memory_utilization", when: "> 90%", windowSeconds: 600 },
  { preset: "db-errors", signal: "db_errors", when: "> 10", windowSeconds: 120 },
  { preset: "health-count", signal: "health_failures", when: ">= 3", windowSeconds: 300 },
];

/**
 * The trigger for a rule: the preset of its signal, with what differs from it written out; else everything. A counter and a baseline are judged
 * over the whole window at once; a gauge must be bad in each of its minutes.
 */
export function triggerOf(name: string, rule: SeedRule): AuthoredTrigger {
  const preset = PRESETS.find(({ signal, when }) => signal === rule.signal && isRelative(when) === isRelative(rule.when));
  const windowSeconds = rule.windowSeconds ?? preset?.windowSeconds ?? 300;
  if (preset === undefined) {
    const known = wellKnownSignal(rule.signal);
    return {
      name,
      signal: rule.signal,
      class: known?.class ?? "performance",
      severity: known?.severity ?? "medium",
      when: rule.when,
      ...windowOf(rule, windowSeconds),
    };
  }
  return {
    preset: preset.preset,
    name,
    ...(rule.when === preset.when ? {} : { when: rule.when }),
    ...(windowSeconds === preset.windowSeconds ? {} : windowOf(rule, windowSeconds)),
  };
}

/** Whether CloudWatch can judge such a window: whole minutes, a day at most. */
export function isWindow(seconds: number): boolean {
  return seconds % 60 === 0 && seconds <= 86_400;
}

function windowOf(rule: SeedRule, seconds: number): Pick<AuthoredTrigger, "period" | "datapoints_to_alarm" | "evaluation_periods"> {
  const atOnce = isRelative(rule.when) || wellKnownSignal(rule.signal)?.publishes === "on-event";
  if (atOnce) return { period: formatDuration(seconds), datapoints_to_alarm: 1, evaluation_periods: 1 };
  const minutes = seconds / 60;
  // The newest point of a share may be late: one more is looked at, where a day has room for it.
  const periods = rule.signal === "error_rate" ? Math.min(minutes + 1, MINUTES_OF_DAY) : minutes;
  return { period: "1m", datapoints_to_alarm: minutes, evaluation_periods: periods };
}

function isRelative(when: string): boolean {
  return when.endsWith("baseline");
}
