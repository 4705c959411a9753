import { resultId, resultLabel } from "../../functions/domain/alarm-watch.ts";
import type { CompiledAlarm } from "../../functions/domain/blueprint-alarms.ts";
import type { MetricRef } from "../../functions/domain/signal.ts";

/** One entry of an alarm's metric list: a metric, or an expression over the others. */
export type AlarmQuery = { readonly id: string; readonly returnData: boolean } & (
  | { readonly metric: MetricRef; readonly periodSeconds: number }
  | { readonly expression: string; readonly label: string }
);

/** What an alarm watches, in the shape that both its registration and its event have. An existing alarm's metrics are not ours to know. */
export function alarmQueries({ signal, trigger, watch }: CompiledAlarm): AlarmQuery[] {
  if (watch?.kind !== "metric") return [];
  const { leaves, expression, periodSeconds } = watch;
  if (expression === null) return leaves.map(({ id, metric }) => ({ id, returnData: true, metric, periodSeconds }));
  return [
    { id: resultId(signal), returnData: true, expression, label: resultLabel(trigger, signal) },
    ...leaves.map(({ id, metric }) => ({ id, returnData: false, metric, periodSeconds })),
  ];
}
