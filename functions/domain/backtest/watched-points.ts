import type { MetricWatch } from "../blueprint-alarms.ts";
import type { LeafSeries } from "../replay/leaf-series.ts";
import { watchWindows } from "../replay/watch-windows.ts";
import type { Series } from "../signal.ts";
import type { Stretch } from "./backtest-data.ts";

/** What an alarm sees in every full period of a stretch, without the windows that slide between them; null where it sees no value. */
export function watchedPoints(watch: MetricWatch, leaves: readonly LeafSeries[], stretch: Stretch): Series {
  const { periodSeconds } = watch;
  const first = Math.ceil(stretch.fromEpochSeconds / periodSeconds) * periodSeconds;
  const last = Math.floor(stretch.toEpochSeconds / periodSeconds) * periodSeconds;
  if (last <= first) return { startEpochSeconds: first, periodSeconds, values: [] };
  const windows = watchWindows(watch, leaves, { fromEpochSeconds: first + periodSeconds, toEpochSeconds: last, periods: 1 });
  const count = (last - first) / periodSeconds;
  const all = windows.values;
  const values = Array.from({ length: count }, (_, i) => {
    const value = all === null ? windows.rangeAt(i * windows.stride, 1)[0] : all[i * windows.stride];
    return value === undefined || Number.isNaN(value) ? null : value;
  });
  return { startEpochSeconds: first, periodSeconds, values };
}
