import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { windowValues } from "../../../functions/domain/replay/window-values.ts";

/** Every window added up from its own points. */
function addedUp(values: readonly number[], perWindow: number, count: number): number[] {
  return Array.from({ length: count }, (_, end) => {
    const points = values.slice(Math.max(0, end - perWindow), end).filter((value) => !Number.isNaN(value));
    return points.length === 0 ? Number.NaN : points.reduce((sum, value) => sum + value, 0);
  });
}

describe("windowValues", () => {
  const points = fc.oneof(
    fc.array(fc.oneof(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.constant(Number.NaN)), { maxLength: 60 }),
    fc.array(fc.oneof(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.constant(Number.NaN)), { maxLength: 60 }),
    fc.array(fc.oneof(fc.constantFrom(0.5, 1.5, 2 ** 52, 0.1), fc.constant(Number.NaN)), { maxLength: 60 }),
  );

  it("adds every window up to the last bit, whether running totals are exact or not", () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 20 }), (values, perWindow) => {
        const count = values.length + 5;
        const leaf = { startEpochSeconds: 0, periodSeconds: 60, values: Float64Array.from(values) };

        const windows = windowValues("Sum", leaf, { firstEndEpochSeconds: 0, stepSeconds: 60, periodSeconds: 60 * perWindow, count });

        expect([...windows]).toEqual(addedUp(values, perWindow, count).map((value) => (value === 0 ? expect.closeTo(0, 300) : value)));
      }),
    );
  });
});
