import type { CloudWatchClient, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { describe, expect, it } from "vitest";
import { cloudWatchAlarmEditor } from "../../../functions/adapters/aws/cloud-watch-alarm-editor.ts";
import { PermissionError, TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { alarmConfiguration } from "../../../functions/domain/tuning/alarm-configuration.ts";
import { aMetricRef } from "../../support/builders/blueprint.ts";
import { aTunableAlarm, aTunableRatioAlarm, aTunedWatch } from "../../support/builders/tuning.ts";
import { alarmEditorContract } from "../../support/contracts/alarm-editor.ts";
import { fakeAwsClient, type SentCommand } from "../../support/fakes/fake-aws-client.ts";

const NAME = "rollguard-checkout-latency-p95";
const configuration = (alarm = aTunableAlarm()) => alarmConfiguration(alarm, alarm.watch, 240, "Tuned: a test.");

/** CloudWatch as it answers: queries in another order, defaults that it fills in or leaves out. `distort` changes what is read. */
function cloudWatch(distort: (alarm: MetricAlarm, read: number) => MetricAlarm | null = (alarm) => alarm) {
  const alarms = new Map<string, MetricAlarm>();
  let reads = 0;
  const respond = ({ name, input }: SentCommand): object => {
    if (name === "PutMetricAlarmCommand") {
      alarms.set(input.AlarmName, {
        ...input,
        Metrics: input.Metrics?.toReversed(),
        Dimensions: input.Dimensions?.toReversed(),
        AlarmArn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${input.AlarmName}`,
        StateValue: "INSUFFICIENT_DATA",
        EvaluationWindow: { SlidingWindow: {} },
      });
    }
    if (name === "DeleteAlarmsCommand") for (const one of input.AlarmNames) alarms.delete(one);
    if (name !== "DescribeAlarmsCommand") return {};
    reads++;
    return { MetricAlarms: input.AlarmNames.flatMap((one: string) => distort(alarms.get(one) ?? {}, reads) ?? []).filter(isAlarm) };
  };
  const { client, sent } = fakeAwsClient<CloudWatchClient>(respond);
  const waited: number[] = [];
  return { editor: cloudWatchAlarmEditor(client, async (milliseconds) => void waited.push(milliseconds)), sent, waited };
}
const isAlarm = ({ AlarmName }: MetricAlarm) => AlarmName !== undefined;
const sentOf = (sent: readonly SentCommand[], name: string) => sent.filter((one) => one.name === name).map(({ input }) => input);

describe("the alarm editor of CloudWatch", () => {
  alarmEditorContract(() => cloudWatch().editor);

  it("puts the whole of an alarm on one metric", async () => {
    const { editor, sent } = cloudWatch();
    const watch = aTunedWatch({ leaves: [{ id: "m1", metric: aMetricRef({ dimensions: { Host: "a" } }) }], lowSamples: "ignore" });

    await editor.put(configuration(aTunableAlarm({ watch })));

    expect(sentOf(sent, "PutMetricAlarmCommand")).toEqual([
      {
        AlarmName: NAME,
        AlarmDescription: "Rollguard: latency_p95 against the hour before a change. Tuned: a test.",
        ActionsEnabled: true,
        OKActions: [],
        AlarmActions: [],
        InsufficientDataActions: [],
        ComparisonOperator: "GreaterThanThreshold",
        Threshold: 240,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        TreatMissingData: "notBreaching",
        EvaluateLowSampleCountPercentile: "ignore",
        Namespace: "Demo/checkout",
        MetricName: "Latency",
        Dimensions: [{ Name: "Host", Value: "a" }],
        Period: 60,
        ExtendedStatistic: "p95",
      },
    ]);
    expect(sentOf(sent, "DescribeAlarmsCommand")).toEqual([{ AlarmNames: [NAME], AlarmTypes: ["MetricAlarm"], MaxRecords: 100 }]);
  });

  it("puts metric math without what CloudWatch refuses beside it", async () => {
    const { editor, sent } = cloudWatch();

    await editor.put(configuration(aTunableRatioAlarm()));

    const [input] = sentOf(sent, "PutMetricAlarmCommand");
    for (const field of [
      "Namespace",
      "MetricName",
      "Dimensions",
      "Period",
      "Unit",
      "Statistic",
      "ExtendedStatistic",
      "EvaluateLowSampleCountPercentile",
    ])
      expect(input).not.toHaveProperty(field);
    expect(input.Metrics).toEqual([
      { Id: "ratio", Label: "error_rate", Expression: "IF(total >= 20, 100 * FILL(part, 0) / total)", ReturnData: true },
      {
        Id: "part",
        ReturnData: false,
        MetricStat: {
          Metric: {
            Namespace: "Demo/checkout",
            MetricName: "ErrorCount",
            Dimensions: [
              { Name: "Service", Value: "checkout" },
              { Name: "Stage", Value: "prod" },
            ],
          },
          Period: 60,
          Stat: "Sum",
        },
      },
      {
        Id: "total",
        ReturnData: false,
        MetricStat: { Metric: { Namespace: "Demo/checkout", MetricName: "RequestCount", Dimensions: [] }, Period: 60, Stat: "Sum" },
      },
    ]);
  });

  it("reads defaults that CloudWatch leaves out as what they are", async () => {
    const { editor } = cloudWatch(
      ({ TreatMissingData, ActionsEnabled, OKActions, DatapointsToAlarm, EvaluateLowSampleCountPercentile, ...rest }) => rest,
    );
    const watch = aTunedWatch({ missingData: "missing", datapointsToAlarm: 3 });

    const read = await editor.put(configuration(aTunableAlarm({ watch })));

    expect(read).toMatchObject({ treatMissingData: "missing", datapointsToAlarm: 3, actionsEnabled: true, okActions: [] });
  });

  it("looks again when a read is still of before the write", async () => {
    const { editor, waited } = cloudWatch((alarm, read) => (read < 3 ? null : alarm));

    expect(await editor.put(configuration())).toMatchObject({ threshold: 240 });
    expect(waited).toEqual([400, 400]);
  });

  it("never reports what it did not read back, and names what differs", async () => {
    const dropped = cloudWatch(({ Metrics: _dropped, ...alarm }) => alarm);
    const absent = cloudWatch(() => null);

    const failure = dropped.editor.put(configuration(aTunableRatioAlarm()));
    await expect(failure).rejects.toThrow(TransientUpstreamError);
    await expect(failure).rejects.toThrow("the alarm rollguard-checkout-error-rate was put, but read back it differs in queries");
    await expect(absent.editor.put(configuration())).rejects.toThrow(`the alarm ${NAME} was put, but read back it is not there`);
  });

  it("sees settings that we never make", async () => {
    const { editor } = cloudWatch((alarm) => ({ ...alarm, WarmUpConfiguration: { WarmUpPeriodDurationInMinutes: 30 } }));

    await expect(editor.put(configuration())).rejects.toThrow("differs in others");
  });

  it("removes only those that are there, since CloudWatch refuses a list with another name in it, and says what is left", async () => {
    const { editor, sent } = cloudWatch();
    await editor.put(configuration());
    const { client } = fakeAwsClient<CloudWatchClient>(({ name }) =>
      name === "DescribeAlarmsCommand" ? { MetricAlarms: [{ AlarmName: NAME }] } : {},
    );

    await editor.remove([NAME, "rollguard-checkout-nobody"]);

    expect(sentOf(sent, "DeleteAlarmsCommand")).toEqual([{ AlarmNames: [NAME] }]);
    expect(await cloudWatchAlarmEditor(client, async () => {}).remove([NAME])).toEqual([NAME]);
  });

  it("takes an alarm that somebody else removed meanwhile for removed", async () => {
    let there = true;
    const { client } = fakeAwsClient<CloudWatchClient>(({ name }) => {
      if (name === "DescribeAlarmsCommand") return { MetricAlarms: there ? [{ AlarmName: NAME }] : [] };
      there = false;
      throw Object.assign(new Error("no such alarm"), { name: "ResourceNotFound" });
    });

    expect(await cloudWatchAlarmEditor(client, async () => {}).remove([NAME])).toEqual([]);
  });

  it("asks for a hundred names at a time, each once", async () => {
    const { editor, sent } = cloudWatch();

    await editor.configurations(Array.from({ length: 202 }, (_, index) => `rollguard-a-${index % 101}`));

    expect(sentOf(sent, "DescribeAlarmsCommand").map(({ AlarmNames }) => AlarmNames.length)).toEqual([100, 1]);
  });

  it.each([
    ["PutMetricAlarm", (editor: ReturnType<typeof cloudWatchAlarmEditor>) => editor.put(configuration())],
    ["DescribeAlarms", (editor: ReturnType<typeof cloudWatchAlarmEditor>) => editor.configurations([NAME])],
  ])("says which permission is missing: cloudwatch:%s", async (action, call) => {
    const { client } = fakeAwsClient<CloudWatchClient>(() => {
      throw Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
    });

    const failure = call(cloudWatchAlarmEditor(client));

    await expect(failure).rejects.toThrow(PermissionError);
    await expect(failure).rejects.toThrow(`allow cloudwatch:${action} in the role`);
  });
});
