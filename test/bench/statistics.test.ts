import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { median, percentile, rounded } from "../../bench/statistics.ts";

const samples = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });

describe("percentile", () => {
  it.each([
    { percent: 0, value: 10 },
    { percent: 50, value: 30 },
    { percent: 95, value: 48 },
    { percent: 100, value: 50 },
  ])("$percent of 10, 20, 30, 40, 50 is $value", ({ percent, value }) => {
    expect(percentile([50, 10, 40, 20, 30], percent)).toBeCloseTo(value, 10);
  });

  it("lies between the smallest and the largest sample and rises with the percentage", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (values, a, b) => {
        const [lower, higher] = [percentile(values, Math.min(a, b)), percentile(values, Math.max(a, b))];
        expect(lower).toBeGreaterThanOrEqual(Math.min(...values));
        expect(higher).toBeLessThanOrEqual(Math.max(...values));
        expect(higher).toBeGreaterThanOrEqual(lower);
      }),
    );
  });

  it("leaves the samples in the order in which they were taken", () => {
    const values = [3, 1, 2];

    percentile(values, 50);

    expect(values).toEqual([3, 1, 2]);
  });

  it("of no samples is an error, not a zero", () => {
    expect(() => percentile([], 50)).toThrow("no samples");
  });
});

describe("median", () => {
  it("of an even number of samples is the mean of the two in the middle", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe("rounded", () => {
  it.each([
    { value: 1.2345, digits: 2, result: 1.23 },
    { value: 178.6, digits: 0, result: 179 },
  ])("makes $value with $digits digits $result", ({ value, digits, result }) => {
    expect(rounded(value, digits)).toBe(result);
  });
});
