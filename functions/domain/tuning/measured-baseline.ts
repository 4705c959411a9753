import { baselineOf, median } from "../baseline.ts";
import type { Series } from "../signal.ts";
import { earlier, later } from "../time.ts";
import type { BaselineBasis, BaselineWindow } from "./baseline-basis.ts";
import type { Baseline } from "./tuned-alarm.ts";

export interface MeasuredWindow {
  readonly window: BaselineWindow;
  readonly series: Series;
}

/**
 * The one place where points become a baseline. Per window the median of its points (fewer than three give none, `baselineOf`), per group the median of its
 * windows (or the outermost, as the basis says), and the median of the groups: one odd day moves nothing. Null where too few groups have a value: then nobody
 * guesses.
 */
export function measuredBaseline(
  basis: Pick<BaselineBasis, "leastGroups" | "outermost">,
  groups: readonly (readonly MeasuredWindow[])[],
): Baseline | null {
  const known = groups.map((windows) => windows.flatMap((measured) => ofWindow(measured) ?? [])).filter(({ length }) => length > 0);
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

function ofWindow({ window, series }: MeasuredWindow): Baseline | null {
  const inside = within(series, window);
  const value = baselineOf(inside, new Date(window.to));
  return value === null ? null : { value, ...window, points: inside.values.filter((point) => point !== null).length };
}

/** The series without the points that are not wholly inside the window. */
function within(series: Series, { from, to }: BaselineWindow): Series {
  const { startEpochSeconds, periodSeconds, values } = series;
  const inside = (index: number) => {
    const start = (startEpochSeconds + index * periodSeconds) * 1000;
    return start >= Date.parse(from) && start + periodSeconds * 1000 <= Date.parse(to);
  };
  return { ...series, values: values.map((value, index) => (inside(index) ? value : null)) };
}

/** Periods with too few samples say nothing: without a value, as in the alarm's own metric math. */
export function withEnoughSamples(series: Series, samples: Series, minimumSamples: number): Series {
  return { ...series, values: series.values.map((value, index) => ((samples.values[index] ?? 0) >= minimumSamples ? value : null)) };
}
