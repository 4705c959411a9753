import { describe, expect, it } from "vitest";
import { backtest } from "../../../functions/domain/backtest/backtest.ts";
import type { TriggerBacktest } from "../../../functions/domain/backtest/backtest-trigger.ts";
import { calibrateRelease } from "../../../functions/domain/judging/calibrate-release.ts";
import { releaseHistory } from "../../../functions/domain/judging/release-history.ts";
import { aService, dataOf, deploysAt, leaf, minutes } from "./scenes.ts";

const DAY = 1_440;
const LATENCY = 'name: slow, signal: latency, when: "> 180ms", datapoints_to_alarm: 2, evaluation_periods: 3';

function one(triggers: readonly TriggerBacktest[]): TriggerBacktest {
  const [trigger] = triggers;
  if (trigger === undefined) throw new Error("there is no trigger");
  return trigger;
}

describe("a static trigger", () => {
  const service = aService(LATENCY);
  // 100 ms, but two minutes of 300 ms half an hour after the second deploy, and two of them five hours after the third
  const values = minutes(4 * DAY, 100, (minute) => ([1_530, 1_531, 2_300, 2_301].includes(minute) ? 300 : null));
  const data = dataOf(service, { latency: [leaf(values)] });
  const deploys = deploysAt(500, 1_500, 2_000, 3_000);

  it("is false in an hour and in a day after the deploys that something fires after", () => {
    const trigger = one(backtest(service, data, deploys).triggers);

    expect(trigger).toMatchObject({ judged: true, transitions: 5, deploys: { judged: 4, outside: 0, inAlarm: 0, bad: 0 } });
    expect(trigger.alarms.map((at) => at.slice(5, 16))).toEqual(["01-02T01:32", "01-02T14:22"]);
    expect(trigger.falseInHour).toMatchObject({ fired: 1, of: 4, percent: 25, effectiveN: 4 });
    // 1,500 and 500 + 1,440: the alarm of minute 1,532 is in the day of the first deploy too, that of 2,302 in the days of the second and the third
    expect(trigger.falseInDay).toMatchObject({ fired: 3, of: 4, percent: 75, effectiveN: 2 });
  });

  it("finds what is over the threshold, with the delay of M periods", () => {
    const { found } = one(backtest(service, data, deploys).triggers);

    // 150 ms is below 180 ms: only what is false anyhow is found; 200 ms is over it after two points
    expect(found.map(({ factor, rate, delayMinutes }) => [factor, rate.fired, rate.of, delayMinutes.p50])).toEqual([
      [1.5, 1, 4, 32],
      [2, 4, 4, 2],
      [3, 4, 4, 2],
    ]);
  });

  it("leaves out deploys that were bad, that have no hour of data, and that come while it is in ALARM", () => {
    const [first, second, ...rest] = deploysAt(500, 1_500, 1_533, 5_730);
    const marked = [first, second === undefined ? undefined : { ...second, bad: true }, ...rest].filter((deploy) => deploy !== undefined);

    const trigger = one(backtest(service, data, marked).triggers);

    expect(trigger.deploys).toEqual({ judged: 2, outside: 1, inAlarm: 1, bad: 1 });
    expect(trigger.falseInHour).toMatchObject({ fired: 0, of: 1 });
  });

  it("says how many points are missing, and what they count as", () => {
    const gaps = values.map((value, minute) => (minute % 100 === 7 ? Number.NaN : value));

    const trigger = one(backtest(service, dataOf(service, { latency: [leaf(gaps)] }), deploys).triggers);

    expect(trigger.missing).toEqual({ points: 58, of: 4 * DAY, treatedAs: service.triggers[0]?.missingData });
  });
});

