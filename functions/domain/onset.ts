import { breaches } from "./alarm-rule.ts";
import { burnPercent } from "./alarms/burn-rate.ts";
import { type SignalRule, signalRule } from "./alarms/signal-rule.ts";
import type { Trigger } from "./blueprint.ts";
import type { RollbackTrigger } from "./rollback-document.ts";
import type { Series, Signal } from "./signal.ts";
import { breachOnset } from "./signal-series.ts";
import { earlier, secondsAfter } from "./time.ts";

export interface OnsetFacts {
  /** The blueprint's trigger whose alarm fired. */
  readonly fired: Trigger;
  /** With the threshold that the alarm had: of a tuned one nothing else tells it. */
  readonly trigger: Pick<RollbackTrigger, "at" | "datapoints" | "threshold">;
  /** The signal of that trigger, and its points as far as they were read; null for an existing alarm. */
  readonly signal: Signal | null;
  readonly series: Series | null;
}

/**
 * When the symptom began: from the signal's own points; else from the alarm's evaluated points; else the transition less the periods that it took.
 * It began before the alarm went red: a run of points that says otherwise was cut by missing ones. And where every point that was read is bad, it
 * began before them, or a deploy of the last hour would be blamed for yesterday's trouble. A threshold that was tuned lower meets old points: their run
 * began before the change, which is no suspect then.
 */
export function onsetOf({ fired, trigger, signal, series }: OnsetFacts): string {
  const fromAlarm = firstBad(fired, trigger, signal) ?? trigger.datapoints[0]?.at ?? beforeTransition(fired, trigger.at);
  const rule = series === null ? null : ownRule(fired, trigger.threshold, signal, series);
  const run = rule === null || series === null ? null : breachOnset(series, rule);
  if (run === null || series === null || run.getTime() > Date.parse(trigger.at)) return fromAlarm;
  const reachesBack = run.getTime() <= series.startEpochSeconds * 1000;
  return reachesBack ? earlier(run.toISOString(), beforeTransition(fired, trigger.at)) : run.toISOString();
}

type RunRule = SignalRule & Pick<Trigger, "evaluationPeriods" | "datapointsToAlarm">;

/**
 * What the signal's own points are held to; null where they tell no onset: an existing alarm, a comparison with other points, silence, and a trend, which began
 * somewhere below its entry condition.
 */
function ownRule(fired: Trigger, threshold: number | null, signal: Signal | null, series: Series): RunRule | null {
  const { form, evaluationPeriods, datapointsToAlarm } = fired;
  if (form?.type === "trend") return null;
  if (form?.type !== "burn-rate") {
    const rule = signalRule(fired, threshold);
    return rule === null ? null : { ...rule, evaluationPeriods, datapointsToAlarm };
  }
  // Good points within one short window do not end a burn.
  const gap = Math.floor(Math.min(...form.windows.map(({ shortSeconds }) => shortSeconds)) / series.periodSeconds);
  const bad = burnPercent(form.objectivePercent, Math.min(...form.windows.map(({ burn }) => burn)));
  const rule: SignalRule = signal?.better === "higher" ? { operator: "<", threshold: 100 - bad } : { operator: ">", threshold: bad };
  return { ...rule, datapointsToAlarm: 1, evaluationPeriods: 1 + gap };
}

function beforeTransition({ periodSeconds, datapointsToAlarm }: Trigger, at: string): string {
  return secondsAfter(at, -periodSeconds * datapointsToAlarm);
}

/** The alarm's own points are of what it watches, also where that is a comparison. Of an existing alarm the signal's better side tells which values are bad. */
function firstBad({ rule, form }: Trigger, { datapoints, threshold }: OnsetFacts["trigger"], signal: Signal | null): string | null {
  if (form?.type === "absence") return null;
  const guessed = signal?.better === "higher" ? "<=" : ">=";
  const operator = form?.type === "baseline" ? form.operator : guessed;
  const judged = rule ?? (threshold === null ? null : { operator, threshold });
  return datapoints.find(({ value }) => value !== null && judged !== null && breaches(judged, value))?.at ?? null;
}
