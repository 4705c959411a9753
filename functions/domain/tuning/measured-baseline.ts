import { median } from "../baseline.ts";
import { slotsWithin, type TimeSpan } from "../baselines/baseline-window.ts";
import { robustBaseline } from "../baselines/robust-baseline.ts";
import type { Series } from "../signal.ts";
import { earlier, later } from "../time.ts";
import type { BaselineBasis, BaselineWindow } from "./baseline-basis.ts";
import type { Baseline } from "./tuned-alarm.ts";

/** A median of fewer points is somebody's opinion. */
const LEAST_POINTS = 3;

export interface MeasuredWindow {
  readonly window: BaselineWindow;
  readonly series: Series;
}

/**
 * The one place where points become a baseline. Per window the median of its points (`robustBaseline`; fewer than three give none), per group the median of its
 * windows (or the outermost, as the basis says), and the median of the groups: one odd day moves nothing. Null where too few groups have a value: then nobody
 * guesses. `bad`: when a bad release was live; its points are nobody's measure.
 */
export function measuredBaseline(
  basis: Pick<BaselineBasis, "leastGroups" | "outermost">,
  groups: readonly (readonly MeasuredWindow[])[],
  bad: readonly TimeSpan[] = [],
): Baseline | null {
  const known = groups.map((windows) => windows.flatMap((measured) => ofWindow(measured, bad) ?? [])).filter(({ length }) => length > 0);
  if (known.length < basis.leastGroups) return null;
  const windows = known.flat();
  const ofGroup = { lowest: lowestOf, highest: highestOf, none: median }[basis.outermost ?? "none"];
  return {
    value: median(known.map((group) => ofGroup(group.map(({ value }) => value)))),
    from: windows.map(({ from }) => from).reduce(earlier),
    to: windows.map(({ to }) => to).reduce(later),
    points: windows.reduce((sum, { points }) => sum + points, 0),
  };
}

function lowestOf(values: readonly number[]): number {
  return Math.min(...values);
}

function highestOf(values: readonly number[]): number {
  return Math.max(...values);
}

function ofWindow({ window, series }: MeasuredWindow, bad: readonly TimeSpan[]): Baseline | null {
  const measured = robustBaseline(slotsWithin(series, window, bad), LEAST_POINTS);
  return measured === null ? null : { value: measured.median, ...window, points: measured.n };
}

/** Periods with too few samples say nothing: without a value, as in the alarm's own metric math. */
export function withEnoughSamples(series: Series, samples: Series, minimumSamples: number): Series {
  return { ...series, values: series.values.map((value, index) => ((samples.values[index] ?? 0) >= minimumSamples ? value : null)) };
}