describe("a signal of which more is better", () => {
  it("is made worse by a division", () => {
    const service = aService(
      'name: few, signal: orders, class: business, when: "< 60", datapoints_to_alarm: 1, evaluation_periods: 1'.replace(
        "class: business, ",
        "",
      ),
    );

    const { found } = one(backtest(service, dataOf(service, { orders: [leaf(minutes(DAY, 100))] }), deploysAt(600)).triggers);

    expect(found.map(({ rate }) => rate.fired)).toEqual([0, 1, 1]);
  });
});

describe("a ratio", () => {
  const service = aService('name: failing, signal: errors, when: "> 1.2%", datapoints_to_alarm: 1, evaluation_periods: 1');

  it("is judged from its value and its samples, and its part is made worse", () => {
    const { found, judged } = one(
      backtest(service, dataOf(service, { errors: [leaf(minutes(DAY, 1), { samples: 500 })] }), deploysAt(600)).triggers,
    );

    expect(judged).toBe(true);
    expect(found.map(({ rate, delayMinutes }) => [rate.fired, delayMinutes.p50])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it("has no value with fewer samples than its minimum", () => {
    const { found } = one(
      backtest(service, dataOf(service, { errors: [leaf(minutes(DAY, 1), { samples: 10 })] }), deploysAt(600)).triggers,
    );

    expect(found.map(({ rate }) => rate.fired)).toEqual([0, 0, 0]);
  });

  it("is not judged without samples", () => {
    const trigger = one(backtest(service, dataOf(service, { errors: [leaf(minutes(DAY, 1))] }), deploysAt(600)).triggers);

    expect(trigger).toMatchObject({ judged: false, why: "no points of errors with samples (Failed Sum)" });
  });
});

describe("resolutions", () => {
  it("are not extrapolated: a trigger of 60 s is refused on points of 300 s and judged beside them", () => {
    const service = aService(LATENCY);
    const coarse = leaf(minutes(288, 500), { periodSeconds: 300, samples: 5 });
    const fine = leaf(minutes(DAY, 100), { fromSeconds: 86_400, samples: 5 });

    const trigger = one(backtest(service, dataOf(service, { latency: [coarse, fine] }), deploysAt(700, 2_000)).triggers);

    expect(trigger.segments.map(({ resolutionSeconds, judged, why }) => ({ resolutionSeconds, judged, why }))).toEqual([
      { resolutionSeconds: 300, judged: false, why: "a trigger of 60 s cannot be judged on points of 300 s" },
      { resolutionSeconds: 60, judged: true, why: null },
    ]);
    expect(trigger).toMatchObject({ alarms: [], deploys: { judged: 1, outside: 1 } });
  });

  it("of percentiles are never made coarser", () => {
    const service = aService('name: slow, signal: p95, when: "> 180ms", period: 5m, datapoints_to_alarm: 1, evaluation_periods: 1');

    const trigger = one(backtest(service, dataOf(service, { p95: [leaf(minutes(DAY, 100))] }), deploysAt(600)).triggers);

    expect(trigger).toMatchObject({ judged: false, why: expect.stringContaining("a percentile of percentiles is none. Give it at 300 s") });
  });

  it("of averages are made coarser only where there are samples", () => {
    const service = aService('name: slow, signal: latency, when: "> 180ms", period: 5m, datapoints_to_alarm: 1, evaluation_periods: 1');
    const judged = (samples?: number) =>
      one(
        backtest(service, dataOf(service, { latency: [leaf(minutes(DAY, 100), samples === undefined ? {} : { samples })] }), deploysAt(600))
          .triggers,
      );

    expect(judged().why).toBe("an Average over 300 s needs the samples of its points of 60 s");
    expect(judged(3)).toMatchObject({ judged: true, found: [{ rate: { fired: 0 } }, { rate: { fired: 1 } }, { rate: { fired: 1 } }] });
  });

  it("that no trigger of the file fits leave nothing judged, and an alarm of somebody else is not known", () => {
    const service = aService("name: database, signal: theirs");

    const result = backtest(service, dataOf(service, {}), deploysAt(600));

    expect(one(result.triggers)).toMatchObject({ judged: false, why: "the alarm is another's: its rule is not known here" });
    expect(result.family.triggers).toMatchObject({ rules: [], deploys: 0, falseInHour: { percent: null } });
  });
});

describe("a composite", () => {
  it("fires where both windows of a pair do, and its parts start from the state that they were in", () => {
    const service = aService("name: budget, signal: errors, burn_rate: { objective: 99% }");
    const data = dataOf(service, { errors: [leaf(minutes(3 * DAY, 8), { samples: 1_000 })] });

    const trigger = one(backtest(service, data, deploysAt(2_000, 3_000)).triggers);

    expect(trigger.judged).toBe(true);
    // 6 x 1 % is passed from the beginning: it is in ALARM at every deploy
    expect(trigger.deploys).toMatchObject({ judged: 0, inAlarm: 2 });
  });

  it("finds a regression when the long window is over the limit", () => {
    const service = aService("name: budget, signal: errors, burn_rate: { objective: 99% }");
    const data = dataOf(service, { errors: [leaf(minutes(3 * DAY, 5), { samples: 1_000 })] });

    const { found } = one(backtest(service, data, deploysAt(2_000)).triggers);

    // 6 h: 5 % plus (f - 1) x 5 % x t / 360 > 6 % from t = 144 (1.5x: never in an hour), 72 (2x: never), 36 -> 37 (3x); 1 h: over 14.4 % from t = 57 on (3x)
    expect(found.map(({ rate, delayMinutes }) => [rate.fired, delayMinutes.p50])).toEqual([
      [0, null],
      [0, null],
      [1, 37],
    ]);
  });
});

describe("a baseline trigger", () => {
  const service = aService('name: twice, signal: latency, when: "> 1.4x baseline", datapoints_to_alarm: 2, evaluation_periods: 2');

  it("is tuned at each deploy by the hour before it, and does not exist before the first", () => {
    const values = minutes(4 * DAY, 100, (minute) => (minute >= 2_000 ? 130 : null));

    const trigger = one(backtest(service, dataOf(service, { latency: [leaf(values)] }), deploysAt(1_000, 3_000)).triggers);

    expect(trigger.thresholds).toEqual({ tunings: 2, lowest: 140, highest: 182 });
    expect(trigger.alarms).toEqual([]);
    expect(trigger.found.map(({ rate, delayMinutes }) => [rate.fired, delayMinutes.p50])).toEqual([
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
  });
});

describe("the family", () => {
  it("fires when any of its triggers does, at the first of them", () => {
    const service = aService(LATENCY, 'name: slower, signal: latency, when: "> 140ms", datapoints_to_alarm: 5, evaluation_periods: 5');
    const values = minutes(2 * DAY, 100, (minute) => (minute >= 1_520 && minute < 1_526 ? 160 : null));

    const { triggers, family } = backtest(service, dataOf(service, { latency: [leaf(values)] }), deploysAt(600, 1_500));

    expect(triggers.map(({ falseInHour }) => falseInHour.fired)).toEqual([0, 1]);
    expect(family.triggers).toMatchObject({ rules: ["slow", "slower"], deploys: 2, falseInHour: { fired: 1, of: 2 } });
    expect(family.triggers.found.map(({ rate, delayMinutes }) => [rate.fired, delayMinutes.p50])).toEqual([
      [2, 5],
      [2, 2],
      [2, 2],
    ]);
  });
});

describe("the release judge", () => {
  it("stands beside the triggers, calibrated on what was before, and asks for 48 h of it", () => {
    const service = aService(LATENCY);
    const wave = minutes(6 * DAY, 0).map((_, minute) => 100 + 10 * Math.sin(minute / 7) + 5 * Math.sin(minute * 1.7));

    const { judge } = backtest(service, dataOf(service, { latency: [leaf(wave)] }), deploysAt(1_000, 4_000, 7_000));

    expect(judge).toMatchObject([{ signal: "latency", judged: true, why: null, deploys: { judged: 2, inconclusive: 0 } }]);
    expect(judge[0]?.calibrations).toHaveLength(1);
    expect(judge[0]?.falseInHour).toMatchObject({ fired: 0, of: 2 });
    expect(judge[0]?.found[1]).toMatchObject({ factor: 2, rate: { fired: 2, of: 2 } });
  });

  it("is asked about the signals of the looks, in their periods, and those that have points share the budget", () => {
    const service = aService(LATENCY, 'name: failing, signal: errors, when: "> 5%", period: 5m');
    const row = (signal: string) => ({ signal, class: "performance", severity: "high" }) as const;
    const looks = (...signals: readonly string[]) => ({ mode: "observe", signals: signals.map(row) }) as const;
    const wave = minutes(4 * DAY, 0).map((_, minute) => 100 + 10 * Math.sin(minute / 7) + 5 * Math.sin(minute * 1.7));
    // How many dips of its own are worth a look depends on the budget.
    const random = (n: number) => Math.abs(Math.sin(n * 12.9898) * 43_758.5453) % 1;
    const dips = wave.map((_, minute) => 100 * Math.exp(-(random(Math.floor(minute / 25)) ** 6)));
    const data = dataOf(service, {
      latency: [leaf(wave)],
      orders: [leaf(dips)],
      errors: [
        leaf(
          wave.map((value) => value / 100),
          { samples: 50 },
        ),
      ],
    });
    const judged = (blueprint: typeof service) => backtest(blueprint, data, deploysAt(4_000)).judge;

    const [errors, orders, p95] = judged({ ...service, looks: looks("orders", "errors", "p95") }).toSorted((one, other) =>
      one.signal.localeCompare(other.signal),
    );
    const [alone] = judged({ ...service, looks: looks("orders") });

    expect([errors?.signal, orders?.signal, p95?.signal]).toEqual(["errors", "orders", "p95"]);
    expect(errors).toMatchObject({ judged: true, deploys: { judged: 1 } });
    // A ratio is looked at in the period of its trigger: a day has 288 of them.
    expect(errors?.calibrations[0]?.effectiveReplays).toBe(Math.floor(4_000 / 60));
    expect(p95).toMatchObject({ judged: false, why: "no points of p95 (Latency p95)" });
    const family = calibrationOf(dips.slice(0, 4_000), 2);
    expect(orders?.calibrations).toMatchObject([family]);
    expect(alone?.calibrations).toMatchObject([calibrationOf(dips.slice(0, 4_000), 1)]);
    expect(family).not.toEqual(calibrationOf(dips.slice(0, 4_000), 1));
  });

  it("is asked about the signals that triggers watch, where the blueprint wants no looks", () => {
    const { looks: _, ...service } = aService(LATENCY);

    const { judge } = backtest(service, dataOf(service, { latency: [leaf(minutes(DAY, 100))] }), []);

    expect(judge.map(({ signal }) => signal)).toEqual(["latency"]);
  });

  it("does not see what comes after its decision", () => {
    const service = aService(LATENCY);
    const values = minutes(5 * DAY, 0).map((_, minute) => 100 + 10 * Math.sin(minute / 7));
    const altered = values.map((value, minute) => (minute >= 4_060 ? 7 * value : value));
    const judged = (points: readonly number[]) =>
      backtest(service, dataOf(service, { latency: [leaf(points)] }), deploysAt(4_000)).judge[0];

    const [plain, future] = [judged(values), judged(altered)];

    expect(plain?.deploys.judged).toBe(1);
    expect(future).toEqual(plain);
  });
});

/** What the judge's own replay says of so many points, lower ones being worse. */
function calibrationOf(values: readonly number[], family: number) {
  const history = releaseHistory(values, 60, "decrease");
  const calibration = history && calibrateRelease(history, family);
  if (calibration === null) throw new Error("too short a history");
  const { falsePercent, foundPercent, replays } = calibration;
  return { falsePercent, foundPercent, replays };
}
