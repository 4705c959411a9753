import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { MetricSource } from "../../ports/metric-source.ts";
import { AWS_CLIENT_SETTINGS } from "./call-aws.ts";
import { alarmReadings } from "./cloud-watch-alarms.ts";
import { metricSeries } from "./cloud-watch-series.ts";

export type CloudWatchSender = Pick<CloudWatchClient, "send">;

const NAMES_PER_CALL = 100;

/** CloudWatch: leaf metrics as regular series, and what the alarms say about themselves. */
export function cloudWatchMetricSource(client: CloudWatchSender = new CloudWatchClient(AWS_CLIENT_SETTINGS)): MetricSource {
  return {
    series: (queries, from, to) => metricSeries(client, queries, from, to),

    async alarms(names) {
      const unique = [...new Set(names)];
      const chunks = Array.from({ length: Math.ceil(unique.length / NAMES_PER_CALL) }, (_, index) =>
        unique.slice(index * NAMES_PER_CALL, (index + 1) * NAMES_PER_CALL),
      );
      const readings = await Promise.all(chunks.map((AlarmNames) => alarmReadings(client, { AlarmNames, MaxRecords: NAMES_PER_CALL })));
      return readings.flat();
    },

    async alarmsInAlarm(prefix) {
      const readings = await alarmReadings(client, { AlarmNamePrefix: prefix, StateValue: "ALARM", MaxRecords: NAMES_PER_CALL });
      // Not every emulator heeds StateValue.
      return readings.filter(({ state }) => state === "ALARM");
    },
  };
}
