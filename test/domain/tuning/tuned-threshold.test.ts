import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OPERATORS } from "../../../functions/domain/blueprint.ts";
import { UNITS } from "../../../functions/domain/signal.ts";
import { tunedThreshold } from "../../../functions/domain/tuning/tuned-threshold.ts";
import { aBaselineForm } from "../../support/builders/tuning.ts";

const amounts = fc.double({ min: 0.001, max: 1000, noNaN: true });
const values = fc.double({ min: 0, max: 1e7, noNaN: true });
const forms = fc.record({
  operator: fc.constantFrom(...OPERATORS),
  by: fc.constantFrom("factor" as const, "points" as const, "percent" as const),
  amount: amounts,
});

describe("a threshold from a baseline", () => {
  it.each([
    ["factor", ">", 2, 120, 240],
    ["factor", "<", 0.5, 120, 60],
    ["points", ">", 5, 1.5, 6.5],
    ["points", "<", 5, 95, 90],
    ["percent", ">=", 50, 200, 300],
    ["percent", "<=", 30, 1000, 700],
  ] as const)("of %s %s %d is, for %d, %d", (by, operator, amount, baseline, threshold) => {
    expect(tunedThreshold(aBaselineForm({ by, operator, amount }), baseline, "count")).toEqual({ threshold, notes: [] });
  });

  it("keeps six significant digits", () => {
    expect(tunedThreshold(aBaselineForm({ amount: 1 }), 123.456789, "ms").threshold).toBe(123.457);
    expect(tunedThreshold(aBaselineForm({ amount: 1 }), 0.0123456789, "s").threshold).toBe(0.0123457);
  });

  it("is the floor as it is written where the baseline gives less, and says so", () => {
    const up = tunedThreshold(aBaselineForm({ by: "factor", amount: 2, floor: 0.12345612 }), 0.01, "ms");
    const down = tunedThreshold(aBaselineForm({ operator: "<", amount: 0.5, floor: 100 }), 1000, "count");

    expect(up).toEqual({ threshold: 0.12345612, notes: ["the floor 0.12345612 ms counts, since the baseline gives 0.02 ms"] });
    expect(down).toEqual({ threshold: 100, notes: ["the floor 100 counts, since the baseline gives 500"] });
  });

  it("of a percentage is never over 100, and says that such an alarm cannot fire", () => {
    expect(tunedThreshold(aBaselineForm({ amount: 3 }), 40, "%")).toEqual({
      threshold: 100,
      notes: ["nothing is over 100 %, so the threshold is 100 % and not 120%: as long as this baseline holds, the alarm cannot fire"],
    });
    expect(tunedThreshold(aBaselineForm({ operator: ">=", amount: 3 }), 40, "%").notes).toEqual([
      "nothing is over 100 %, so the threshold is 100 % and not 120%",
    ]);
    expect(tunedThreshold(aBaselineForm({ operator: "<", by: "points", amount: 9 }), 4, "%")).toEqual({
      threshold: 0,
      notes: ["nothing is under 0 %, so the threshold is 0 % and not -5%: as long as this baseline holds, the alarm cannot fire"],
    });
  });

  it.each([
    ["<", 9, 4, "count", -5, "under 0"],
    ["<", 4, 4, "count", 0, "0"],
    ["<", 4, 4, "%", 0, "0"],
    ["<=", 9, 4, "ms", -5, "under 0"],
  ] as const)(
    "%s of %d points under %d %s is %d, and says that such an alarm cannot fire",
    (operator, amount, baseline, unit, threshold, said) => {
      expect(tunedThreshold(aBaselineForm({ operator, by: "points", amount }), baseline, unit)).toEqual({
        threshold,
        notes: [`the threshold is ${said}: where the signal is never negative, the alarm cannot fire as long as this baseline holds`],
      });
    },
  );

  it("at 0 may fire where 0 is too little already, and is nothing to note for what must not be more", () => {
    expect(tunedThreshold(aBaselineForm({ operator: "<=", by: "points", amount: 4 }), 4, "count")).toEqual({ threshold: 0, notes: [] });
    expect(tunedThreshold(aBaselineForm({ operator: ">", amount: 2 }), 0, "count")).toEqual({ threshold: 0, notes: [] });
  });

  it("never is stricter than its floor", () => {
    fc.assert(
      fc.property(forms, values, values, fc.constantFrom(...UNITS.filter((unit) => unit !== "%")), (form, floor, baseline, unit) => {
        const { threshold } = tunedThreshold(aBaselineForm({ ...form, floor }), baseline, unit);

        if (form.operator.startsWith(">")) expect(threshold).toBeGreaterThanOrEqual(floor);
        else expect(threshold).toBeLessThanOrEqual(floor);
      }),
    );
  });

  it("grows with the baseline", () => {
    // A fall of more than a hundred percent is none: the language refuses it.
    const growing = forms.filter(({ by, amount, operator }) => by !== "percent" || operator.startsWith(">") || amount <= 100);
    fc.assert(
      fc.property(growing, fc.option(values), values, values, fc.constantFrom(...UNITS), (form, floor, one, other, unit) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map(
          (baseline) => tunedThreshold(aBaselineForm({ ...form, floor }), baseline, unit).threshold,
        );

        expect(low).toBeLessThanOrEqual(high ?? Number.NaN);
      }),
    );
  });
});
