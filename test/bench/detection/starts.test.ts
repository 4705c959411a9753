import { describe, expect, it } from "vitest";
import { bakeSlots, chosenStarts, eligibleStarts } from "../../../bench/detection/starts.ts";

const FIRST = 49 * 12;
const series = (values: readonly number[], periodSeconds = 300) => ({ name: "cpu", periodSeconds, values });
const flat = (slots: number) => new Array<number>(slots).fill(1);

describe("eligible starts", () => {
  it("begin after 48 h and the hour before, and end where the bake still fits", () => {
    const starts = eligibleStarts(series(flat(FIRST + 12 + 3)));

    expect(starts).toEqual([FIRST, FIRST + 1, FIRST + 2, FIRST + 3]);
  });

  it("need both hours complete, but not the history", () => {
    const values = flat(FIRST + 60)
      .with(5, Number.NaN)
      .with(FIRST + 20, Number.NaN);
    const starts = eligibleStarts(series(values));

    expect(starts).toContain(FIRST + 8);
    expect(starts.filter((start) => start > FIRST + 8)[0]).toBe(FIRST + 33);
    expect(starts).toContain(FIRST);
  });

  it("need a positive median of the hour before", () => {
    const values = flat(FIRST + 24).fill(0, FIRST - 12, FIRST - 5);

    expect(eligibleStarts(series(values))[0]).toBe(FIRST + 1);
    expect(eligibleStarts(series(values.map(() => 0)))).toEqual([]);
  });

  it.each([
    { periodSeconds: 60, bake: 60 },
    { periodSeconds: 300, bake: 12 },
    { periodSeconds: 600, bake: 6 },
    { periodSeconds: 10, bake: 360 },
    { periodSeconds: 301, bake: 12 },
  ])("at $periodSeconds s a bake has $bake slots", ({ periodSeconds, bake }) => {
    expect(bakeSlots(periodSeconds)).toBe(bake);
    expect(eligibleStarts(series(flat(Math.ceil((49 * 3600) / periodSeconds) + bake), periodSeconds))).toHaveLength(1);
  });
});

describe("chosen starts", () => {
  it("are sixty, spread evenly by their number", () => {
    const eligible = Array.from({ length: 150 }, (_, index) => 1_000 + index);

    const chosen = chosenStarts(eligible);

    expect(chosen).toHaveLength(60);
    expect(chosen?.slice(0, 4)).toEqual([1_000, 1_002, 1_005, 1_007]);
    expect(chosen?.at(-1)).toBe(1_147);
  });

  it("are all of sixty, and none of fewer", () => {
    const eligible = Array.from({ length: 60 }, (_, index) => index);

    expect(chosenStarts(eligible)).toEqual(eligible);
    expect(chosenStarts(eligible.slice(1))).toBeNull();
  });
});
