import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { describe, expect, it } from "vitest";
import { cloudWatchMetricSource } from "../../../functions/adapters/aws/cloud-watch-metric-source.ts";
import { cloudWatchMuteRules } from "../../../functions/adapters/aws/cloud-watch-mute-rules.ts";
import { PermissionError, TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { aMetricRef } from "../../support/builders/blueprint.ts";
import { anAlarmEvent } from "../../support/events/alarm-events.ts";
import { fakeAwsClient, type SentCommand } from "../../support/fakes/fake-aws-client.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 3, 12, second));
const source = (respond: (command: SentCommand) => object) => {
  const { client, sent } = fakeAwsClient<CloudWatchClient>(respond);
  return { metrics: cloudWatchMetricSource(client), sent };
};
const epochSeconds = (date: Date) => date.getTime() / 1000;

describe("series", () => {
  it("are aligned to the period, regular, with null where there is no datapoint, and cover [from, to)", async () => {
    const { metrics, sent } = source(() => ({
      MetricDataResults: [{ Id: "q0", Timestamps: [at(10), at(30)], Values: [1, 3], StatusCode: "Complete" }],
    }));

    const [series] = await metrics.series([{ metric: aMetricRef({ dimensions: { Host: "a" } }), periodSeconds: 10 }], at(13), at(41));

    expect(series).toEqual({ startEpochSeconds: epochSeconds(at(10)), periodSeconds: 10, values: [1, null, 3, null] });
    expect(sent.map(({ input }) => input)).toEqual([
      {
        MetricDataQueries: [
          {
            Id: "q0",
            ReturnData: true,
            MetricStat: {
              Metric: { Namespace: "Demo/checkout", MetricName: "Latency", Dimensions: [{ Name: "Host", Value: "a" }] },
              Period: 10,
              Stat: "p95",
            },
          },
        ],
        StartTime: at(10),
        EndTime: at(50),
        ScanBy: "TimestampAscending",
      },
    ]);
  });

  it("keep the order of the queries, one call a period, each with its own alignment", async () => {
    const { metrics, sent } = source(({ input }) => ({
      MetricDataResults: input.MetricDataQueries.map((query: { Id: string; MetricStat: { Period: number } }) => ({
        Id: query.Id,
        Timestamps: [input.StartTime],
        Values: [query.MetricStat.Period],
      })),
    }));
    const queries = [60, 10, 60].map((periodSeconds) => ({ metric: aMetricRef(), periodSeconds }));

    const series = await metrics.series(queries, at(25), at(59));

    expect(series.map(({ periodSeconds, startEpochSeconds, values }) => [periodSeconds, startEpochSeconds, values[0]])).toEqual([
      [60, epochSeconds(at(0)), 60],
      [10, epochSeconds(at(20)), 10],
      [60, epochSeconds(at(0)), 60],
    ]);
    expect(sent).toHaveLength(2);
  });

  it("are read page by page", async () => {
    const { metrics, sent } = source(({ input }) =>
      input.NextToken === undefined
        ? { MetricDataResults: [{ Id: "q0", Timestamps: [at(0)], Values: [1], StatusCode: "PartialData" }], NextToken: "more" }
        : { MetricDataResults: [{ Id: "q0", Timestamps: [at(10)], Values: [2], StatusCode: "Complete" }] },
    );

    const [series] = await metrics.series([{ metric: aMetricRef(), periodSeconds: 10 }], at(0), at(20));

    expect(series?.values).toEqual([1, 2]);
    expect(sent.map(({ input }) => input.NextToken)).toEqual([undefined, "more"]);
  });

  it("are asked for 500 at a time", async () => {
    const { metrics, sent } = source(() => ({ MetricDataResults: [] }));
    const queries = Array.from({ length: 501 }, () => ({ metric: aMetricRef(), periodSeconds: 60 }));

    const series = await metrics.series(queries, at(0), at(59));

    expect(series).toHaveLength(501);
    expect(sent.map(({ input }) => input.MetricDataQueries.length)).toEqual([500, 1]);
  });

  it("of an empty span or of no query cost no call", async () => {
    const { metrics, sent } = source(() => ({}));

    expect(await metrics.series([{ metric: aMetricRef(), periodSeconds: 60 }], at(0), at(0))).toMatchObject([{ values: [] }]);
    expect(await metrics.series([], at(0), at(30))).toEqual([]);
    expect(sent).toEqual([]);
  });

  it("ignore datapoints outside the span", async () => {
    const { metrics } = source(() => ({ MetricDataResults: [{ Id: "q0", Timestamps: [at(-10), at(0), at(30)], Values: [9, 1, 9] }] }));

    expect(await metrics.series([{ metric: aMetricRef(), periodSeconds: 10 }], at(0), at(20))).toMatchObject([{ values: [1, null] }]);
  });

  it.each([
    ["Forbidden", PermissionError],
    ["InternalError", TransientUpstreamError],
  ])("with status %s are no empty series but an error", async (StatusCode, error) => {
    const { metrics } = source(() => ({ MetricDataResults: [{ Id: "q0", StatusCode }] }));

    await expect(metrics.series([{ metric: aMetricRef(), periodSeconds: 10 }], at(0), at(20))).rejects.toThrow(error);
  });
});

describe("alarms", () => {
  const alarm = (AlarmName: string) => ({
    AlarmName,
    AlarmArn: `arn:${AlarmName}`,
    StateValue: "ALARM",
    StateReason: "because",
    StateReasonData: anAlarmEvent().detail.state.reasonData,
    StateUpdatedTimestamp: at(59),
    StateTransitionedTimestamp: at(40),
  });

  it("say since when they are in their state, their threshold and their datapoints, oldest first", async () => {
    const { metrics } = source(() => ({ MetricAlarms: [alarm("a")] }));

    expect(await metrics.alarms(["a"])).toEqual([
      {
        alarmName: "a",
        alarmArn: "arn:a",
        state: "ALARM",
        since: at(40).toISOString(),
        reason: "because",
        threshold: 200,
        datapoints: [
          { at: at(10).toISOString(), value: null },
          { at: at(20).toISOString(), value: 471 },
          { at: at(30).toISOString(), value: 484 },
        ],
        suppressedBy: null,
      },
    ]);
  });

  it.each([
    ["a metric", { Period: 300, EvaluationPeriods: 5 }, 1500],
    [
      "metric math",
      {
        EvaluationPeriods: 3,
        Metrics: [
          { Id: "e", Expression: "a/b" },
          { Id: "a", MetricStat: { Period: 60 } },
        ],
      },
      180,
    ],
    ["other alarms", {}, undefined],
  ])("on %s say how far they look back", async (_what, fields, windowSeconds) => {
    const { metrics } = source(() => ({ MetricAlarms: [{ ...alarm("a"), ...fields }] }));

    expect((await metrics.alarms(["a"]))[0]?.windowSeconds).toBe(windowSeconds);
  });

  it("of an emulator without transition time and reason data are read with what there is", async () => {
    const { metrics } = source(() => ({
      MetricAlarms: [{ ...alarm("a"), StateReasonData: undefined, StateTransitionedTimestamp: undefined }],
    }));

    expect(await metrics.alarms(["a"])).toMatchObject([{ since: at(59).toISOString(), threshold: null, datapoints: [] }]);
  });

  it("are asked for by name 100 at a time, each once, composite ones too", async () => {
    const { metrics, sent } = source(({ input }) => ({ CompositeAlarms: input.AlarmNames.map(alarm) }));
    const names = Array.from({ length: 120 }, (_, index) => `a${index}`);

    const readings = await metrics.alarms([...names, "a0"]);

    expect(readings.map(({ alarmName }) => alarmName)).toEqual(names);
    expect(sent.map(({ input }) => input.AlarmNames.length)).toEqual([100, 20]);
    expect(sent[0]?.input.AlarmTypes).toEqual(["MetricAlarm", "CompositeAlarm"]);
  });

  it("are not asked for when there is no name: CloudWatch would list all of them", async () => {
    const { metrics, sent } = source(() => ({ MetricAlarms: [alarm("a")] }));

    expect(await metrics.alarms([])).toEqual([]);
    expect(sent).toEqual([]);
  });

  it("in ALARM are listed by prefix, page by page, with what suppresses a composite one", async () => {
    const { metrics, sent } = source(({ input }) =>
      input.NextToken === undefined
        ? { MetricAlarms: [alarm("rollguard-a")], NextToken: "more" }
        : { CompositeAlarms: [{ ...alarm("rollguard-b"), ActionsSuppressedBy: "Alarm" }] },
    );

    const readings = await metrics.alarmsInAlarm("rollguard-");

    expect(readings.map(({ alarmName, suppressedBy }) => [alarmName, suppressedBy])).toEqual([
      ["rollguard-a", null],
      ["rollguard-b", "Alarm"],
    ]);
    expect(sent[0]?.input).toMatchObject({ AlarmNamePrefix: "rollguard-", StateValue: "ALARM" });
  });
});

describe("mute rules", () => {
  it("that are active for an alarm mute it", async () => {
    const asked: unknown[] = [];
    const rules = cloudWatchMuteRules(
      fakeAwsClient<CloudWatchClient>((command) => {
        asked.push(command.input);
        return { AlarmMuteRuleSummaries: [{ Status: "ACTIVE" }] };
      }).client,
    );

    expect(await rules.isMuted("rollguard-a")).toBe(true);
    expect(asked).toEqual([{ AlarmName: "rollguard-a", Statuses: ["ACTIVE"], MaxRecords: 1 }]);
  });

  it("are none where the endpoint does not know them, but a refusal is an error", async () => {
    const failing = (name: string) =>
      cloudWatchMuteRules(
        fakeAwsClient<CloudWatchClient>(() => {
          throw Object.assign(new Error(name), { name });
        }).client,
      );

    expect(await failing("InvalidAction").isMuted("rollguard-a")).toBe(false);
    await expect(failing("AccessDenied").isMuted("rollguard-a")).rejects.toMatchObject({ name: "PermissionError" });
  });
});
