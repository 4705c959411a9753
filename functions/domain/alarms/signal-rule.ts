import type { Blueprint, Operator, Trigger } from "../blueprint.ts";

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

/** What the triggers of a signal hold its values to, as far as that is known: of the alarm that fired also a tuned threshold. In the order of the triggers. */
export function signalRules(
  triggers: readonly Pick<Trigger, "rule" | "form" | "signal" | "alarmName">[],
  signal: string,
  fired: { readonly alarmName: string | null; readonly threshold: number | null },
): readonly SignalRule[] {
  return triggers
    .filter((trigger) => trigger.signal === signal)
    .flatMap((trigger) => signalRule(trigger, trigger.alarmName === fired.alarmName ? fired.threshold : null) ?? []);
}

/**
 * Period in which a signal is compared with what its triggers say: that of `firedTrigger`, else the shortest of those that judge its values, else of the
 * others. Null where no trigger watches it. A sum, or a minimum of requests, means another thing in another period.
 */
export function watchedPeriodSeconds(triggers: readonly Trigger[], signal: string, firedTrigger: string | null): number | null {
  const watching = triggers.filter((trigger) => trigger.signal === signal);
  const judging = watching.filter(judgesValues);
  const fired = watching.find(({ name }) => name === firedTrigger);
  const periods = (fired ? [fired] : judging.length > 0 ? judging : watching).map(({ periodSeconds }) => periodSeconds);
  return periods.length === 0 ? null : Math.min(...periods);
}

/** True where values of the signal, each of one period, are judged: a fixed threshold or a baseline. A burn rate and silence take windows of their own. */
export function judgesValues({ rule, form }: Pick<Trigger, "rule" | "form">): boolean {
  return rule !== null || form?.type === "baseline";
}

/** True for a trigger whose alarm belongs to somebody else: we know neither its rule nor its window. */
export function isListenedTo({ signal }: Pick<Trigger, "signal">, { signals }: Pick<Blueprint, "signals">): boolean {
  return signals.find(({ name }) => name === signal)?.source.kind === "alarm";
}

/** True where a baseline is a number that the pipeline measures and writes into the alarm. */
export function isTuned(against: "before" | "season" | "control" | "previous"): boolean {
  return against === "before" || against === "season";
}
