import { describe, expect, it } from "vitest";
import { type Row, slotted } from "../../../bench/detection/slots.ts";

const rows = (...entries: readonly (readonly [number, number])[]): Row[] =>
  entries.map(([epochSeconds, value]) => ({ epochSeconds, value }));

describe("rows on the grid", () => {
  it("lie in the slot that is nearest to their time, counted from the oldest", () => {
    const read = slotted("cpu", rows([1_000, 1], [1_301, 2], [1_598, 3], [1_900, 4]));

    expect(read).toEqual({
      series: { name: "cpu", periodSeconds: 301, values: [1, 2, 3, 4] },
      notes: { unsorted: 0, duplicates: 0, missing: 0 },
    });
  });

  it("leave a slot without a row empty, and are put in order", () => {
    const read = slotted("cpu", rows([900, 4], [0, 1], [300, 2], [1_200, 5]));

    expect(read).toEqual({
      series: { name: "cpu", periodSeconds: 300, values: [1, 2, Number.NaN, 4, 5] },
      notes: { unsorted: 1, duplicates: 0, missing: 1 },
    });
  });

  it("of one slot: the first in time counts, and of the same time the first in the file", () => {
    const read = slotted("cpu", rows([0, 1], [60, 2], [60, 20], [120, 3], [180, 4], [185, 40], [240, 5], [300, 6]));

    expect(read).toEqual({
      series: { name: "cpu", periodSeconds: 60, values: [1, 2, 3, 4, 5, 6] },
      notes: { unsorted: 0, duplicates: 2, missing: 0 },
    });
  });

  it.each([
    { step: 9, reason: "the median step is 9 s; 10 to 600 s are judged" },
    { step: 601, reason: "the median step is 601 s; 10 to 600 s are judged" },
  ])("of $step s are not judged", ({ step, reason }) => {
    expect(slotted("cpu", rows([0, 1], [step, 1], [2 * step, 1]))).toBe(reason);
  });

  it.each([10, 600])("of %d s are judged", (step) => {
    expect(slotted("cpu", rows([0, 1], [step, 1]))).toMatchObject({ series: { periodSeconds: step, values: [1, 1] } });
  });

  it("of one time only, or spread over centuries, are not judged", () => {
    expect(slotted("cpu", rows([5, 1], [5, 2]))).toBe("fewer than two times");
    expect(slotted("cpu", rows([0, 1], [60, 1], [120, 1], [60 * 6e6, 1]))).toContain("6000001 slots");
  });
});
