import { describe, expect, it } from "vitest";
import { rateOf, wilson, withoutOverlap } from "../../../functions/domain/backtest/proportion.ts";

describe("rates", () => {
  it("have Wilson's interval: the textbook's 1 of 10 and 5 of 10", () => {
    const one = wilson(0.1, 10);
    const five = wilson(0.5, 10);

    expect([one.low, one.high].map((x) => x.toFixed(4))).toEqual(["0.0179", "0.4042"]);
    expect([five.low, five.high].map((x) => x.toFixed(4))).toEqual(["0.2366", "0.7634"]);
  });

  it("are wider where windows overlap, and say nothing of no deploy", () => {
    expect(rateOf(2, 20, 5).high).toBeGreaterThan(rateOf(2, 20).high ?? 100);
    expect(rateOf(0, 0)).toEqual({ fired: 0, of: 0, percent: null, effectiveN: 0, low: null, high: null });
  });

  it("count windows that do not overlap from the first on", () => {
    expect(withoutOverlap([0, 10, 3_600, 3_700, 7_200], 3_600)).toBe(3);
  });
});
