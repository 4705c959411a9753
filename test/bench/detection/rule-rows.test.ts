import { describe, expect, it } from "vitest";
import { compareRules } from "../../../bench/detection/rule-rows.ts";
import { aReplayedSeries } from "./outcomes.ts";

const skipped = [{ series: "short", reason: "3 starts are eligible, 60 are needed" }];
const slots = (count: number, slot: number) => new Array<number>(count).fill(slot);
const series = [
  aReplayedSeries("a", {
    rollguard: { 1: slots(3, 4), 1.5: slots(30, 4), 2: slots(60, 1), 3: slots(60, 1) },
    kayenta: { 1: slots(6, 4), 1.5: slots(30, 4), 2: slots(45, 4), 3: slots(60, 4) },
  }),
  aReplayedSeries("b", {
    rollguard: { 1.5: slots(15, 11), 2: slots(30, 7), 3: slots(60, 1) },
    kayenta: { 1.5: slots(30, 11), 2: slots(60, 4), 3: slots(60, 4) },
  }),
];

describe("rules side by side", () => {
  const { rules, paired } = compareRules(series, skipped);
  const row = (name: string) => rules.find(({ rule }) => rule === name);

  it("have the mean of the series' rates, the counts behind it, and what was skipped", () => {
    expect(rules.map(({ rule }) => rule)).toEqual(["rollguard", "seed-2x", "kayenta"]);
    expect(row("rollguard")).toMatchObject({
      ...{ series: 2, deploys: 120, skipped },
      ...{ falsePercent: 2.5, found1_5xPercent: 37.5, found2xPercent: 75, found3xPercent: 100 },
      fired: { x1: 3, x1_5: 45, x2: 90, x3: 120 },
    });
    expect(row("rollguard")?.perSeries).toEqual([
      { series: "a", falsePercent: 5, found1_5xPercent: 50, found2xPercent: 100, found3xPercent: 100 },
      { series: "b", falsePercent: 0, found1_5xPercent: 25, found2xPercent: 50, found3xPercent: 100 },
    ]);
  });

  it("have the median delay of the 2x copies that were found, and of all with an infinite one for the others", () => {
    // 60 after 10 min, 30 after 40 min, 30 never.
    expect(row("rollguard")).toMatchObject({ medianDelayMinutes: 10, medianDelayOfAllMinutes: 25 });
    expect(row("kayenta")).toMatchObject({ medianDelayMinutes: 25, medianDelayOfAllMinutes: 25 });
    expect(row("seed-2x")).toMatchObject({ medianDelayMinutes: null, medianDelayOfAllMinutes: null });
    expect(paired.rollguard.foundByBoth).toEqual({ deploys: 75, medianDelayMinutes: 10, otherMedianDelayMinutes: 25 });
    expect(paired["seed-2x"].foundByBoth).toEqual({ deploys: 0, medianDelayMinutes: null, otherMedianDelayMinutes: null });
  });

  it("have intervals that reach from one series to the other when there are two", () => {
    expect(row("rollguard")?.intervals).toEqual({
      falsePercent: [0, 5],
      found1_5xPercent: [25, 50],
      found2xPercent: [50, 100],
      found3xPercent: [100, 100],
    });
  });

  it("differ from Kayenta by series: what both have in common leaves the interval", () => {
    expect(paired.rollguard.falsePercent).toEqual({ difference: -2.5, interval: [-5, 0] });
    expect(paired.rollguard.found2xPercent).toEqual({ difference: -12.5, interval: [-50, 25] });
    expect(paired.rollguard.found3xPercent).toEqual({ difference: 0, interval: [0, 0] });
  });

  it("say how often a rule could not tell", () => {
    const unknown = compareRules([aReplayedSeries("a", { rollguard: { 1: slots(15, 1) } }, true)], []);

    expect(unknown.rules.map(({ inconclusivePercent }) => inconclusivePercent)).toEqual([75, 100, 100]);
    expect(rules.map(({ inconclusivePercent }) => inconclusivePercent)).toEqual([0, 0, 0]);
  });
});
