import { describe, expect, it } from "vitest";
import { evaluateAlarm } from "../../functions/domain/alarm-evaluation.ts";
import { alarmReasonData, alarmTimestamp } from "../../functions/domain/alarm-reason.ts";
import type { AlarmRule } from "../../functions/domain/alarm-rule.ts";

const start = Date.UTC(2026, 9, 22, 11, 0, 0) / 1000;

describe("alarmReason", () => {
  it.each([
    {
      name: "ALARM",
      values: [50, 280, 300.5],
      rule: {},
      reason:
        "Threshold Crossed: 2 out of the last 3 datapoints [300.5 (22/10/26 11:00:20), 280.0 (22/10/26 11:00:10)] were greater than the threshold (200.0) (minimum 2 datapoints for OK -> ALARM transition).",
    },
    {
      name: "OK",
      values: [280, 50, 60],
      rule: { operator: ">=" as const },
      reason:
        "Threshold Crossed: 2 out of the last 3 datapoints [60.0 (22/10/26 11:00:20), 50.0 (22/10/26 11:00:10)] were not greater than or equal to the threshold (200.0) (minimum 2 datapoints for ALARM -> OK transition).",
    },
    {
      name: "INSUFFICIENT_DATA",
      values: [null, null, null],
      rule: {},
      reason: "Insufficient Data: 3 datapoints were unknown.",
    },
    {
      name: "missing points that count as breaching",
      values: [null],
      rule: { missingData: "breaching" as const, datapointsToAlarm: 1, evaluationPeriods: 1 },
      reason: "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].",
    },
  ])("words $name as CloudWatch does", ({ values, rule, reason }) => {
    const evaluation = evaluateAlarm({ ...aRule, ...rule }, { startEpochSeconds: start, periodSeconds: 10, values }, "OK");

    expect(evaluation.reason).toBe(reason);
  });
});

describe("alarmReasonData", () => {
  it("lists evaluated datapoints newest first, missing ones without a value", () => {
    const evaluated = [
      { atEpochSeconds: start + 20, value: 300 },
      { atEpochSeconds: start + 10, value: null },
      { atEpochSeconds: start, value: 250 },
    ];

    const text = alarmReasonData(evaluated, {
      threshold: 200,
      periodSeconds: 10,
      statistic: "p95",
      queryAt: new Date((start + 31) * 1000),
    });

    expect(JSON.parse(text)).toEqual({
      version: "1.0",
      queryDate: "2026-10-22T11:00:31.000+0000",
      startDate: "2026-10-22T11:00:00.000+0000",
      statistic: "p95",
      period: 10,
      recentDatapoints: [250, 300],
      threshold: 200,
      evaluatedDatapoints: [
        { timestamp: "2026-10-22T11:00:20.000+0000", value: 300 },
        { timestamp: "2026-10-22T11:00:10.000+0000" },
        { timestamp: "2026-10-22T11:00:00.000+0000", value: 250 },
      ],
    });
  });

  it("writes timestamps that JavaScript still parses", () => {
    const at = new Date(start * 1000 + 399);

    expect(new Date(alarmTimestamp(at))).toEqual(at);
  });
});

const aRule: AlarmRule = { operator: ">", threshold: 200, datapointsToAlarm: 2, evaluationPeriods: 3, missingData: "missing" };
