import { describe, expect, it } from "vitest";
import { judgeFamilies } from "../../../bench/detection/family.ts";
import { aReplayedSeries } from "./outcomes.ts";

const six = (prefix: string, firedOf: (index: number) => Parameters<typeof aReplayedSeries>[1] = () => ({})) =>
  Array.from({ length: 6 }, (_, index) => aReplayedSeries(`${prefix}-${index + 1}`, firedOf(index)));
const slots = (count: number) => new Array<number>(count).fill(1);

describe("six triggers of one release", () => {
  it("fire falsely on a deploy where any of them does", () => {
    // All six on the same three deploys; in the second family one signal on six.
    const one = six("a", () => ({ "rollguard-of-six": { 1: slots(3) } }));
    const other = six("b", (index) => (index === 4 ? { "rollguard-of-six": { 1: slots(6) } } : {}));

    const family = judgeFamilies([...one, ...other]);

    expect(family).toMatchObject({ signals: 6, families: 2, deploys: 120, leftOut: [] });
    expect(family?.rollguard).toMatchObject({ falsePercent: 7.5, falseInterval: [5, 10], falseOfOnePercent: 3.33 });
  });

  it("judge with the shared budget in Rollguard only", () => {
    const family = judgeFamilies(
      six("a", () => ({ rollguard: { 1: slots(60) }, "rollguard-of-six": { 2: slots(30) }, kayenta: { 1: slots(60), 2: slots(60) } })),
    );

    expect(family?.rollguard).toMatchObject({ falsePercent: 0, found2xPercent: 50, medianDelayMinutes: 10 });
    expect(family?.kayenta).toMatchObject({ falsePercent: 100, found2xPercent: 100 });
    expect(family?.["seed-2x"]).toMatchObject({ falsePercent: 0, found2xPercent: 0, medianDelayMinutes: null });
  });

  it("are six in the order of the names; those after the last whole family are left out and named", () => {
    const family = judgeFamilies([...six("a"), ...six("b"), aReplayedSeries("c"), aReplayedSeries("d", { kayenta: { 1: slots(60) } })]);

    expect(family).toMatchObject({ families: 2, leftOut: ["c", "d"], kayenta: { falsePercent: 0 } });
  });

  it("are none of fewer than six", () => {
    expect(judgeFamilies(six("a").slice(1))).toBeNull();
  });
});
