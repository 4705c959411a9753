import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commonLanguageEffect, effectSize, meanRatio } from "../../../functions/domain/judging/effect-size.ts";
import { keptValues, withoutOutliers } from "../../../functions/domain/judging/kayenta-values.ts";
import { rankSumStatistic, shiftEstimate } from "../../../functions/domain/judging/mann-whitney.ts";
import { normalQuantile } from "../../../functions/domain/judging/normal.ts";
import { quantile, sortedQuantile } from "../../../functions/domain/judging/quantile.ts";
import { averageRanks } from "../../../functions/domain/judging/ranks.ts";
import { findZero } from "../../../functions/domain/judging/zero-finder.ts";

const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 30 });

describe("ranks", () => {
  it("are shared by ties", () => {
    expect(averageRanks([30, 10, 20, 20, 10, 10])).toEqual({ ranks: [6, 2, 4.5, 4.5, 2, 2], ties: [3, 2, 1] });
    expect(averageRanks([])).toEqual({ ranks: [], ties: [] });
  });

  it("count what is smaller, and half of what is equal", () => {
    fc.assert(
      fc.property(values, (all) => {
        const counted = all.map(
          (value) => all.filter((other) => other < value).length + (all.filter((other) => other === value).length + 1) / 2,
        );

        expect(averageRanks(all).ranks).toEqual(counted);
      }),
    );
  });
});

describe("the quantile", () => {
  it.each([
    [[1, 2, 3, 4], 0.25, 1.75],
    [[4, 1, 3, 2], 0.5, 2.5],
    [[15, 20, 35, 40, 50], 0.4, 29],
    [[7], 0.9, 7],
    [[1, 2, 3], 0, 1],
    [[1, 2, 3], 1, 3],
  ])("of %j at %d is R's type 7", (all, share, expected) => {
    expect(quantile(all, share)).toBeCloseTo(expected, 12);
  });

  it("of nothing is not a number", () => {
    expect(quantile([], 0.5)).toBeNaN();
    expect(sortedQuantile([], 0.5)).toBeNaN();
  });

  it("never leaves the values and never falls", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (all, one, other) => {
        const [low, high] = [quantile(all, Math.min(one, other)), quantile(all, Math.max(one, other))];

        expect(low).toBeLessThanOrEqual(high + 1e-9);
        expect(low).toBeGreaterThanOrEqual(Math.min(...all));
        expect(high).toBeLessThanOrEqual(Math.max(...all));
      }),
    );
  });
});

describe("the normal quantile", () => {
  it.each([
    [0.5, 0],
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167813],
    [1e-20, -9.262340089798409],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
  ])("at %d is the one of AS 241 and of the tables", (probability, z) => {
    expect(normalQuantile(probability)).toBeCloseTo(z, 13);
  });

  it("is symmetric", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.5, noNaN: true }), (probability) => {
        expect(normalQuantile(probability)).toBeCloseTo(-normalQuantile(1 - probability), 9);
      }),
    );
  });
});

describe("the zero finder", () => {
  it.each<[string, (x: number) => number, number, number, number]>([
    ["a cubic", (x) => x ** 3 - 2 * x - 5, 2, 3, 2.0945514815423265],
    ["a cosine", (x) => Math.cos(x) - x, 0, 1, 0.7390851332151607],
    ["an exponential", (x) => Math.exp(-x) - 0.01, 0, 50, Math.log(100)],
    ["a line that starts at its zero", (x) => x, 0, 1, 0],
  ])("finds that of %s", (_name, of, from, to, expected) => {
    expect(findZero(of, from, to, 1e-12)).toBeCloseTo(expected, 10);
  });

  it("ends within its tolerance of a step", () => {
    fc.assert(
      fc.property(fc.double({ min: -0.99, max: 0.99, noNaN: true }), (step) => {
        expect(Math.abs(findZero((x) => (x < step ? -1 : 1), -1, 1, 1e-6) - step)).toBeLessThanOrEqual(1e-6);
      }),
    );
  });
});

describe("the rank-sum statistic", () => {
  it("is Lehmann's, with the continuity correction", () => {
    // ranks 3, 5, 6 of six: U = 14 - 6 = 8 of 9; (8 - 4.5 - 0.5) / sqrt(9 * 7 / 12)
    expect(rankSumStatistic([3, 5, 6], [1, 2, 4], 0)).toBeCloseTo(3 / Math.sqrt(5.25), 12);
  });

  it("is 0 where all are the same, or as much above as below", () => {
    expect(rankSumStatistic([1, 1], [1, 1, 1], 0)).toBe(0);
    expect(rankSumStatistic([1, 4], [2, 3], 0)).toBe(0);
  });

  it("falls as the shift grows, which the interval is found by", () => {
    const many = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 20 });
    fc.assert(
      fc.property(many, many, (x, y) => {
        const { low, high } = shiftEstimate(x, y, 0.98);

        expect(low).toBeLessThanOrEqual(high + 2e-4);
      }),
    );
  });
});

describe("effect sizes", () => {
  it("have no ratio to a mean of 0", () => {
    expect([meanRatio([2, 4], [1, 1]), meanRatio([0, 0], [1, 1]), meanRatio([1], [0])]).toEqual([3, Number.NaN, Number.NaN]);
  });

  it("count pairs, ties by half", () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const wins = one.flatMap((a) => other.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));

        expect(commonLanguageEffect(one, other)).toBeCloseTo(wins.reduce<number>((sum, win) => sum + win, 0) / wins.length, 12);
        expect(effectSize("cles", one, other)).toBe(commonLanguageEffect(one, other));
      }),
    );
  });
});

describe("the values that are kept", () => {
  it("are without what is missing, or with 0 in its place", () => {
    expect([keptValues([1, Number.NaN, 3]), keptValues([1, Number.NaN, 3], { nanStrategy: "replace" })]).toEqual([
      [1, 3],
      [1, 0, 3],
    ]);
  });

  it("are without outliers where that is asked for, by the fences of 3 IQR", () => {
    const twenty = Array.from({ length: 200 }, (_, index) => 20 + (index % 5));

    expect(withoutOutliers([...twenty, 900])).toEqual(twenty);
    expect(keptValues([...twenty, 900], { outliers: "remove" })).toEqual(twenty);
    expect(withoutOutliers([])).toEqual([]);
  });
});
