import { breaches } from "./alarm-rule.ts";
import type { Trigger } from "./blueprint.ts";
import type { RollbackTrigger } from "./rollback-document.ts";
import type { Series, Signal } from "./signal.ts";
import { breachOnset } from "./signal-series.ts";
import { earlier, secondsAfter } from "./time.ts";

export interface OnsetFacts {
  /** The blueprint's trigger whose alarm fired. */
  readonly fired: Trigger;
  readonly trigger: Pick<RollbackTrigger, "at" | "datapoints" | "threshold">;
  /** The signal of that trigger, and its points as far as they were read; null for an existing alarm. */
  readonly signal: Signal | null;
  readonly series: Series | null;
}

/**
 * When the symptom began: from the signal's own points; else from the alarm's evaluated points; else the transition less the periods that it took.
 * It began before the alarm went red: a run of points that says otherwise was cut by missing ones. And where every point that was read is bad, it
 * began before them, or a deploy of the last hour would be blamed for yesterday's trouble.
 */
export function onsetOf({ fired, trigger, signal, series }: OnsetFacts): string {
  const fromAlarm = firstBad(fired, trigger, signal) ?? trigger.datapoints[0]?.at ?? beforeTransition(fired, trigger.at);
  const { rule, evaluationPeriods, datapointsToAlarm } = fired;
  const run = rule === null || series === null ? null : breachOnset(series, { ...rule, evaluationPeriods, datapointsToAlarm });
  if (run === null || series === null || run.getTime() > Date.parse(trigger.at)) return fromAlarm;
  const reachesBack = run.getTime() <= series.startEpochSeconds * 1000;
  return reachesBack ? earlier(run.toISOString(), beforeTransition(fired, trigger.at)) : run.toISOString();
}

function beforeTransition({ periodSeconds, datapointsToAlarm }: Trigger, at: string): string {
  return secondsAfter(at, -periodSeconds * datapointsToAlarm);
}

/** Of an existing alarm only the threshold is known: the signal's better side tells which values are bad. */
function firstBad({ rule }: Trigger, { datapoints, threshold }: OnsetFacts["trigger"], signal: Signal | null): string | null {
  const judged =
    rule ?? (threshold === null ? null : { operator: signal?.better === "higher" ? ("<=" as const) : (">=" as const), threshold });
  return datapoints.find(({ value }) => value !== null && judged !== null && breaches(judged, value))?.at ?? null;
}
