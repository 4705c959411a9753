import type { Trigger } from "./blueprint.ts";
import { formatQuantity } from "./quantity.ts";
import type { Series } from "./signal.ts";
import type { SignalData } from "./signal-readings.ts";
import { FEWEST_POINTS, type Slope, theilSen } from "./theil-sen.ts";

/** How far back a slope is taken from. */
export const FORECAST_SECONDS = 1800;
/** So many moments, a minute apart, must say the same. */
const IN_A_ROW = 5;
const STEP_SECONDS = 60;

/** Whether a signal is on its way to its limit, in numbers. `unknown`: too few points. */
export interface Forecast {
  readonly verdict: "confirmed" | "not-confirmed" | "unknown";
  /** `memory: 93 min to 90 % at this slope (50 to 180), and 60 min count`. */
  readonly sentence: string;
}

/**
 * Will the signal of a trend reach its limit within the trend's time? It must be surely on its way (the slope's lower bound is above nothing), soon there, and both
 * five minutes in a row: neighbouring minutes carry each other along, so Sen's interval is too narrow, and one look alone is wrong more often than it says. Nor may
 * it be levelling off: memory that fills its caches after a release rises like a leak at first. One that is at the limit already is. The time is told with its
 * interval, since a slope of half an hour knows it no better.
 */
export function forecastOf({ signal: name, form, rule }: Trigger, data: SignalData | null, now: string): Forecast {
  if (form?.type !== "trend") throw new Error(`the trigger on ${name} is no trend`);
  const until = Date.parse(now) / 1000;
  const falls = rule?.operator.startsWith("<") ?? false;
  const limitUp = falls ? -form.limit : form.limit;
  const slope = data === null ? null : slopeUp(data.series, until, FORECAST_SECONDS, falls);
  if (data === null || slope === null) return { verdict: "unknown", sentence: `${name}: too few points to tell a slope` };
  const { perSecond, low, high, level } = slope;
  const limit = formatQuantity(form.limit, data.signal.unit);
  const left = limitUp - level;
  if (left <= 0) return { verdict: "confirmed", sentence: `${name} has reached ${limit}` };
  if (perSecond <= 0) return { verdict: "not-confirmed", sentence: `${name} is not on its way to ${limit}` };
  const seconds = left / perSecond;
  const latest = low > 0 ? minutes(left / low) : "never";
  const words = `${name}: ${minutes(seconds)} min to ${limit} at this slope (${minutes(left / high)} to ${latest})`;
  const notYet = (why: string): Forecast => ({ verdict: "not-confirmed", sentence: `${words}${why}` });
  if (seconds >= form.withinSeconds) return notYet(`, not less than ${minutes(form.withinSeconds)} min`);
  if (low <= 0) return notYet(": it may be no slope at all");
  if (isLevellingOff(data.series, until, falls, limitUp)) return notYet(": it is levelling off");
  const before = Array.from({ length: IN_A_ROW - 1 }, (_, index) => until - (index + 1) * STEP_SECONDS);
  const asBefore = before.every((at) => isOnItsWay(data.series, at, { limitUp, falls, withinSeconds: form.withinSeconds }));
  if (!asBefore) return notYet(`: not yet ${IN_A_ROW} minutes in a row`);
  return { verdict: "confirmed", sentence: `${words}, less than ${minutes(form.withinSeconds)} min` };
}

/** Is what a forecast says of one moment true of this one too? At the limit is beyond all doubt. */
function isOnItsWay(
  series: Series,
  until: number,
  { limitUp, falls, withinSeconds }: { readonly limitUp: number; readonly falls: boolean; readonly withinSeconds: number },
): boolean {
  const slope = slopeUp(series, until, FORECAST_SECONDS, falls);
  if (slope === null) return false;
  const left = limitUp - slope.level;
  return left <= 0 || (slope.low > 0 && left / slope.perSecond < withinSeconds && !isLevellingOff(series, until, falls, limitUp));
}

/**
 * Would it level off below the limit? Where the newer half of the window is less steep than the older one, what is still to come is taken to shrink like that
 * from each quarter of an hour to the next (a cache that fills, an approach to a steady state): a geometric series with an end. A leak goes on, so both halves are
 * alike. Not asked where periods are so long that both halves are the same points.
 */
function isLevellingOff(series: Series, until: number, falls: boolean, limitUp: number): boolean {
  const half = FORECAST_SECONDS / 2;
  if (series.periodSeconds * FEWEST_POINTS > half) return false;
  const newer = slopeUp(series, until, half, falls);
  const older = slopeUp(series, until - half, half, falls);
  if (newer === null || older === null || newer.perSecond >= older.perSecond) return false;
  if (newer.perSecond <= 0) return true;
  const shrinks = newer.perSecond / older.perSecond;
  return newer.level + (newer.perSecond * half * shrinks) / (1 - shrinks) < limitUp;
}

function slopeUp(series: Series, until: number, windowSeconds: number, falls: boolean): Slope | null {
  const slope = theilSen(series, until, windowSeconds);
  return slope !== null && falls ? mirrored(slope) : slope;
}

/** A signal that falls to its limit, upside down. */
function mirrored({ perSecond, low, high, level, points }: Slope): Slope {
  return { perSecond: -perSecond, low: -high, high: -low, level: -level, points };
}

function minutes(seconds: number): number {
  return Math.round(seconds / 60);
}
