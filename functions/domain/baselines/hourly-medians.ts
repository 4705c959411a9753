import { quantile } from "../judging/quantile.ts";
import type { Series } from "../signal.ts";
import { type RobustBaseline, robustBaseline } from "./robust-baseline.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A season looks back so far. */
export const SEASON_DAYS = 7;
/** Fewer days are no season. */
export const LEAST_SEASON_DAYS = 3;
/** An hour that is mostly missing has no median. */
const LEAST_SHARE_OF_HOUR = 0.5;

/**
 * Median of each hour of the day (UTC, 24 of them) over the last seven days: per day the median of the hour's points, then that of the days, so that one odd
 * day moves nothing. An hour with points of fewer than three days is null; null in all where every hour is.
 */
export function hourlyMedians(series: Series, until: Date): readonly (number | null)[] | null {
  const perHour = 3_600 / series.periodSeconds;
  const from = until.getTime() - SEASON_DAYS * DAY_MS;
  const byHour = new Map<number, number[]>();
  for (const [index, value] of series.values.entries()) {
    const start = (series.startEpochSeconds + index * series.periodSeconds) * 1000;
    if (value === null || start < from || start + series.periodSeconds * 1000 > until.getTime()) continue;
    const hour = Math.floor(start / HOUR_MS);
    byHour.set(hour, [...(byHour.get(hour) ?? []), value]);
  }
  const medians = Array.from({ length: 24 }, (_, hourOfDay) => {
    const days = [...byHour].filter(([hour, points]) => hour % 24 === hourOfDay && points.length >= LEAST_SHARE_OF_HOUR * perHour);
    return days.length < LEAST_SEASON_DAYS
      ? null
      : quantile(
          days.map(([, points]) => quantile(points, 0.5)),
          0.5,
        );
  });
  return medians.every((median) => median === null) ? null : medians;
}

/**
 * The baseline of a season: the points of the same hour of the day, give or take one, of the seven days before. Null below three days, or below
 * `minimumSamples` points.
 */
export function seasonalBaseline(series: Series, at: Date, minimumSamples: number): RobustBaseline | null {
  const hour = Math.floor(at.getTime() / HOUR_MS) * HOUR_MS;
  const days = Array.from({ length: SEASON_DAYS }, (_, index) => {
    const [from, to] = [hour - (index + 1) * DAY_MS - HOUR_MS, hour - (index + 1) * DAY_MS + 2 * HOUR_MS];
    return series.values.filter((_value, slot) => {
      const start = (series.startEpochSeconds + slot * series.periodSeconds) * 1000;
      return start >= from && start + series.periodSeconds * 1000 <= to;
    });
  });
  const known = days.filter((day) => day.some((value) => value !== null));
  return known.length < LEAST_SEASON_DAYS ? null : robustBaseline(known.flat(), minimumSamples);
}
