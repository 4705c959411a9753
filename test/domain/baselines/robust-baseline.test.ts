import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { driftOf, hasDrifted } from "../../../functions/domain/baselines/baseline-drift.ts";
import { robustBaseline, robustZ, spreadOf } from "../../../functions/domain/baselines/robust-baseline.ts";

describe("a robust baseline", () => {
  it("is median, scaled MAD and mean of the points, and counts what is missing", () => {
    // distances from 12: 2, 1, 0, 2, 88 -> 2
    expect(robustBaseline([10, null, 11, 12, 14, 100], 3)).toEqual({
      n: 5,
      missing: 1,
      median: 12,
      mad: 2 * 1.4826,
      mean: expect.closeTo(29.4, 9),
    });
  });

  it("is none below the minimum of samples, and none of nothing whatever the minimum", () => {
    expect(robustBaseline([1, 2, null], 3)).toBeNull();
    expect(robustBaseline([null, Number.NaN], 0)).toBeNull();
    expect(robustBaseline([1, 2, 3], 3)?.n).toBe(3);
  });

  it("tells distances in spreads of at least a twentieth of the median: a flat signal is not infinitely sure", () => {
    const flat = { median: 200, mad: 0 };

    expect(spreadOf(flat)).toBe(10);
    expect(robustZ(230, flat)).toBe(3);
    expect(robustZ(170, flat)).toBe(-3);
    expect(spreadOf({ median: 200, mad: 12 })).toBe(12);
    expect(Number.isFinite(robustZ(1, { median: 0, mad: 0 }))).toBe(true);
  });

  it("moves with its values, scales with them, and is bounded by fewer than half of them being wild", () => {
    const points = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 5, maxLength: 61 });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 2, max: 9 }), (values, shift, factor) => {
        const of = (some: readonly number[]) => robustBaseline(some, 3) ?? expect.fail("five points are enough");
        const [plain, shifted, scaled] = [of(values), of(values.map((value) => value + shift)), of(values.map((value) => value * factor))];
        const wild = of([...values, ...Array(Math.floor((values.length - 1) / 2)).fill(1e9)]);

        expect(shifted.median).toBeCloseTo(plain.median + shift, 6);
        expect(shifted.mad).toBeCloseTo(plain.mad, 6);
        expect(scaled.mad).toBeCloseTo(plain.mad * factor, 6);
        expect(wild.median).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });
});

describe("drift", () => {
  const older = { median: 100, mad: 4, to: "2026-11-18T04:00:00.000Z" };

  it("is a factor, a distance in spreads of the older one, and the hours between them", () => {
    expect(driftOf({ median: 120, mad: 9, to: "2026-11-20T03:00:00.000Z" }, older)).toEqual({ factor: 1.2, z: 4, hoursBetween: 47 });
  });

  it("has gone too far beyond three spreads, either way", () => {
    const at = (median: number) => hasDrifted(driftOf({ ...older, median }, older));

    expect([at(115), at(116), at(85), at(84)]).toEqual([false, true, false, true]);
  });

  it("is no multiple of an older baseline of 0, and a distance all the same", () => {
    const { factor, z } = driftOf({ ...older, median: 2 }, { ...older, median: 0, mad: 0.5 });

    expect([factor, z]).toEqual([null, 4]);
  });
});
