import { CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmsCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { TransientUpstreamError } from "../../domain/errors.ts";
import { type AlarmConfiguration, differences } from "../../domain/tuning/alarm-configuration.ts";
import type { AlarmEditor } from "../../ports/alarm-editor.ts";
import { fromMetricAlarm, toPutMetricAlarm } from "./alarm-configuration-shape.ts";
import { AWS_CLIENT_SETTINGS, callAws } from "./call-aws.ts";
import type { CloudWatchSender } from "./cloud-watch-metric-source.ts";
import { pause } from "./pause.ts";

/** DescribeAlarms and DeleteAlarms take so many names (AmazonCloudWatch API Reference). */
const NAMES_PER_CALL = 100;
/** A read right after a write may still be of before it; CloudWatch says nothing about how long. */
const LOOKS = 3;
const PAUSE_MILLISECONDS = 400;

/** Alarms in CloudWatch. `wait` is the pause between two looks. */
export function cloudWatchAlarmEditor(
  client: CloudWatchSender = new CloudWatchClient(AWS_CLIENT_SETTINGS),
  wait: (milliseconds: number) => Promise<void> = pause,
): AlarmEditor {
  const configurations = async (names: readonly string[]): Promise<readonly AlarmConfiguration[]> => {
    const read = await Promise.all(
      chunks(names).map((AlarmNames) =>
        callAws("cloudwatch:DescribeAlarms", () =>
          client.send(new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ["MetricAlarm"], MaxRecords: NAMES_PER_CALL })),
        ),
      ),
    );
    return read.flatMap(({ MetricAlarms = [] }) => MetricAlarms.map(fromMetricAlarm));
  };

  /** Looks until the answer is as wanted, or for the last time. */
  const readUntil = async (names: readonly string[], asWanted: (read: readonly AlarmConfiguration[]) => boolean) => {
    for (let look = 1; ; look++) {
      const read = await configurations(names);
      if (asWanted(read) || look === LOOKS) return read;
      await wait(PAUSE_MILLISECONDS);
    }
  };

  return {
    configurations,

    async put(configuration) {
      const { alarmName } = configuration;
      await callAws("cloudwatch:PutMetricAlarm", () => client.send(new PutMetricAlarmCommand(toPutMetricAlarm(configuration))));
      const same = (read: AlarmConfiguration | undefined) => read !== undefined && differences(configuration, read).length === 0;
      const [read] = await readUntil([alarmName], ([first]) => same(first));
      if (read !== undefined && same(read)) return read;
      const what = read === undefined ? "is not there" : `differs in ${differences(configuration, read).join(", ")}`;
      throw new TransientUpstreamError(`the alarm ${alarmName} was put, but read back it ${what}`, { alarmName });
    },

    async remove(names) {
      if (names.length === 0) return [];
      for (const AlarmNames of chunks(names)) {
        // A name that does not exist makes CloudWatch refuse the whole list, so only those that are there are sent.
        const there = (await configurations(AlarmNames)).map(({ alarmName }) => alarmName);
        if (there.length === 0) continue;
        await callAws("cloudwatch:DeleteAlarms", () => client.send(new DeleteAlarmsCommand({ AlarmNames: there }))).catch(unlessGone);
      }
      return (await readUntil(names, ({ length }) => length === 0)).map(({ alarmName }) => alarmName);
    },
  };
}

/** Somebody else was faster: what is left is read anyway. */
function unlessGone(error: Error): void {
  if (!/ResourceNotFound/.test(error.name)) throw error;
}

function chunks(names: readonly string[]): string[][] {
  const unique = [...new Set(names)];
  return Array.from({ length: Math.ceil(unique.length / NAMES_PER_CALL) }, (_, index) =>
    unique.slice(index * NAMES_PER_CALL, (index + 1) * NAMES_PER_CALL),
  );
}
