import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Classification, classifyMetric } from "../../../functions/domain/judging/kayenta-classify.ts";
import { scaleFreeShift } from "../../../functions/domain/judging/scale-free-shift.ts";
import { KAYENTA_CASES, numbers, optionsOf } from "./kayenta-cases.ts";

const values = fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 5, maxLength: 25 });
const scaled = (all: readonly number[], factor: number) => all.map((value) => value * factor);
const scaleFree = { interval: "scale-free" } as const;
const classes = (interval: "compat" | "scale-free", factor: number): (Classification | undefined)[] =>
  KAYENTA_CASES.classify.map((one) => {
    const [experiment, control] = [scaled(numbers(one.experiment), factor), scaled(numbers(one.control), factor)];
    return classifyMetric(experiment, control, { ...optionsOf(one), interval }).classification;
  });

describe("the scale-free interval", () => {
  it.each([1e-6, 1e-5, 1e-3, 1, 1e3, 1e6])("gives Kayenta's cases the same verdicts at a scale of %d", (factor) => {
    expect(classes("scale-free", factor)).toEqual(classes("scale-free", 1));
  });

  it("keeps its verdict under every scale from 1e-6 to 1e6", () => {
    fc.assert(
      fc.property(values, values, fc.double({ min: -6, max: 6, noNaN: true }), (experiment, control, exponent) => {
        // powers of two scale without rounding: what was tied stays tied
        const factor = 2 ** Math.round(exponent / Math.log10(2));

        const found = classifyMetric(scaled(experiment, factor), scaled(control, factor), scaleFree);

        const { classification, shift } = classifyMetric(experiment, control, scaleFree);
        expect(found.classification).toBe(classification);
        expect(found.shift?.low ?? null).toBe(shift === null ? null : shift.low * factor);
      }),
      { numRuns: 300 },
    );
  });

  it("is mirrored where the arms change places", () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const there = scaleFreeShift(one, other, 0.98);
        const back = scaleFreeShift(other, one, 0.98);

        expect(back.low).toBeCloseTo(-there.high, 9);
        expect(back.high).toBeCloseTo(-there.low, 9);
        expect(back.estimate).toBeCloseTo(-there.estimate, 9);
      }),
    );
  });

  it("turns with the values: what is high becomes low", () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const there = classifyMetric(one, other, { ...scaleFree, effect: "cles" }).classification;
        const back = classifyMetric(other, one, { ...scaleFree, effect: "cles" }).classification;

        expect(back).toBe(there === "High" ? "Low" : there === "Low" ? "High" : there);
      }),
    );
  });

  it("holds the estimate, and is the range of the differences where there are few", () => {
    expect(scaleFreeShift([10, 20, 30, 40], [1, 2, 3, 4], 0.95)).toEqual({ estimate: 22.5, low: 6, high: 39 });
    expect(scaleFreeShift([10, 11], [1, 2], 0.98)).toEqual({ estimate: 9, low: 8, high: 10 });
  });

  it("moves with a value that is added to one arm", () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: -1000, max: 1000 }), (one, other, added) => {
        // untied arms: a shift makes and breaks ties, which change the variance
        const [x, y] = [one.map((value, index) => value + index / 64), other.map((value, index) => value + index / 64 + 1 / 256)];
        const moved = scaleFreeShift(
          x.map((value) => value + added),
          y,
          0.98,
        );

        expect(moved.low).toBeCloseTo(scaleFreeShift(x, y, 0.98).low + added, 6);
      }),
    );
  });
});

describe("Kayenta's own interval", () => {
  // its root finder stops within 1e-4, whatever the values are
  it("loses failing verdicts where values are small: a case of its own passes after multiplying by 1e-5", () => {
    const differing = KAYENTA_CASES.classify.flatMap(({ name }, index) => {
      const [before, after] = [classes("compat", 1)[index], classes("compat", 1e-5)[index]];
      return before === after ? [] : [{ name, before, after }];
    });

    expect(differing).toEqual([{ name: "Mann-Whitney Classifier Test - CLES Effect Size: Low", before: "Low", after: "Pass" }]);
  });

  it("agrees with the scale-free one on every case as it stands", () => {
    expect(classes("compat", 1)).toEqual(classes("scale-free", 1));
  });
});
