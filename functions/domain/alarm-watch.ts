import type { Trigger } from "./blueprint.ts";
import type { CompositeWatch, MetricWatch } from "./blueprint-alarms.ts";
import type { Signal } from "./signal.ts";

/** What the alarm of a trigger with a fixed threshold watches; null for an alarm that exists already. */
export function watchOf(trigger: Trigger, signal: Signal): MetricWatch | CompositeWatch | null {
  const { rule, periodSeconds, datapointsToAlarm, evaluationPeriods, missingData } = trigger;
  const math = mathOf(signal);
  if (math === null || rule === null) return null;
  return { kind: "metric", ...math, ...rule, periodSeconds, datapointsToAlarm, evaluationPeriods, missingData, lowSamples: "evaluate" };
}

function mathOf({ source }: Signal): Pick<MetricWatch, "leaves" | "expression"> | null {
  switch (source.kind) {
    case "alarm":
      return null;
    case "metric":
      return { leaves: [{ id: "m1", metric: source.metric }], expression: null };
    case "capacity": {
      const used = `100 * m1 / ${source.capacity}`;
      return { leaves: [{ id: "m1", metric: source.metric }], expression: source.holds === "used" ? used : `100 - ${used}` };
    }
    case "ratio":
      return {
        leaves: [
          { id: "part", metric: source.part },
          { id: "total", metric: source.total },
        ],
        // Too little traffic gives no datapoint, and the missing-data rule decides; requests without errors give 0.
        expression: `IF(total >= ${source.minimumTotal}, 100 * FILL(part, 0) / total)`,
      };
  }
}

/** Id of the expression among an alarm's queries; people see it in the console. */
export function resultId({ source }: Signal): string {
  return source.kind === "ratio" ? "ratio" : "result";
}
