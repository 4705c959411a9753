import type { Series } from "../../../functions/domain/signal.ts";
import type { AlarmReading, MetricQuery, MetricSource } from "../../../functions/ports/metric-source.ts";

/** Epoch seconds from which the signals are bad, until they are good again; null = never. */
export interface BadSpan {
  from: number | null;
  until: number | null;
}

/** CloudWatch of a service whose signals are bad exactly in one span of time. Alarms are in ALARM while it lasts. */
export class LiveSignals implements MetricSource {
  readonly span: BadSpan = { from: null, until: null };

  isBad(epochSeconds: number): boolean {
    const { from, until } = this.span;
    return from !== null && epochSeconds >= from && (until === null || epochSeconds < until);
  }

  async series(queries: readonly MetricQuery[], from: Date, to: Date): Promise<readonly Series[]> {
    return queries.map(({ metric, periodSeconds }) => {
      const startEpochSeconds = Math.floor(from.getTime() / 1000 / periodSeconds) * periodSeconds;
      const count = Math.max(0, Math.ceil((to.getTime() / 1000 - startEpochSeconds) / periodSeconds));
      const value = (at: number) => {
        if (metric.name === "RequestCount") return 1000;
        if (metric.name === "ErrorCount") return this.isBad(at) ? 60 : 2;
        return this.isBad(at) ? 480 : 120;
      };
      return {
        startEpochSeconds,
        periodSeconds,
        values: Array.from({ length: count }, (_, i) => value(startEpochSeconds + i * periodSeconds)),
      };
    });
  }

  async alarms(names: readonly string[]): Promise<readonly AlarmReading[]> {
    const now = Date.now() / 1000;
    return names.map((alarmName) => ({
      alarmName,
      alarmArn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${alarmName}`,
      state: this.isBad(now) ? ("ALARM" as const) : ("OK" as const),
      since: new Date((this.span.from ?? now) * 1000).toISOString(),
      reason: "",
      threshold: null,
      datapoints: [],
    }));
  }

  async alarmsInAlarm(): Promise<readonly AlarmReading[]> {
    return [];
  }
}
