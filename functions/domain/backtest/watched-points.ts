import type { MetricWatch } from "../blueprint-alarms.ts";
import type { LeafSeries } from "../replay/leaf-series.ts";
import { watchWindows } from "../replay/watch-windows.ts";
import type { Stretch } from "./backtest-data.ts";

/** Values of full periods; NaN = none. */
export interface WatchedPoints {
  readonly startEpochSeconds: number;
  readonly periodSeconds: number;
  readonly values: Float64Array;
}

/** What an alarm sees in every full period of a stretch, without the windows that slide between them. */
export function watchedPoints(watch: MetricWatch, leaves: readonly LeafSeries[], stretch: Stretch): WatchedPoints {
  const { periodSeconds } = watch;
  const first = Math.ceil(stretch.fromEpochSeconds / periodSeconds) * periodSeconds;
  const last = Math.floor(stretch.toEpochSeconds / periodSeconds) * periodSeconds;
  const values = new Float64Array(Math.max(0, last - first) / periodSeconds);
  if (values.length > 0) {
    const windows = watchWindows(watch, leaves, { fromEpochSeconds: first + periodSeconds, toEpochSeconds: last, periods: 1 });
    const { stride, values: all } = windows;
    for (let i = 0; i < values.length; i++) values[i] = (all === null ? windows.rangeAt(i * stride, 1)[0] : all[i * stride]) ?? Number.NaN;
  }
  return { startEpochSeconds: first, periodSeconds, values };
}
