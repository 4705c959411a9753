import type { Trigger } from "./blueprint.ts";
import { formatQuantity } from "./quantity.ts";
import type { SignalData } from "./signal-readings.ts";
import { type Slope, theilSen } from "./theil-sen.ts";

/** How far back a slope is taken from. */
export const FORECAST_SECONDS = 1800;

/** Whether a signal is on its way to its limit, in numbers. `unknown`: too few points. */
export interface Forecast {
  readonly verdict: "confirmed" | "not-confirmed" | "unknown";
  /** `memory: 93 min to 90 % at this slope (50 to 180), and 60 min count`. */
  readonly sentence: string;
}

/**
 * Will the signal of a trend reach its limit within the trend's time? It must be surely on its way (the slope's lower bound is above nothing) and soon there; one
 * that is at the limit already is. The time is told with its interval, since a slope of half an hour knows it no better.
 */
export function forecastOf({ signal: name, form, rule }: Trigger, data: SignalData | null, now: string): Forecast {
  if (form?.type !== "trend") throw new Error(`the trigger on ${name} is no trend`);
  const slope = data === null ? null : theilSen(data.series, Date.parse(now) / 1000, FORECAST_SECONDS);
  if (data === null || slope === null) return { verdict: "unknown", sentence: `${name}: too few points to tell a slope` };
  const falls = rule?.operator.startsWith("<") ?? false;
  const { perSecond, low, high, level } = falls ? mirrored(slope) : slope;
  const limit = formatQuantity(form.limit, data.signal.unit);
  const left = (falls ? -form.limit : form.limit) - level;
  if (left <= 0) return { verdict: "confirmed", sentence: `${name} has reached ${limit}` };
  if (perSecond <= 0) return { verdict: "not-confirmed", sentence: `${name} is not on its way to ${limit}` };
  const seconds = left / perSecond;
  const latest = low > 0 ? minutes(left / low) : "never";
  const words = `${name}: ${minutes(seconds)} min to ${limit} at this slope (${minutes(left / high)} to ${latest})`;
  const sooner = seconds < form.withinSeconds;
  const within = minutes(form.withinSeconds);
  if (low > 0 && sooner) return { verdict: "confirmed", sentence: `${words}, less than ${within} min` };
  return { verdict: "not-confirmed", sentence: sooner ? `${words}: it may be no slope at all` : `${words}, not less than ${within} min` };
}

/** A signal that falls to its limit, upside down. */
function mirrored({ perSecond, low, high, level, points }: Slope): Slope {
  return { perSecond: -perSecond, low: -high, high: -low, level: -level, points };
}

function minutes(seconds: number): number {
  return Math.round(seconds / 60);
}
