import { describe, expect, it } from "vitest";
import { badIntervals } from "../../../functions/domain/baselines/bad-intervals.ts";
import { slotsWithin } from "../../../functions/domain/baselines/baseline-window.ts";
import { hourlyMedians, seasonalBaseline } from "../../../functions/domain/baselines/hourly-medians.ts";
import type { Series } from "../../../functions/domain/signal.ts";
import { aRelease } from "../../support/builders/release.ts";
import { aReleaseObservation } from "../../support/builders/workload.ts";

const NOW = new Date("2026-11-20T12:00:00.000Z");
const HOUR = 3600;
/** 5-minute points up to now, by the day before (1 = yesterday) and the hour of the day. */
function series(days: number, value: (day: number, hour: number, slot: number) => number | null): Series {
  const startEpochSeconds = NOW.getTime() / 1000 - days * 24 * HOUR;
  const values = Array.from({ length: days * 288 }, (_, index) => {
    const at = startEpochSeconds + index * 300;
    return value(Math.ceil((NOW.getTime() / 1000 - at) / (24 * HOUR)), Math.floor(at / HOUR) % 24, index % 12);
  });
  return { startEpochSeconds, periodSeconds: 300, values };
}

describe("hourly medians", () => {
  it("are those of the hours of the day, which one odd day and one odd point do not move", () => {
    const odd = series(7, (day, hour, slot) => (day === 3 ? 9000 : slot === 5 ? 7000 : 10 * hour));

    expect(hourlyMedians(odd, NOW)).toEqual(Array.from({ length: 24 }, (_, hour) => 10 * hour));
  });

  it("need three days with half an hour of points each; an hour without them is null, and none at all is none", () => {
    expect(
      hourlyMedians(
        series(2, () => 1),
        NOW,
      ),
    ).toBeNull();
    expect(
      hourlyMedians(
        series(3, (_day, hour, slot) => (hour === 4 && slot > 4 ? null : 1)),
        NOW,
      )?.map((median) => median === null),
    ).toEqual(Array.from({ length: 24 }, (_, hour) => hour === 4));
  });

  it("look back seven days and not further", () => {
    expect(
      hourlyMedians(
        series(14, (day) => (day > 7 ? 500 : 5)),
        NOW,
      ),
    ).toEqual(Array(24).fill(5));
  });
});

describe("the baseline of a season", () => {
  it("takes the same hour of the days before, give or take one, and not today's", () => {
    const daily = series(7, (day, hour) => (day === 1 && hour === 11 ? 1 : [11, 12, 13].includes(hour) ? 100 + hour : 1));

    // 12 points an hour: 7 days x 12 and 13 h, and 6 days x 11 h; the first hour of the series is at 12 h of day 7
    expect(seasonalBaseline(daily, NOW, 3)).toMatchObject({ median: 112, missing: 0 });
  });

  it("is none of two days", () => {
    expect(
      seasonalBaseline(
        series(2, () => 1),
        NOW,
        3,
      ),
    ).toBeNull();
  });
});

describe("the points of a window", () => {
  const ten = {
    startEpochSeconds: Date.parse("2026-11-20T03:00:00.000Z") / 1000,
    periodSeconds: 60,
    values: [0, 1, 2, null, 4, 5, 6, 7, 8, 9],
  };
  const at = (minute: number, second = 0) => `2026-11-20T03:${String(minute).padStart(2, "0")}:${String(second).padStart(2, "0")}.000Z`;

  it("lie wholly in it", () => {
    expect(slotsWithin(ten, { from: at(1, 1), to: at(6) })).toEqual([2, null, 4, 5]);
  });

  it("are none where a bad release was live for any part of the slot", () => {
    expect(slotsWithin(ten, { from: at(0), to: at(10) }, [{ from: at(4, 30), to: at(6, 30) }])).toEqual([
      0,
      1,
      2,
      null,
      null,
      null,
      null,
      7,
      8,
      9,
    ]);
  });
});

describe("the times of bad releases", () => {
  const bad = aRelease({ hash: "bad", verdict: "bad", liveSince: "2026-11-20T03:00:00.000Z", lastSeenAt: "2026-11-20T03:10:00.000Z" });

  it("end where the next release was live, since nobody looks while a rollback is at work", () => {
    const next = aRelease({ hash: "good", liveSince: "2026-11-20T03:14:00.000Z", lastSeenAt: "2026-11-20T09:00:00.000Z" });

    expect(badIntervals([next, bad], [])).toEqual([{ from: bad.liveSince, to: "2026-11-20T03:14:00.000Z" }]);
  });

  it("end with the last look where nothing came after, and an hour after it where that is known only much later", () => {
    const later = aRelease({ hash: "good", liveSince: "2026-11-22T03:14:00.000Z" });

    expect(badIntervals([bad], [])).toEqual([{ from: bad.liveSince, to: bad.lastSeenAt }]);
    expect(badIntervals([later, bad], [])).toEqual([{ from: bad.liveSince, to: "2026-11-20T04:10:00.000Z" }]);
  });

  it("are known of observations too, and never of what is good or undecided", () => {
    const observed = aReleaseObservation({ verdict: "bad", liveSince: "2026-11-19T01:00:00.000Z", lastSeenAt: "2026-11-19T01:05:00.000Z" });

    expect(badIntervals([aRelease(), aRelease({ verdict: "candidate" })], [observed])).toMatchObject([{ from: observed.liveSince }]);
  });
});
