import {
  type CompositeAlarm,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
  type DescribeAlarmsCommandOutput,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import { reasonFacts } from "../../domain/reason-data.ts";
import type { AlarmReading } from "../../ports/metric-source.ts";
import { callAws } from "./call-aws.ts";
import type { CloudWatchSender } from "./cloud-watch-metric-source.ts";

/** Every alarm that fits, page by page. Without AlarmTypes, CloudWatch would leave composite alarms out. */
export async function alarmReadings(client: CloudWatchSender, filter: DescribeAlarmsCommandInput): Promise<readonly AlarmReading[]> {
  const readings: AlarmReading[] = [];
  let NextToken: string | undefined;
  do {
    const page: DescribeAlarmsCommandOutput = await callAws("cloudwatch:DescribeAlarms", () =>
      client.send(
        new DescribeAlarmsCommand({ ...filter, AlarmTypes: ["MetricAlarm", "CompositeAlarm"], ...(NextToken ? { NextToken } : {}) }),
      ),
    );
    readings.push(...[...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])].map(reading));
    NextToken = page.NextToken;
  } while (NextToken !== undefined && NextToken !== "");
  return readings;
}

/** `StateUpdatedTimestamp` moves with every new reason; only where the transition time is absent (emulators) it has to do. */
function reading(alarm: MetricAlarm | CompositeAlarm): AlarmReading {
  return {
    alarmName: alarm.AlarmName ?? "",
    alarmArn: alarm.AlarmArn ?? "",
    state: alarm.StateValue ?? "INSUFFICIENT_DATA",
    since: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp ?? new Date(0)).toISOString(),
    reason: alarm.StateReason ?? "",
    ...reasonFacts(alarm.StateReasonData),
    ...windowOf(alarm),
    suppressedBy: ("ActionsSuppressedBy" in alarm ? alarm.ActionsSuppressedBy : null) ?? null,
  };
}

/** Of metric math, the longest period; a composite alarm has none. */
function windowOf(alarm: MetricAlarm | CompositeAlarm): Pick<AlarmReading, "windowSeconds"> {
  if (!("EvaluationPeriods" in alarm) || alarm.EvaluationPeriods === undefined) return {};
  const periods = [alarm.Period, ...(alarm.Metrics ?? []).flatMap(({ MetricStat, Period }) => [MetricStat?.Period, Period])];
  const seconds = Math.max(0, ...periods.filter((period) => period !== undefined));
  return seconds === 0 ? {} : { windowSeconds: seconds * alarm.EvaluationPeriods };
}
