import { describe, expect, it } from "vitest";
import { forecastOf } from "../../functions/domain/trend-forecast.ts";
import { aSignal, aTrigger } from "../support/builders/index.ts";

const START = Date.parse("2026-11-20T03:00:00.000Z") / 1000;
const memory = aSignal({ name: "memory", unit: "%" });
const trigger = aTrigger({
  ...{ signal: "memory", rule: { operator: ">=", threshold: 60 }, form: { type: "trend", limit: 90, withinSeconds: 3600 } },
});
const forecast = (minutes: number, at: (minute: number) => number | null, periodSeconds = 60) => {
  const values = Array.from({ length: minutes }, (_, index) => at((index * periodSeconds) / 60));
  const series = { startEpochSeconds: START, periodSeconds, values };
  return forecastOf(trigger, { signal: memory, series }, new Date((START + minutes * periodSeconds) * 1000).toISOString());
};

describe("a trend", () => {
  it("is not confirmed where it levels off below the limit, as caches do that fill after a release", () => {
    const filling = (minute: number) => 80 - 30 * 0.5 ** (minute / 15);

    expect(forecast(32, filling)).toMatchObject({ verdict: "not-confirmed", sentence: expect.stringMatching(/: it is levelling off$/) });
  });

  it("is confirmed where it slows down and the limit is nearer than where it would end", () => {
    const slowing = (minute: number) => 110 - 50 * 0.5 ** (minute / 30);

    expect(forecast(32, slowing)).toMatchObject({ verdict: "confirmed" });
  });

  it("is confirmed once it was on its way five minutes in a row, and not before", () => {
    const fromMinute20 = (minute: number) => 60 + 0.6 * Math.max(0, minute - 20) + (minute % 2) * 0.01;
    const verdicts = Array.from({ length: 22 }, (_, index) => forecast(24 + index, fromMinute20));
    const first = verdicts.findIndex(({ verdict }) => verdict === "confirmed");
    const waiting = verdicts.filter(({ sentence }) => sentence.endsWith(": not yet 5 minutes in a row"));

    expect(first).toBeGreaterThan(0);
    expect(waiting).toHaveLength(4);
    expect(verdicts.slice(first - 4, first)).toEqual(waiting);
  });

  it("of longer periods is asked of the points that it has", () => {
    expect(forecast(13, (minute) => 60 + 0.3 * minute, 300)).toMatchObject({ verdict: "confirmed" });
  });
});
