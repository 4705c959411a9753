import type { MetricRef, Series } from "../../../functions/domain/signal.ts";
import type { AlarmReading, MetricQuery, MetricSource } from "../../../functions/ports/metric-source.ts";

/** Value of a metric for the period that starts at `epochSeconds`; null = no datapoint. */
export type MetricFunction = (epochSeconds: number) => number | null;

/** CloudWatch in memory: metrics are functions of time (found by name and statistic, else by name), alarms are a list. */
export class FakeMetricSource implements MetricSource {
  private readonly metrics = new Map<string, MetricFunction>();
  private readonly alarmsByName = new Map<string, AlarmReading>();

  /** `stat` null = every statistic of that metric name. */
  setMetric(name: string, value: MetricFunction | number, stat: string | null = null): this {
    this.metrics.set(keyOf(name, stat), typeof value === "number" ? () => value : value);
    return this;
  }

  setAlarm(reading: Partial<AlarmReading> & { readonly alarmName: string }): this {
    this.alarmsByName.set(reading.alarmName, {
      alarmArn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${reading.alarmName}`,
      state: "OK",
      since: "2026-11-22T09:00:00.000Z",
      reason: "",
      threshold: null,
      datapoints: [],
      ...reading,
    });
    return this;
  }

  async series(queries: readonly MetricQuery[], from: Date, to: Date): Promise<readonly Series[]> {
    return queries.map(({ metric, periodSeconds }) => {
      const startEpochSeconds = Math.floor(from.getTime() / 1000 / periodSeconds) * periodSeconds;
      const count = Math.max(0, Math.ceil((to.getTime() / 1000 - startEpochSeconds) / periodSeconds));
      const value = this.find(metric);
      return {
        startEpochSeconds,
        periodSeconds,
        values: Array.from({ length: count }, (_, index) => value(startEpochSeconds + index * periodSeconds)),
      };
    });
  }

  async alarms(names: readonly string[]): Promise<readonly AlarmReading[]> {
    return names.flatMap((name) => this.alarmsByName.get(name) ?? []);
  }

  async alarmsInAlarm(prefix: string): Promise<readonly AlarmReading[]> {
    return [...this.alarmsByName.values()].filter(({ alarmName, state }) => state === "ALARM" && alarmName.startsWith(prefix));
  }

  private find(metric: MetricRef): MetricFunction {
    return this.metrics.get(keyOf(metric.name, metric.stat)) ?? this.metrics.get(keyOf(metric.name, null)) ?? (() => null);
  }
}

function keyOf(name: string, stat: string | null): string {
  return `${name}|${stat ?? "*"}`;
}
