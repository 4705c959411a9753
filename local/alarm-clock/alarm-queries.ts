import type { CompiledAlarm } from "../../functions/domain/blueprint-alarms.ts";
import type { MetricRef } from "../../functions/domain/signal.ts";

/** One entry of an alarm's metric list: a metric, or an expression over the others. */
export type AlarmQuery = { readonly id: string; readonly returnData: boolean } & (
  | { readonly metric: MetricRef; readonly periodSeconds: number }
  | { readonly expression: string; readonly label: string }
);

/** What an alarm watches, in the shape that both its registration and its event have. An existing alarm's metrics are not ours to know. */
export function alarmQueries({ signal, trigger }: CompiledAlarm): AlarmQuery[] {
  const { periodSeconds } = trigger;
  switch (signal.source.kind) {
    case "metric":
      return [{ id: "m1", returnData: true, metric: signal.source.metric, periodSeconds }];
    case "ratio": {
      const { part, total, minimumTotal } = signal.source;
      const expression = `IF(total >= ${minimumTotal}, 100 * FILL(part, 0) / total)`;
      return [
        { id: "ratio", returnData: true, expression, label: signal.name },
        { id: "part", returnData: false, metric: part, periodSeconds },
        { id: "total", returnData: false, metric: total, periodSeconds },
      ];
    }
    case "alarm":
      return [];
  }
}
