import { describe, expect, it } from "vitest";
import { calibrateTriggers } from "../../../functions/domain/backtest/calibrate-trigger.ts";
import { pretendedDeploys } from "../../../functions/domain/backtest/pretended-deploys.ts";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { aMetricWatch } from "../../support/builders/metric-watch.ts";
import { aService, dataOf, leaf, minutes } from "./scenes.ts";

const DAY = 1_440;

function wave(days: number): number[] {
  return minutes(days * DAY, 0).map((_, minute) => 100 + 20 * Math.sin(minute / 11) + 10 * Math.sin(minute * 1.7));
}

describe("pretended deploys", () => {
  it("know the strictest threshold that M of N fires at within the hour: the M-th worst of N points", () => {
    // 60 points before, 60 after: 7, 9 and 8 next to one another
    const values = Float64Array.from(minutes(120, 1, (minute) => ({ 70: 7, 71: 9, 72: 8 })[minute] ?? null));
    const levelOf = (datapointsToAlarm: number, evaluationPeriods: number) =>
      pretendedDeploys(aMetricWatch({ datapointsToAlarm, evaluationPeriods }), values, [], 100).map(({ level }) => level);

    expect([levelOf(1, 1), levelOf(2, 2), levelOf(2, 3), levelOf(3, 3), levelOf(4, 4)]).toEqual([[9], [8], [8], [7], [1]]);
  });

  it("take what is worse only after the deploy, and turn round where less is bad", () => {
    const values = Float64Array.from(minutes(120, 10));
    const half = values.map((value) => value / 2);

    const [deploy] = pretendedDeploys(aMetricWatch({ operator: "<", datapointsToAlarm: 3, evaluationPeriods: 3 }), values, [half], 100);

    expect(deploy).toEqual({ before: 10, level: 10, worse: [5] });
  });
});

describe("a calibration", () => {
  it("suggests a threshold over everything that the past did, and says what it finds", () => {
    const service = aService('name: slow, signal: latency, when: "> 500ms", datapoints_to_alarm: 2, evaluation_periods: 2');

    const [slow] = calibrateTriggers(compileAlarms(service), dataOf(service, { latency: [leaf(wave(5))] }));

    expect(slow?.current).toMatchObject({
      kind: "static",
      threshold: 500,
      false: { fired: 0 },
      found: [{ factor: 1.5, rate: { percent: 0 } }, { factor: 2 }],
    });
    expect(slow?.suggested?.kind).toBe("static");
    expect(slow?.suggested?.threshold).toBeGreaterThan(115);
    expect(slow?.suggested?.threshold).toBeLessThan(131);
    expect(slow?.suggested?.false.percent).toBeLessThan(1);
    expect(slow?.suggested?.found.map(({ rate }) => rate.percent)).toEqual([100, 100]);
    expect(slow).toMatchObject({ effectiveN: 120, why: null });
    expect(slow?.n).toBeGreaterThan(1_000);
  });

  it("prefers the hour before where the level goes through the days", () => {
    const service = aService('name: slow, signal: latency, when: "> 500ms", datapoints_to_alarm: 2, evaluation_periods: 2');
    const tide = wave(6).map((value, minute) => value * (3 + 2 * Math.sin((2 * Math.PI * minute) / (3 * DAY))));

    const [slow] = calibrateTriggers(compileAlarms(service), dataOf(service, { latency: [leaf(tide)] }));

    expect(slow?.suggested?.kind).toBe("relative");
    expect(slow?.other?.kind).toBe("static");
  });

  it.each([
    ["name: budget, signal: errors, burn_rate: { objective: 99% }", /objective/],
    ["name: silent, signal: orders, absent: true", /silence/],
    ["name: database, signal: theirs", /another's/],
    ['name: slow, signal: p95, when: "> 1s"', /no points of p95/],
    ['name: short, signal: latency, when: "> 1s"', /20 h of points are too few: 48 are needed/],
  ])("refuses %s", (trigger, why) => {
    const service = aService(trigger);
    const points = { latency: [leaf(minutes(1_200, 100))], orders: [leaf(minutes(1_200, 100), { samples: 1 })] };

    const [one] = calibrateTriggers(compileAlarms(service), dataOf(service, points));

    expect(one).toMatchObject({ suggested: null, why: expect.stringMatching(why) });
  });
});
