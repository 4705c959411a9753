import { describe, expect, it } from "vitest";
import type { Trigger } from "../../functions/domain/blueprint.ts";
import { onsetOf } from "../../functions/domain/onset.ts";
import type { Series } from "../../functions/domain/signal.ts";
import type { BaselineForm } from "../../functions/domain/trigger-form.ts";
import { aRatioSignal, aSignal, aTrigger, MOMENTS, secondsAfter } from "../support/builders/index.ts";

const AT = MOMENTS.alarmAt;
const MINUTES = 40;
/** One point a minute up to the transition; `bad` from so many minutes before it, and `good` before that. */
function series(good: number, bad: number, minutes: number): Series {
  const values = Array.from({ length: MINUTES }, (_, index) => (MINUTES - index <= minutes ? bad : good));
  return { startEpochSeconds: Date.parse(AT) / 1000 - 60 * MINUTES, periodSeconds: 60, values };
}
const ago = (minutes: number) => secondsAfter(AT, -60 * minutes);
const baseline = (against: BaselineForm["against"], operator: BaselineForm["operator"] = ">"): Pick<Trigger, "rule" | "form"> => ({
  rule: null,
  form: { type: "baseline", operator, against, by: "factor", amount: 2, floor: null, control: against === "control" ? "stable" : null },
});
const minutely = { periodSeconds: 60, datapointsToAlarm: 2, evaluationPeriods: 2 };
const onset = (
  fired: Partial<Trigger>,
  of: Series | null,
  threshold: number | null,
  datapoints: { at: string; value: number | null }[] = [],
) => onsetOf({ fired: aTrigger({ ...minutely, ...fired }), trigger: { at: AT, datapoints, threshold }, signal: aSignal(), series: of });

describe("the onset by a tuned threshold", () => {
  it.each(["before", "season"] as const)("against %s is where the signal's own points went over what the alarm said", (against) => {
    expect(onset(baseline(against), series(100, 250, 7), 200)).toBe(ago(7));
  });

  it("lies before the change where a threshold was tuned lower and old points break it", () => {
    expect(onset(baseline("before"), series(100, 250, 30), 200)).toBe(ago(30));
  });

  it("of a drop is where they went under it", () => {
    expect(onset(baseline("season", "<"), series(100, 40, 7), 70)).toBe(ago(7));
  });

  it("is the alarm's own first bad point where the threshold is unknown to the signal", () => {
    expect(onset(baseline("before"), series(100, 250, 7), null)).toBe(ago(2));
  });

  it.each(["control", "previous"] as const)("against %s is told by the alarm's own points: they are of the comparison", (against) => {
    const points = [
      { at: ago(3), value: -5 },
      { at: ago(2), value: 12 },
      { at: ago(1), value: 14 },
    ];

    expect(onset(baseline(against), series(100, 250, 20), 0, points)).toBe(ago(2));
  });
});

describe("the onset of a burn rate", () => {
  const windows = [
    { longSeconds: 3600, shortSeconds: 300, burn: 14.4 },
    { longSeconds: 21_600, shortSeconds: 1800, burn: 6 },
  ];
  const burn: Partial<Trigger> = { rule: null, form: { type: "burn-rate", objectivePercent: 99, windows } };
  const of = (good: number, bad: number, minutes: number) =>
    onsetOf({
      fired: aTrigger({ ...minutely, ...burn }),
      trigger: { at: AT, datapoints: [], threshold: null },
      ...{ signal: aRatioSignal(), series: series(good, bad, minutes) },
    });

  it("is where the signal's points began to burn the budget faster than the slowest pair allows", () => {
    expect(of(1, 7, 12)).toBe(ago(12));
    expect(of(1, 5, 12)).toBe(ago(2));
  });

  it("is not cut off by good points within one short window", () => {
    const points = series(1, 50, 12);
    const broken = { ...points, values: points.values.map((value, index) => (index === MINUTES - 6 || index === MINUTES - 5 ? 0 : value)) };
    const trigger = { at: AT, datapoints: [], threshold: null };

    expect(onsetOf({ fired: aTrigger({ ...minutely, ...burn }), trigger, signal: aRatioSignal(), series: broken })).toBe(ago(12));
  });
});

describe("the onset of a trend", () => {
  it("is the alarm's: where a slope begins is unknown", () => {
    const trend: Partial<Trigger> = { rule: { operator: ">=", threshold: 60 }, form: { type: "trend", limit: 90, withinSeconds: 3600 } };
    const points = [
      { at: ago(3), value: 59 },
      { at: ago(2), value: 61 },
    ];

    expect(onset(trend, series(50, 70, 20), 60, points)).toBe(ago(2));
    expect(onset(trend, series(50, 70, 20), 60)).toBe(ago(2));
  });
});

describe("the onset of silence", () => {
  it("is the first point that the alarm looked at", () => {
    const absence: Partial<Trigger> = { rule: null, form: { type: "absence" } };
    const points = [
      { at: ago(5), value: null },
      { at: ago(4), value: null },
    ];

    expect(onset(absence, series(100, 100, 0), 1, points)).toBe(ago(5));
  });
});
