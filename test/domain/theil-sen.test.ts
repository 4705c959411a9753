import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Trigger } from "../../functions/domain/blueprint.ts";
import type { Series } from "../../functions/domain/signal.ts";
import { theilSen } from "../../functions/domain/theil-sen.ts";
import { forecastOf } from "../../functions/domain/trend-forecast.ts";
import { aSignal, aTrigger } from "../support/builders/index.ts";

const START = Date.parse("2026-11-20T03:00:00.000Z") / 1000;
const series = (values: readonly (number | null)[], periodSeconds = 60): Series => ({
  startEpochSeconds: START,
  periodSeconds,
  values: [...values],
});
const until = (of: Series) => of.startEpochSeconds + of.values.length * of.periodSeconds;
const slopeOf = (of: Series) => theilSen(of, until(of), 1800);
const line = (points: number, at: (minute: number) => number) => Array.from({ length: points }, (_, minute) => at(minute));

describe("Theil-Sen's slope", () => {
  it("is the line's own where there is no noise, with an interval of nothing", () => {
    const slope = slopeOf(series(line(30, (minute) => 40 + 0.6 * minute)));

    expect(slope).toMatchObject({ points: 30 });
    expect(slope?.perSecond).toBeCloseTo(0.01, 12);
    expect(slope?.low).toBeCloseTo(0.01, 12);
    expect(slope?.high).toBeCloseTo(0.01, 12);
    expect(slope?.level).toBeCloseTo(40 + 0.6 * 29, 9);
  });

  it("takes the order statistics of Sen's interval: 10 points, 45 slopes, the 12th from either end", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
    const slopes = values.flatMap((late, j) => values.slice(0, j).map((early, i) => (late - early) / (60 * (j - i)))).sort((a, b) => a - b);

    // 1.96 * sqrt(10 * 9 * 25 / 18) = 21.91; (45 - 21.91) / 2 = 11.5
    expect(slopeOf(series(values))).toMatchObject({ perSecond: slopes[22], low: slopes[10], high: slopes[34] });
  });

  it("is moved little by a restart and by outliers", () => {
    const leak = line(30, (minute) => 40 + 0.6 * minute);
    const disturbed = leak.map((value, minute) => (minute === 7 || minute === 21 ? 5 : minute === 15 ? 99 : value));

    expect(slopeOf(series(disturbed))?.perSecond).toBeCloseTo(0.01, 3);
  });

  it("looks at the last half hour, or at ten periods where those are longer, and not at what is missing", () => {
    const turned = [...line(30, () => 90), ...line(30, (minute) => minute)];

    expect(slopeOf(series(turned))?.perSecond).toBeCloseTo(1 / 60, 12);
    expect(
      slopeOf(
        series(
          line(12, (index) => index),
          300,
        ),
      ),
    ).toMatchObject({ points: 10 });
    expect(slopeOf(series(line(30, (minute) => minute).map((value) => (value % 2 === 0 ? value : null))))).toMatchObject({ points: 15 });
  });

  it("is none below ten points", () => {
    expect(slopeOf(series(line(9, (minute) => minute)))).toBeNull();
    expect(slopeOf(series([]))).toBeNull();
  });

  it("lies within its interval, grows with the values and turns with them", () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 10, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 50 }), (some, steeper) => {
        const slope = slopeOf(series(some));
        const down = slopeOf(series(some.map((value) => -value)));
        const up = slopeOf(series(some.map((value, minute) => value + steeper * minute)));
        if (slope === null || down === null || up === null) throw new Error("ten points are enough");

        expect(slope.low).toBeLessThanOrEqual(slope.perSecond);
        expect(slope.high).toBeGreaterThanOrEqual(slope.perSecond);
        expect(down.perSecond).toBeCloseTo(-slope.perSecond, 9);
        expect(down.low).toBeCloseTo(-slope.high, 9);
        expect(up.perSecond).toBeCloseTo(slope.perSecond + steeper / 60, 9);
      }),
    );
  });
});

describe("the forecast of a trend", () => {
  const memory = aSignal({ name: "memory", unit: "%" });
  const trend = (overrides: Partial<Trigger> = {}) =>
    aTrigger({
      ...{ signal: "memory", rule: { operator: ">=", threshold: 60 }, form: { type: "trend", limit: 90, withinSeconds: 3600 } },
      ...overrides,
    });
  const forecast = (values: readonly number[], trigger = trend()) => {
    const data = { signal: memory, series: series(values) };
    return forecastOf(trigger, data, new Date(until(data.series) * 1000).toISOString());
  };
  const noisy = (perMinute: number, noise: number) => line(30, (minute) => 61 + perMinute * minute + (minute % 3 === 0 ? noise : -noise));

  it("confirms a signal that will be there in time, with the time and its interval", () => {
    expect(forecast(line(30, (minute) => 60 + 0.5 * minute))).toEqual({
      verdict: "confirmed",
      sentence: "memory: 31 min to 90% at this slope (31 to 31), less than 60 min",
    });
  });

  it("does not confirm one that takes longer", () => {
    const { verdict, sentence } = forecast(noisy(0.25, 0.8));

    expect(verdict).toBe("not-confirmed");
    expect(sentence).toMatch(/^memory: \d+ min to 90% at this slope \(\d+ to \d+\), not less than 60 min$/);
    const [, seconds, low, high] = /: (\d+) min .*\((\d+) to (\d+)\)/.exec(sentence) ?? [];
    expect(Number(low)).toBeLessThanOrEqual(Number(seconds));
    expect(Number(high)).toBeGreaterThanOrEqual(Number(seconds));
  });

  it("does not confirm one whose slope may be none", () => {
    const { verdict, sentence } = forecast(line(30, (minute) => 80 + ((minute * 7919) % 13) + (minute === 29 ? 0.5 : 0) + 0.02 * minute));

    expect(verdict).toBe("not-confirmed");
    expect(sentence).toMatch(/to never\)|not on its way/);
  });

  it.each([
    ["flat", line(30, () => 70)],
    ["falling", line(30, (minute) => 80 - minute)],
  ])("does not confirm one that is %s", (_what, values) => {
    expect(forecast(values)).toEqual({ verdict: "not-confirmed", sentence: "memory is not on its way to 90%" });
  });

  it("confirms one that is at its limit, also where it rises no more", () => {
    expect(forecast(line(30, () => 97))).toEqual({ verdict: "confirmed", sentence: "memory has reached 90%" });
  });

  it("turns it all round for a signal that falls to its limit", () => {
    const falling = trend({ rule: { operator: "<", threshold: 40 }, form: { type: "trend", limit: 10, withinSeconds: 3600 } });

    expect(
      forecast(
        line(30, (minute) => 40 - 0.5 * minute),
        falling,
      ),
    ).toEqual({
      verdict: "confirmed",
      sentence: "memory: 31 min to 10% at this slope (31 to 31), less than 60 min",
    });
    expect(
      forecast(
        line(30, (minute) => 40 + 0.5 * minute),
        falling,
      ),
    ).toMatchObject({ verdict: "not-confirmed" });
  });

  it("knows nothing of few points", () => {
    expect(forecast([61, 62, 63])).toEqual({ verdict: "unknown", sentence: "memory: too few points to tell a slope" });
    expect(forecastOf(trend(), null, "2026-11-20T03:12:41.460Z").verdict).toBe("unknown");
  });
});
