import type { Operator, Trigger } from "../blueprint.ts";

/** A comparison of a signal's own values with a threshold in its own unit. */
export interface SignalRule {
  readonly operator: Operator;
  readonly threshold: number;
}

/**
 * What a trigger holds its signal's own values to. `alarmThreshold`: what the alarm itself says (AlarmReading.threshold, the event's); it counts only where the
 * pipeline tunes it. Null where no value of the signal alone is bad: an alarm of somebody else, a comparison with another signal or with the period before
 * (such an alarm's threshold is one of the margin), a burn rate, silence.
 */
export function signalRule(trigger: Pick<Trigger, "rule" | "form">, alarmThreshold: number | null): SignalRule | null {
  if (trigger.rule !== null) return trigger.rule;
  const { form } = trigger;
  if (form?.type !== "baseline" || !isTuned(form.against) || alarmThreshold === null) return null;
  return { operator: form.operator, threshold: alarmThreshold };
}

/** True where a baseline is a number that the pipeline measures and writes into the alarm. */
export function isTuned(against: "before" | "season" | "control" | "previous"): boolean {
  return against === "before" || against === "season";
}
