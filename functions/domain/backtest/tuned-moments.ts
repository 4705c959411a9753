import { isUpper } from "../alarms/baseline-margin.ts";
import { BASELINE_MINUTES } from "../baseline.ts";
import type { MetricWatch } from "../blueprint-alarms.ts";
import type { LeafSeries } from "../replay/leaf-series.ts";
import type { Series, Signal } from "../signal.ts";
import type { BaselineForm } from "../trigger-form.ts";
import { measuredBaseline } from "../tuning/measured-baseline.ts";
import { givesThreshold, tunedThreshold } from "../tuning/tuned-threshold.ts";
import { BAKE_SECONDS, DAY_SECONDS, type Stretch } from "./backtest-data.ts";
import { type WatchedPoints, watchedPoints } from "./watched-points.ts";

/** From `atEpochSeconds` on the alarm has this threshold. */
export interface TunedMoment {
  readonly atEpochSeconds: number;
  readonly threshold: number;
}

const SEASON_DAYS = 7;
const LEAST_SEASON_DAYS = 3;

/**
 * What a baseline trigger is tuned to: at each deploy from the hour before it; a season anew with every hour, from the hours around the same time of the days
 * before. Where the baseline gives nothing, the threshold stays as it was; before the first there is no alarm. Ascending.
 */
export function tunedMoments(
  form: BaselineForm,
  signal: Signal,
  watch: MetricWatch,
  leaves: readonly LeafSeries[],
  stretch: Stretch,
  deploys: readonly number[],
): readonly TunedMoment[] {
  const points = watchedPoints({ ...watch, threshold: 0 }, leaves, stretch);
  const moments = form.against === "season" ? fullHours(stretch) : deploys;
  return moments
    .filter((at) => at >= stretch.fromEpochSeconds && at < stretch.toEpochSeconds)
    .flatMap((at): TunedMoment[] => {
      const baseline = form.against === "season" ? seasonAt(points, at, isUpper(form) ? "highest" : "lowest") : hourBefore(points, at);
      if (baseline === null || !givesThreshold(form, baseline)) return [];
      return [{ atEpochSeconds: at, threshold: tunedThreshold(form, baseline, signal.unit).threshold }];
    });
}

function fullHours({ fromEpochSeconds, toEpochSeconds }: Stretch): readonly number[] {
  const first = Math.ceil(fromEpochSeconds / BAKE_SECONDS) * BAKE_SECONDS;
  return Array.from({ length: Math.max(0, Math.ceil((toEpochSeconds - first) / BAKE_SECONDS)) }, (_, i) => first + i * BAKE_SECONDS);
}

function hourBefore(points: WatchedPoints, at: number): number | null {
  return measured(points, [[at - BASELINE_MINUTES * 60]], 1);
}

function seasonAt(points: WatchedPoints, at: number, outermost: "lowest" | "highest"): number | null {
  const hour = Math.floor(at / BAKE_SECONDS) * BAKE_SECONDS;
  const days = Array.from({ length: SEASON_DAYS }, (_, day) =>
    [-1, 0, 1].map((shift) => hour - (day + 1) * DAY_SECONDS + shift * BAKE_SECONDS),
  );
  return measured(points, days, LEAST_SEASON_DAYS, outermost);
}

/** `groups`: when the hours of each begin. */
function measured(
  points: WatchedPoints,
  groups: readonly (readonly number[])[],
  leastGroups: number,
  outermost?: "lowest" | "highest",
): number | null {
  const windows = groups.map((starts) =>
    starts.map((from) => ({
      window: { from: new Date(from * 1000).toISOString(), to: new Date((from + BAKE_SECONDS) * 1000).toISOString() },
      series: within(points, from, from + BAKE_SECONDS),
    })),
  );
  return measuredBaseline({ leastGroups, ...(outermost === undefined ? {} : { outermost }) }, windows)?.value ?? null;
}

function within({ startEpochSeconds, periodSeconds, values }: WatchedPoints, from: number, to: number): Series {
  const first = Math.max(0, Math.ceil((from - startEpochSeconds) / periodSeconds));
  const end = Math.max(first, Math.floor((to - startEpochSeconds) / periodSeconds));
  const inside = Array.from(values.subarray(first, end), (value) => (Number.isNaN(value) ? null : value));
  return { startEpochSeconds: startEpochSeconds + first * periodSeconds, periodSeconds, values: inside };
}
