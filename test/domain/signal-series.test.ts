import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MetricRef, Series, Signal } from "../../functions/domain/signal.ts";
import { breachOnset, lastValues, leafMetrics, signalSeries, startingAt, windowMean } from "../../functions/domain/signal-series.ts";

const metric = (name: string, stat = "Sum"): MetricRef => ({ namespace: "Demo/checkout", name, dimensions: {}, stat });
const latency: Signal = {
  name: "latency_p95",
  unit: "ms",
  better: "lower",
  source: { kind: "metric", metric: metric("Latency", "p95") },
  resolutionSeconds: 10,
};
const errorRate: Signal = {
  name: "error_rate",
  unit: "%",
  better: "lower",
  source: { kind: "ratio", part: metric("ErrorCount"), total: metric("RequestCount"), minimumTotal: 20 },
  resolutionSeconds: 10,
};

describe("leafMetrics", () => {
  it("lists what has to be fetched, in order", () => {
    expect(leafMetrics(latency).map((leaf) => leaf.name)).toEqual(["Latency"]);
    expect(leafMetrics(errorRate).map((leaf) => leaf.name)).toEqual(["ErrorCount", "RequestCount"]);
    expect(leafMetrics({ ...latency, source: { kind: "alarm", alarmName: "checkout-5xx" } })).toEqual([]);
  });
});

describe("signalSeries", () => {
  it("passes a metric through as it is", () => {
    const series = aSeries([120, null, 130]);

    expect(signalSeries(latency, [series])).toEqual(series);
  });

  it.each([
    { case: "errors among requests", part: 3, total: 200, expected: 1.5 },
    { case: "requests without an error point", part: null, total: 200, expected: 0 },
    { case: "too few requests to judge", part: 3, total: 19, expected: null },
    { case: "no requests", part: 3, total: null, expected: null },
    { case: "a zero of requests", part: 0, total: 0, expected: null },
  ])("makes $expected of $case", ({ part, total, expected }) => {
    expect(signalSeries(errorRate, [aSeries([part]), aSeries([total])]).values).toEqual([expected]);
  });

  it("refuses a wrong number of series and series that do not line up", () => {
    expect(() => signalSeries(errorRate, [aSeries([1])])).toThrow(/error_rate is read from 2 metrics, but 1 series/);
    expect(() => signalSeries(errorRate, [aSeries([1]), { ...aSeries([100]), startEpochSeconds: 10 }])).toThrow(/different times/);
  });

  it("gives percentages between 0 and 100 while errors are part of the requests", () => {
    const anyPoint = fc.option(fc.tuple(fc.nat(500), fc.nat(500)), { nil: null });
    fc.assert(
      fc.property(fc.array(anyPoint, { maxLength: 20 }), (points) => {
        const part = aSeries(points.map((point) => (point ? Math.min(...point) : null)));
        const total = aSeries(points.map((point) => (point ? Math.max(...point) : null)));

        const { values } = signalSeries(errorRate, [part, total]);

        expect(values).toHaveLength(points.length);
        for (const value of values) expect(value === null || (value >= 0 && value <= 100)).toBe(true);
      }),
    );
  });
});

describe("windowMean", () => {
  it("takes the points that start inside the window", () => {
    const series = aSeries([1, 2, null, 4, 100]);

    expect(windowMean(series, at(10), at(40))).toBe(3);
  });

  it("is null without points", () => {
    expect(windowMean(aSeries([null, 2]), at(0), at(10))).toBeNull();
    expect(windowMean(aSeries([1]), at(100), at(200))).toBeNull();
  });
});

describe("startingAt", () => {
  it.each([
    { from: 0, start: 0, values: [1, 2, 3] },
    { from: 19, start: 10, values: [2, 3] },
    { from: 20, start: 20, values: [3] },
    { from: 90, start: 90, values: [] },
    { from: -50, start: 0, values: [1, 2, 3] },
  ])("begins with the point that holds $from s", ({ from, start, values }) => {
    expect(startingAt(aSeries([1, 2, 3]), at(from))).toEqual({ startEpochSeconds: start, periodSeconds: 10, values });
  });
});

describe("lastValues", () => {
  it("skips missing points", () => {
    expect(lastValues(aSeries([1, 2, null, 4, null]), 2)).toEqual([2, 4]);
    expect(lastValues(aSeries([1]), 3)).toEqual([1]);
    expect(lastValues(aSeries([1]), 0)).toEqual([]);
  });
});

describe("breachOnset", () => {
  const twoOfThree = { operator: ">" as const, threshold: 100, datapointsToAlarm: 2, evaluationPeriods: 3 };

  it.each([
    { case: "nothing breaches", values: [1, 2, 3], seconds: null },
    { case: "a plain run", values: [1, 200, 200, 200], seconds: 10 },
    { case: "a gap of N - M", values: [1, 200, 50, 200, 200], seconds: 10 },
    { case: "a missing point of N - M", values: [1, 200, null, 200], seconds: 10 },
    { case: "an older run behind a longer gap", values: [200, 50, 50, 200, 200], seconds: 30 },
    { case: "a run that has ended since", values: [1, 200, 200, 50, 50, 50], seconds: 10 },
  ])("finds $seconds s for $case", ({ values, seconds }) => {
    expect(breachOnset(aSeries(values), twoOfThree)).toEqual(seconds === null ? null : at(seconds));
  });

  it("allows no gap when every point must breach", () => {
    const rule = { ...twoOfThree, datapointsToAlarm: 3 };

    expect(breachOnset(aSeries([200, 50, 200, 200]), rule)).toEqual(at(20));
  });

  it("always names a breaching point", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 200 }), { nil: null }), { maxLength: 30 }), (values) => {
        const onset = breachOnset(aSeries(values), twoOfThree);

        const breaching = values.some((value) => value !== null && value > 100);
        expect(onset !== null).toBe(breaching);
        if (onset) expect(values[onset.getTime() / 10_000]).toBeGreaterThan(100);
      }),
    );
  });
});

function aSeries(values: readonly (number | null)[]): Series {
  return { startEpochSeconds: 0, periodSeconds: 10, values: [...values] };
}

function at(seconds: number): Date {
  return new Date(seconds * 1000);
}
