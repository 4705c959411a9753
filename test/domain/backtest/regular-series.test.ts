import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { regularSeries } from "../../../functions/domain/backtest/regular-series.ts";
import { SERIES_START } from "../../support/builders/metric-watch.ts";

function points(seconds: readonly number[], values = seconds.map((_, index) => index)) {
  return { seconds: Float64Array.from(seconds, (second) => SERIES_START + second), values: Float64Array.from(values), samples: null };
}

function steps(count: number, step: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => from + index * step);
}

describe("regularSeries", () => {
  it("puts points in order, takes the first of a period, leaves gaps empty, and reports all of it", () => {
    const { series, report } = regularSeries(points([0, 60, 240, 180, 180, 305, 360], [1, 2, 5, 4, 9, 6, 7]));

    expect(series).toEqual([{ startEpochSeconds: SERIES_START, periodSeconds: 60, values: Float64Array.of(1, 2, Number.NaN, 4, 5, 6, 7) }]);
    expect(report).toEqual({ rows: 7, unsorted: 2, duplicates: 1, irregular: 1, missing: 1 });
  });

  it("sees where the resolution changes, to finer and to coarser points", () => {
    const finer = regularSeries(points([...steps(20, 300), ...steps(30, 60, 6_000)])).series;
    const coarser = regularSeries(points([...steps(30, 60), ...steps(20, 300, 1_800)])).series;

    const shape = (all: typeof finer) =>
      all.map(({ startEpochSeconds, periodSeconds, values }) => [startEpochSeconds - SERIES_START, periodSeconds, values.length]);
    expect(shape(finer)).toEqual([
      [0, 300, 20],
      [6_000, 60, 30],
    ]);
    expect(shape(coarser)).toEqual([
      [0, 60, 30],
      [1_800, 300, 20],
    ]);
  });

  it("takes a gap for a gap, and clocks that drift for one resolution", () => {
    const gap = regularSeries(points([...steps(20, 60), ...steps(20, 60, 9_000)])).series;
    const drift = regularSeries(points(steps(40, 60).map((second, index) => second + (index % 3)))).series;

    expect(gap.map(({ periodSeconds, values }) => [periodSeconds, values.length])).toEqual([[60, 170]]);
    expect(drift.map(({ periodSeconds, values }) => [periodSeconds, values.length])).toEqual([[60, 40]]);
  });

  it("gives the same series whatever the order of the rows", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(steps(40, 60), { minLength: 20 }), (order) => {
        const sorted = [...order].sort((a, b) => a - b);

        expect(regularSeries(points(order, order)).series).toEqual(regularSeries(points(sorted, sorted)).series);
      }),
    );
  });

  it("makes nothing of nothing", () => {
    expect(regularSeries(points([]))).toEqual({ series: [], report: { rows: 0, unsorted: 0, duplicates: 0, irregular: 0, missing: 0 } });
  });
});
