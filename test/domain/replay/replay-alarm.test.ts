import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../functions/domain/errors.ts";
import { judgeWatch } from "../../../functions/domain/replay/judge-watch.ts";
import { type ReplayOptions, replayAlarm } from "../../../functions/domain/replay/replay-alarm.ts";
import { minimumSamplesOf } from "../../../functions/domain/replay/watch-windows.ts";
import { aLeafSeries, aMetricWatch, SERIES_START, secondsAfterStart } from "../../support/builders/metric-watch.ts";

const metric = { namespace: "Demo", name: "x", dimensions: {}, stat: "Sum" };

describe("replayAlarm", () => {
  it("gives every transition with its time and CloudWatch's reason", () => {
    const { transitions, state, evaluations } = replayAlarm(aMetricWatch(), [aLeafSeries([50, 50, 200, 200, 50, 50])], minutes(0, 6));

    expect(transitions.map(({ at, from, to }) => [minuteOf(at), from, to])).toEqual([
      [1, "INSUFFICIENT_DATA", "OK"],
      [4, "OK", "ALARM"],
      [6, "ALARM", "OK"],
    ]);
    expect(transitions[1]?.reason).toBe(
      "Threshold Crossed: 2 out of the last 3 datapoints [200.0 (01/01/26 00:03:00), 200.0 (01/01/26 00:02:00)] were greater than the threshold " +
        "(100.0) (minimum 2 datapoints for OK -> ALARM transition).",
    );
    expect({ state, evaluations }).toEqual({ state: "OK", evaluations: 7 });
  });

  it("slides a window of 5 minutes minute by minute", () => {
    const watch = aMetricWatch({ periodSeconds: 300, datapointsToAlarm: 1, evaluationPeriods: 1 });
    const values = Array.from({ length: 20 }, (_, i) => (i >= 7 && i < 10 ? 40 : 0));

    const replay = replayAlarm(watch, [aLeafSeries(values)], minutes(5, 20));

    expect(replay.transitions.map(({ at, to }) => [minuteOf(at), to])).toEqual([
      [5, "OK"],
      [10, "ALARM"],
      [13, "OK"],
    ]);
    expect(replay).toMatchObject({ slides: true, windowStepSeconds: 60 });
  });

  it("judges percentiles on aligned windows and says that CloudWatch's slide", () => {
    const watch = aMetricWatch({ periodSeconds: 300, datapointsToAlarm: 1, evaluationPeriods: 1 }, "p95");

    const replay = replayAlarm(watch, [aLeafSeries([50, 200, 50], { periodSeconds: 300 })], minutes(5, 17));

    expect(replay.transitions.map(({ at, to }) => [minuteOf(at), to])).toEqual([
      [5, "OK"],
      [10, "ALARM"],
      [15, "OK"],
    ]);
    expect(replay).toMatchObject({ slides: false, windowStepSeconds: 300 });
  });

  it("weighs an Average by its samples", () => {
    const watch = aMetricWatch(
      { periodSeconds: 120, datapointsToAlarm: 1, evaluationPeriods: 1, threshold: 100, missingData: "ignore" },
      "Average",
    );
    const judge = (samples: readonly number[]) =>
      judgeWatch(watch, [aLeafSeries([0, 200], { samples })], secondsAfterStart(120), "OK").state;

    expect(judge([1, 1])).toBe("OK");
    expect(judge([1, 2])).toBe("ALARM");
  });

  it("evaluates every 10 s below a minute, every hour for windows over a day, and at its phase", () => {
    const at = (seconds: number, overrides: Parameters<typeof aMetricWatch>[0], options: Partial<ReplayOptions>) =>
      replayAlarm(aMetricWatch(overrides), [aLeafSeries([1], { periodSeconds: overrides?.periodSeconds ?? 60 })], {
        from: secondsAfterStart(0),
        to: secondsAfterStart(seconds),
        ...options,
      });

    expect(at(60, { periodSeconds: 10 }, {}).evaluations).toBe(7);
    expect(at(7200, { periodSeconds: 21_600, evaluationPeriods: 6 }, {}).evaluations).toBe(3);
    expect(at(7200, { periodSeconds: 21_600, evaluationPeriods: 4 }, {}).evaluations).toBe(121);
    expect(at(120, {}, { phaseSeconds: 42 }).transitions[0]?.at).toEqual(secondsAfterStart(102));
  });

  it("starts from the state that it is given", () => {
    const replay = replayAlarm(aMetricWatch({ missingData: "ignore" }), [aLeafSeries([])], { ...minutes(0, 9), initialState: "ALARM" });

    expect(replay).toMatchObject({ transitions: [], state: "ALARM" });
  });

  it("says when the verdict hangs on the evaluation range, which AWS does not publish", () => {
    const watch = aMetricWatch({ datapointsToAlarm: 3, missingData: "notBreaching" });
    const gappy = aLeafSeries([200, 200, null, null, 200, null]);

    expect(replayAlarm(watch, [gappy], minutes(4, 5))).toMatchObject({ dependsOnRange: true, state: "ALARM" });
    expect(replayAlarm(watch, [gappy], { ...minutes(4, 5), rangePeriods: 3 })).toMatchObject({ dependsOnRange: true, state: "OK" });
    expect(replayAlarm(watch, [aLeafSeries([50, 50, 50, 50, 200, 200, 200])], minutes(3, 7))).toMatchObject({ dependsOnRange: false });
  });

  it("counts the evaluations that the documentation leaves open, and marks a transition made by one", () => {
    const watch = aMetricWatch({ datapointsToAlarm: 3, evaluationPeriods: 4 });

    const replay = replayAlarm(watch, [aLeafSeries([50, null, 200, null, null])], { ...minutes(5, 5), initialState: "OK" });

    expect(replay).toMatchObject({ undocumented: 1, transitions: [{ to: "ALARM", documented: false }] });
  });

  it("computes metric math over sliding windows, and lags only over the points of one evaluation", () => {
    const ratio = aMetricWatch({
      leaves: [
        { id: "part", metric },
        { id: "total", metric },
      ],
      expression: "IF(total >= 50, 100 * FILL(part, 0) / total)",
      threshold: 5,
      periodSeconds: 120,
      datapointsToAlarm: 1,
      evaluationPeriods: 1,
    });
    const jump = aMetricWatch({
      leaves: [{ id: "m1", metric }],
      expression: "m1 / (m1 - DIFF(m1))",
      threshold: 2,
      datapointsToAlarm: 1,
      evaluationPeriods: 1,
    });

    const part = aLeafSeries([null, null, 4, 4, null]);
    const total = aLeafSeries([50, 50, 50, 50, 10]);
    expect(replayAlarm(ratio, [part, total], minutes(2, 5)).transitions.map(({ at, to }) => [minuteOf(at), to])).toEqual([
      [2, "OK"],
      [4, "ALARM"],
    ]);
    expect(replayAlarm(jump, [aLeafSeries([10, 10, 30, 30])], minutes(2, 4)).transitions.map(({ at, to }) => [minuteOf(at), to])).toEqual([
      [2, "OK"],
      [3, "ALARM"],
      [4, "OK"],
    ]);
  });

  it.each([
    { why: "no threshold yet", watch: aMetricWatch({ threshold: null }), leaf: aLeafSeries([1]), says: /no threshold yet/ },
    {
      why: "points too coarse",
      watch: aMetricWatch(),
      leaf: aLeafSeries([1], { periodSeconds: 300 }),
      says: /points over 300 s .* do not make up periods of 60 s/,
    },
    {
      why: "points not aligned",
      watch: aMetricWatch(),
      leaf: aLeafSeries([1], { startEpochSeconds: SERIES_START + 7 }),
      says: /do not make up periods/,
    },
    {
      why: "a percentile of minutes",
      watch: aMetricWatch({ periodSeconds: 300 }, "p95"),
      leaf: aLeafSeries([1]),
      says: /p95 over 300 s cannot be computed/,
    },
    {
      why: "an Average without samples",
      watch: aMetricWatch({ periodSeconds: 300 }, "Average"),
      leaf: aLeafSeries([1]),
      says: /needs the SampleCount/,
    },
    {
      why: "an Average with a sample missing",
      watch: aMetricWatch({ periodSeconds: 300 }, "Average"),
      leaf: aLeafSeries([1], { samples: [null] }),
      says: /point 0 has no SampleCount/,
    },
    {
      why: "a strange period",
      watch: aMetricWatch({ periodSeconds: 45 }),
      leaf: aLeafSeries([1], { periodSeconds: 45 }),
      says: /10, 20 or 30 s or full minutes, not 45 s/,
    },
    {
      why: "a broken expression",
      watch: aMetricWatch({ expression: "m1 +" }),
      leaf: aLeafSeries([1]),
      says: /m1 \+, character 5: the expression ends too early/,
    },
  ])("refuses $why", ({ watch, leaf, says }) => {
    const replay = () => replayAlarm(watch, [leaf], minutes(0, 1));

    expect(replay).toThrow(InvalidInputError);
    expect(replay).toThrow(says);
  });

  it("refuses a wrong number of series", () => {
    expect(() => replayAlarm(aMetricWatch(), [], minutes(0, 1))).toThrow("the alarm watches 1 metrics, but 0 series were given");
  });
});

