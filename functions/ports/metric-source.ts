import type { MetricRef, Series } from "../domain/signal.ts";

export interface MetricQuery {
  readonly metric: MetricRef;
  readonly periodSeconds: number;
}

export interface AlarmReading {
  readonly alarmName: string;
  readonly alarmArn: string;
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  /** When the alarm entered this state (ISO 8601 UTC). */
  readonly since: string;
  readonly reason: string;
  /** `StateReasonData`, parsed where it was JSON. */
  readonly threshold: number | null;
  readonly datapoints: readonly { readonly at: string; readonly value: number | null }[];
  /** How far the alarm looks back (period x evaluation periods); null or absent where it has no window of its own. */
  readonly windowSeconds?: number | null;
  /** Composite alarms: what suppresses the actions now; absent or null when nothing does. */
  readonly suppressedBy?: string | null;
}

/** CloudWatch. Throws `TransientUpstreamError` or `PermissionError`. Metric math is done in the domain: leaf metrics only. */
export interface MetricSource {
  /** One series per query, in order, aligned to the period, covering [from, to). */
  series(queries: readonly MetricQuery[], from: Date, to: Date): Promise<readonly Series[]>;
  /** Alarms that do not exist are left out. */
  alarms(names: readonly string[]): Promise<readonly AlarmReading[]>;
  /** Every alarm in ALARM whose name starts with the prefix. */
  alarmsInAlarm(prefix: string): Promise<readonly AlarmReading[]>;
}
