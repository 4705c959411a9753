import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeRanks, RANK_FLOOR, type RankOptions } from "../../../functions/domain/judging/judge-ranks.ts";
import { draws } from "./simulated.ts";

const MODES = ["compat", "scale-free"] as const;

describe.each(MODES)("the rank judge with the %s interval", (interval) => {
  const options: RankOptions = { interval, direction: "increase" };

  it("has no verdict on fewer than five values an arm, unless it is to be Kayenta to the letter", () => {
    const [high, low] = [
      [20, 21, 22, 23],
      [1, 2, 3, 4],
    ];

    expect(judgeRanks(high, low, options)).toEqual({ verdict: "inconclusive", metric: null, p: null });
    expect(judgeRanks(high, low, { ...options, strict: true })).toMatchObject({ verdict: "fail", metric: { classification: "High" } });
    expect(judgeRanks([...high, 24], [...low, 5], options).verdict).toBe("fail");
    expect(RANK_FLOOR).toBe(5);
  });

  it("counts the values that are left after those that are missing", () => {
    const some = [20, 21, 22, 23, Number.NaN];

    expect(judgeRanks(some, [1, 2, 3, 4, 5], options).verdict).toBe("inconclusive");
    expect(judgeRanks(some, [1, 2, 3, 4, 5], { ...options, direction: "either", nanStrategy: "replace" }).metric).not.toBeNull();
  });

  it("has no verdict without any value; a metric that must have some fails", () => {
    expect(judgeRanks([], [1, 2], options)).toMatchObject({ verdict: "inconclusive", metric: { classification: "Nodata" } });
    expect(judgeRanks([], [1, 2], { ...options, mustHaveData: true })).toMatchObject({ verdict: "fail", p: null });
    expect(judgeRanks([], [1, 2], { ...options, nanStrategy: "replace" })).toMatchObject({ verdict: "pass", p: null });
  });

  it("fails identical arms at most about as often as its confidence says, from five values on; with two far more often", () => {
    const random = draws(12);
    const arm = (points: number) => Array.from({ length: points }, () => Math.exp(random.normal()));
    const percent = (points: number, strict: boolean) => {
      const failed = Array.from({ length: 2_000 }, () => judgeRanks(arm(points), arm(points), { ...options, strict }).verdict === "fail");
      return (100 * failed.filter(Boolean).length) / 2_000;
    };

    expect(percent(2, true)).toBeGreaterThan(5);
    expect(percent(5, false)).toBeLessThanOrEqual(1.5);
    expect(percent(12, false)).toBeLessThanOrEqual(1.5);
  });
});

describe("the p-value of ranks", () => {
  const values = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 5, maxLength: 15 });

  it("is a probability, turns with the direction and doubles for either", () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const p = (direction: "increase" | "decrease" | "either") => judgeRanks(one, other, { direction }).p ?? Number.NaN;
        const [up, down, either] = [p("increase"), p("decrease"), p("either")];

        expect(up + down).toBeCloseTo(1, 9);
        expect(either).toBeCloseTo(Math.min(1, 2 * Math.min(up, down)), 9);
      }),
    );
  });

  it("of five against five that do not touch is 0.0061", () => {
    expect(judgeRanks([6, 7, 8, 9, 10], [1, 2, 3, 4, 5], { direction: "increase" }).p).toBeCloseTo(0.00609, 5);
  });
});
