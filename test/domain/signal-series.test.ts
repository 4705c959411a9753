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

const storage = (holds: "used" | "free", capacity = 200): Signal => ({
  name: "disk_utilization",
  unit: "%",
  better: "lower",
  source: { kind: "capacity", metric: metric("FreeStorageSpace", "Minimum"), capacity, holds },
  resolutionSeconds: 10,
});

describe("leafMetrics", () => {
  it("lists what has to be fetched, in order", () => {
    expect(leafMetrics(latency).map((leaf) => leaf.name)).toEqual(["Latency"]);
    expect(leafMetrics(errorRate).map((leaf) => leaf.name)).toEqual(["ErrorCount", "RequestCount"]);
    expect(leafMetrics(storage("free")).map((leaf) => leaf.name)).toEqual(["FreeStorageSpace"]);
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

describe("signalSeries of a capacity", () => {
  it.each([
    { case: "what is used", holds: "used" as const, value: 50, expected: 25 },
    { case: "what is free", holds: "free" as const, value: 50, expected: 75 },
    { case: "nothing used", holds: "used" as const, value: 0, expected: 0 },
    { case: "nothing free", holds: "free" as const, value: 0, expected: 100 },
    { case: "a point that is missing", holds: "free" as const, value: null, expected: null },
    { case: "more free than there is, once the storage has grown", holds: "free" as const, value: 250, expected: -25 },
  ])("makes $expected % of $case", ({ holds, value, expected }) => {
    expect(signalSeries(storage(holds), [aSeries([value])]).values).toEqual([expected]);
  });

  it("is 100 together, for what is used and what is free of the same points", () => {
    const anyPoint = fc.option(fc.double({ min: 0, max: 1e15, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(
        fc.array(anyPoint, { minLength: 1, maxLength: 20 }),
        fc.double({ min: 1, max: 1e15, noNaN: true }),
        (points, capacity) => {
          const used = signalSeries(storage("used", capacity), [aSeries(points)]).values;
          const free = signalSeries(storage("free", capacity), [aSeries(points)]).values;

          expect(used.map((value) => value === null)).toEqual(points.map((point) => point === null));
          used.forEach((value, i) => {
            const sum = value === null ? null : value + (free[i] ?? Number.NaN);
            const tolerance = 1e-9 * Math.max(100, Math.abs(value ?? 0));
            expect(sum === null ? 0 : Math.abs(sum - 100)).toBeLessThanOrEqual(tolerance);
          });
        },
      ),
    );
  });

  it("keeps the order of values that are used, and turns that of what is free around", () => {
    const level = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(level, level, (a, b) => {
        const [usedA = 0, usedB = 0] = percentages("used", [a, b]);
        const [freeA = 0, freeB = 0] = percentages("free", [a, b]);

        expect(Math.sign(usedA - usedB)).toBe(Math.sign(a - b));
        expect(Math.sign(freeA - freeB) + Math.sign(a - b)).toBe(0);
      }),
    );
  });

  function percentages(holds: "used" | "free", points: readonly number[]): number[] {
    return signalSeries(storage(holds), [aSeries(points)]).values.map((value) => value ?? Number.NaN);
  }
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
