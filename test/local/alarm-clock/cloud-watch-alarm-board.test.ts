import { describe, expect, it } from "vitest";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { cloudWatchAlarmBoard } from "../../../local/alarm-clock/cloud-watch-alarm-board.ts";
import { aBlueprint, aRatioSignal, aSignal, aTrigger } from "../../support/builders/index.ts";
import { fakeAwsClient } from "../../support/fakes/fake-aws-client.ts";

const since = new Date("2026-11-22T10:00:00Z");

describe("cloudWatchAlarmBoard", () => {
  it("reads state, reason and who evaluates, a hundred names a call", async () => {
    const { client, sent } = fakeAwsClient<never>(({ input }) => ({
      MetricAlarms: (input as { AlarmNames: string[] }).AlarmNames.map((AlarmName) => ({
        AlarmName,
        AlarmArn: `arn:${AlarmName}`,
        StateValue: "ALARM",
        StateReason: "Threshold Crossed",
        StateUpdatedTimestamp: since,
        ...(AlarmName === "alarm-0" ? { MetricName: "Latency", StateReasonData: "{}", Threshold: 250 } : {}),
      })),
    }));
    const names = Array.from({ length: 101 }, (_, i) => `alarm-${i}`);

    const posted = await cloudWatchAlarmBoard(client, client).read(names);

    expect(sent).toHaveLength(2);
    expect(posted.get("alarm-0")).toEqual({
      alarmArn: "arn:alarm-0",
      state: "ALARM",
      reason: "Threshold Crossed",
      reasonData: "{}",
      since,
      threshold: 250,
      selfEvaluating: true,
    });
    expect(posted.get("alarm-100")).toMatchObject({ reasonData: null, threshold: null, selfEvaluating: false });
  });

  it("reads composites too, and makes one as new, though the emulator evaluates it at once", async () => {
    const { client, sent } = fakeAwsClient<never>(() => ({
      CompositeAlarms: [{ AlarmName: "burn", AlarmArn: "arn:burn", StateValue: "OK" }],
    }));
    const board = cloudWatchAlarmBoard(client, client);
    const [alarm] = compileAlarms(aBlueprint());
    if (alarm) await board.register({ ...alarm, alarmName: "burn", watch: { kind: "composite", rule: "ALARM(a)", parts: ["a"] } });

    const posted = await board.read(["burn"]);

    expect(posted.get("burn")).toMatchObject({ alarmArn: "arn:burn", state: "OK", threshold: null, selfEvaluating: false });
    expect(sent.map(({ input }) => input)).toMatchObject([
      { AlarmName: "burn", AlarmRule: "ALARM(a)" },
      { AlarmName: "burn", StateValue: "INSUFFICIENT_DATA" },
      { AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
    ]);
  });

  it("takes back what the emulator's own evaluation made of a state that was known", async () => {
    const { client, sent } = fakeAwsClient<never>(() => ({}));
    const board = cloudWatchAlarmBoard(client, client);
    const [alarm] = compileAlarms(aBlueprint());
    if (alarm === undefined) throw new Error("no alarm");
    await board.setState(alarm.alarmName, "OK", "calm", null);

    await board.register(alarm);

    expect(sent.at(-1)?.input).toMatchObject({ AlarmName: alarm.alarmName, StateValue: "OK", StateReason: "calm" });
  });

  it("makes no alarm of somebody else's, and none without a threshold", async () => {
    const { client, sent } = fakeAwsClient<never>(() => ({}));
    const board = cloudWatchAlarmBoard(client, client);
    const [alarm] = compileAlarms(aBlueprint());
    if (alarm?.watch?.kind !== "metric") throw new Error("no metric alarm");

    await expect(board.register({ ...alarm, watch: null })).rejects.toThrow("belongs to somebody else");
    await expect(board.register({ ...alarm, watch: { ...alarm.watch, threshold: null } })).rejects.toThrow("has no threshold yet");

    expect(sent).toEqual([]);
  });

  it("registers an alarm as a list of metrics, which no emulator evaluates", async () => {
    const { client, sent } = fakeAwsClient<never>(() => ({}));
    const signals = [aSignal(), aRatioSignal()];
    const triggers = [aTrigger(), aTrigger({ name: "errors", alarmName: "rollguard-checkout-errors", signal: "error_rate" })];
    const [single, ratio] = compileAlarms(aBlueprint({ signals, triggers }));
    const board = cloudWatchAlarmBoard(client, client);

    if (single) await board.register(single);
    if (ratio) await board.register(ratio);

    const inputs = sent.map(({ input }) => input as { MetricName?: string; Metrics: { Id: string }[] });
    expect(inputs.map(({ MetricName }) => MetricName)).toEqual([undefined, undefined]);
    expect(inputs.map(({ Metrics }) => Metrics.map(({ Id }) => Id))).toEqual([["m1"], ["ratio", "part", "total"]]);
    expect(inputs[0]).toMatchObject({
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 200,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: "missing",
    });
  });

  it("sends events from its own source and notices when one is refused", async () => {
    const { client, sent } = fakeAwsClient<never>(() => ({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: "Throttled", ErrorMessage: "slow down" }],
    }));
    const event = { alarmArn: "arn:x", at: since, detail: { alarmName: "x" } };

    await expect(cloudWatchAlarmBoard(client, client).announce(event)).rejects.toThrow(/refused the event of arn:x: Throttled slow down/);

    expect(sent[0]?.input).toMatchObject({
      Entries: [
        { Source: "rollguard.alarm-clock", DetailType: "CloudWatch Alarm State Change", Resources: ["arn:x"], Detail: '{"alarmName":"x"}' },
      ],
    });
  });
});