describe("percentiles of few samples", () => {
  const watch = aMetricWatch({ lowSamples: "ignore", datapointsToAlarm: 1, evaluationPeriods: 1 }, "p95");

  it.each([
    ["p95", 200],
    ["p99", 1000],
    ["p99.9", 10_000],
    ["p50", 20],
    ["p10", 100],
  ])("%s needs %i samples in a period (AWS: 10/(1-p), below the median 10/p)", (stat, samples) => {
    expect(minimumSamplesOf(stat)).toBe(samples);
  });

  it("keep the state with `ignore`, in both directions, and count with `evaluate`", () => {
    const values = [50, 900, 900, 50, 50];
    const samples = [200, 199, 200, 199, 200];

    const changes = (lowSamples: "ignore" | "evaluate") =>
      replayAlarm({ ...watch, lowSamples }, [aLeafSeries(values, { samples })], minutes(1, 5)).transitions.map(({ at, to }) => [
        minuteOf(at),
        to,
      ]);

    expect(changes("ignore")).toEqual([
      [1, "OK"],
      [3, "ALARM"],
      [5, "OK"],
    ]);
    expect(changes("evaluate")).toEqual([
      [1, "OK"],
      [2, "ALARM"],
      [4, "OK"],
    ]);
  });

  it("are missing points where there is no sample at all", () => {
    const replay = replayAlarm(watch, [aLeafSeries([50, null, null, null], { samples: [200, null, null, null] })], minutes(1, 4));

    expect(replay.transitions.map(({ to }) => to)).toEqual(["OK", "INSUFFICIENT_DATA"]);
  });

  it("leave open what an older such period counts for", () => {
    const twoOfTwo = { ...watch, datapointsToAlarm: 2, evaluationPeriods: 2 };

    const replay = replayAlarm(twoOfTwo, [aLeafSeries([900, 900], { samples: [10, 200] })], { ...minutes(2, 2), initialState: "OK" });

    expect(replay).toMatchObject({ undocumented: 1, transitions: [{ to: "ALARM", documented: false }] });
  });

  it("need the SampleCount to be known", () => {
    expect(() => replayAlarm(watch, [aLeafSeries([1])], minutes(0, 1))).toThrow("p95 that ignores low sample counts needs the SampleCount");
  });
});

function minutes(from: number, to: number): ReplayOptions {
  return { from: secondsAfterStart(from * 60), to: secondsAfterStart(to * 60) };
}

function minuteOf(at: Date): number {
  return (at.getTime() / 1000 - SERIES_START) / 60;
}
