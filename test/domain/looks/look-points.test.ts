import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookPeriodSeconds, lookSpan, splitSeries } from "../../../functions/domain/looks/look-points.ts";
import { LOOK_DELAY_SECONDS } from "../../../functions/domain/looks/look-times.ts";
import { aRatioSignal, aSignal, aTrigger } from "../../support/builders/index.ts";

const iso = (epochSeconds: number) => new Date(epochSeconds * 1000).toISOString();
const HOUR = 3_600;

describe("the points of a look", () => {
  it("begin with the first whole minute, and the mixed one belongs to neither side", () => {
    const span = lookSpan({ liveSince: iso(10 * HOUR + 5), minutes: 10 }, 60);

    expect(span).toMatchObject({ releaseAt: 10 * HOUR + 60, to: 10 * HOUR + 660, points: 10, mixedBefore: true });
    expect(lookSpan({ liveSince: iso(10 * HOUR), minutes: 10 }, 60)).toMatchObject({ releaseAt: 10 * HOUR, mixedBefore: false });
  });

  it("take the mixed one where a whole one would be late", () => {
    expect(lookSpan({ liveSince: iso(10 * HOUR + 5), minutes: 10 }, 300)).toMatchObject({
      releaseAt: 10 * HOUR,
      points: 2,
      mixedBefore: false,
    });
  });

  it("are over when the look is due, and never begin more than a period before the release", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }),
        fc.constantFrom(5, 10, 25, 40, 60),
        fc.constantFrom(60, 120, 300, 600),
        (live, minutes, period) => {
          const { from, releaseAt, to, points } = lookSpan({ liveSince: iso(live), minutes }, period);

          expect(to).toBeLessThanOrEqual(live + minutes * 60 + LOOK_DELAY_SECONDS);
          expect(releaseAt).toBeGreaterThan(live - period);
          expect([releaseAt % period, from % period, (to - releaseAt) / period]).toEqual([0, 0, points]);
        },
      ),
    );
  });

  it("split a series there: silence is a gap, of events that should be few it is 0, and what was not read yet is missing", () => {
    const series = { startEpochSeconds: 10 * HOUR - 120, periodSeconds: 60, values: [1, null, 3, 4, null] };
    const span = lookSpan({ liveSince: iso(10 * HOUR + 5), minutes: 5 }, 60);

    expect(splitSeries(series, { better: "lower" }, span)).toEqual({
      before: [1, Number.NaN, Number.NaN],
      after: [4, Number.NaN, Number.NaN, Number.NaN, Number.NaN],
    });
    expect(splitSeries(series, { publishes: "on-event", better: "lower" }, span).before).toEqual([1, 0, Number.NaN]);
    expect(splitSeries(series, { publishes: "on-event", better: "higher" }, span).before).toEqual([1, Number.NaN, Number.NaN]);
  });
});

describe("the period of a look", () => {
  it("is the signal's, never below a minute; of a ratio that of its triggers, whose minimum counts by it", () => {
    const triggers = [aTrigger({ signal: "error_rate", periodSeconds: 300 }), aTrigger({ signal: "latency_p95", periodSeconds: 900 })];

    expect(lookPeriodSeconds(aSignal({ resolutionSeconds: 1 }), triggers)).toBe(60);
    expect(lookPeriodSeconds(aSignal({ resolutionSeconds: 300 }), triggers)).toBe(300);
    expect(lookPeriodSeconds(aRatioSignal(), triggers)).toBe(300);
    expect(lookPeriodSeconds(aRatioSignal(), [])).toBe(60);
  });
});
