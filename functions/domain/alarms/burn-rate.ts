import type { Trigger } from "../blueprint.ts";
import type { MetricWatch } from "../blueprint-alarms.ts";
import type { Signal } from "../signal.ts";
import type { BurnRateForm } from "../trigger-form.ts";
import { guarded, literal, signalMath } from "./signal-math.ts";

/** Parts are named so that neither EventBridge's rule nor the starter takes them for acting alarms. */
export const PART_PREFIX = "rgpart-";

/** One window of a pair. */
export interface BurnPart {
  readonly alarmName: string;
  readonly pair: number;
  readonly side: "long" | "short";
  readonly windowSeconds: number;
  /** Percent of bad requests over the window that the alarm fires above. */
  readonly badPercent: number;
}

/** Both windows of every pair, in order. `objectivePercent` leaves 100 - it for bad requests; a pair fires above `burn` times that. */
export function burnParts(service: string, trigger: Pick<Trigger, "name">, form: BurnRateForm): readonly BurnPart[] {
  return form.windows.flatMap(({ longSeconds, shortSeconds, burn }, index) =>
    (["long", "short"] as const).map((side) => ({
      alarmName: `${PART_PREFIX}${service}-${trigger.name}-${index + 1}-${side}`,
      pair: index + 1,
      side,
      windowSeconds: side === "long" ? longSeconds : shortSeconds,
      badPercent: burnPercent(form.objectivePercent, burn),
    })),
  );
}

/** Percent of bad requests at which the budget burns `burn` times as fast as it may. */
export function burnPercent(objectivePercent: number, burn: number): number {
  return Number((burn * (100 - objectivePercent)).toPrecision(12));
}

/** The share of bad requests over a whole window, 1 of 1. Null when the signal is no ratio. */
export function burnWatch(signal: Signal, trigger: Trigger, part: BurnPart): MetricWatch | null {
  const math = signal.source.kind === "ratio" ? signalMath(signal, trigger.minimumSamples) : null;
  if (math === null) return null;
  return {
    kind: "metric",
    leaves: math.leaves,
    // Of a share of good requests (availability) the rest is bad.
    expression: guarded(math.conditions, signal.better === "higher" ? `100 - ${math.value}` : math.value),
    operator: ">",
    threshold: part.badPercent,
    periodSeconds: part.windowSeconds,
    datapointsToAlarm: 1,
    evaluationPeriods: 1,
    missingData: trigger.missingData,
    lowSamples: "evaluate",
  };
}

/** AlarmRule of the acting composite: a pair burns when both of its windows do; any pair is enough. */
export function burnRule(parts: readonly BurnPart[]): string {
  const pairs = Map.groupBy(parts, ({ pair }) => pair);
  return [...pairs.values()].map((both) => `(${both.map(({ alarmName }) => `ALARM("${alarmName}")`).join(" AND ")})`).join(" OR ");
}

/** The alarm of one window, in words. */
export function describePart({ side, pair, windowSeconds, badPercent }: BurnPart, trigger: Trigger): string {
  return `${side} window of pair ${pair} of ${trigger.alarmName}: more than ${literal(badPercent)}% of requests are bad over ${windowSeconds} s`;
}
