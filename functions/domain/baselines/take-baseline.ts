import { calibrateRelease } from "../judging/calibrate-release.ts";
import { judgedValues } from "../judging/judged-values.ts";
import { releaseHistory } from "../judging/release-history.ts";
import { RELEASE_RULE } from "../judging/release-rule.ts";
import type { Series, Signal } from "../signal.ts";
import type { BaselineItem, KeptCalibration } from "./baseline-item.ts";
import type { BaselineMoment } from "./baseline-moment.ts";
import { slotsWithin, type TimeSpan } from "./baseline-window.ts";
import { hourlyMedians } from "./hourly-medians.ts";
import { robustBaseline } from "./robust-baseline.ts";

/** Fewer points are somebody's opinion; of a signal with longer periods an hour has no more than its own. */
const LEAST_POINTS = 10;
/** Of the slots of the hour. */
const LEAST_SHARE = 0.5;
const HOUR_SECONDS = 3_600;

/** So many points make a baseline: ten, or half of what an hour has where that is fewer, three at least. */
export function leastPoints(periodSeconds: number): number {
  return Math.max(3, Math.min(LEAST_POINTS, Math.floor((LEAST_SHARE * HOUR_SECONDS) / periodSeconds)));
}

export interface TakenFrom {
  readonly service: string;
  readonly signal: Signal;
  readonly moment: BaselineMoment;
  /** Covers the moment's window. */
  readonly series: Series;
  /** When a bad release was live. */
  readonly bad: readonly TimeSpan[];
  /** The newest baseline of the signal that is kept, whatever release it is of. */
  readonly kept: BaselineItem | null;
  readonly now: string;
}

/** The item of one signal at one moment; null where there are too few points, and then nothing is written. Its history is read later. */
export function takeBaseline({ service, signal, moment, series, bad, kept, now }: TakenFrom): BaselineItem | null {
  const { periodSeconds } = series;
  const baseline = robustBaseline(slotsWithin(series, moment, bad), leastPoints(periodSeconds));
  if (baseline === null) return null;
  const { kind, release, basis, why, from, to } = moment;
  return {
    ...{ service, release, signal: signal.name, unit: signal.unit, source: signal.source, periodSeconds },
    ...{ moment: kind, basis, why, from, to, ...baseline },
    before: kept === null ? null : { release: kept.release, to: kept.to, median: kept.median, mad: kept.mad },
    ...{ hourly: null, calibration: null, historyReadAt: null, takenAt: now },
  };
}

/** CloudWatch keeps points under a minute for three hours only: no history can be read of those. */
export function hasHistory({ periodSeconds }: Pick<BaselineItem, "periodSeconds">): boolean {
  return periodSeconds >= 60;
}

/** What is read for the history of an item: two weeks up to the end of its window, which is before whatever is suspect. */
export function historySpan({ to }: Pick<BaselineItem, "to">): TimeSpan {
  return { from: new Date(Date.parse(to) - RELEASE_RULE.historyDays * 24 * HOUR_SECONDS * 1000).toISOString(), to };
}

/**
 * The item with its hourly medians and the calibration of the release judge, each null where the history does not suffice. `family`: signals that share the
 * budget of the looks, so that the rates are those of the rule that judges releases.
 */
export function withHistory(
  item: BaselineItem,
  series: Series,
  {
    signal,
    family,
    bad,
    now,
  }: { readonly signal: Signal; readonly family: number; readonly bad: readonly TimeSpan[]; readonly now: string },
): BaselineItem {
  const start = new Date(series.startEpochSeconds * 1000).toISOString();
  const values = [...slotsWithin(series, { from: start, to: item.to }, bad)];
  const hourly = hourlyMedians({ ...series, values }, new Date(item.to));
  return {
    ...item,
    hourly: hourly === null ? null : [...hourly],
    calibration: calibrationOf(values, item, signal, family),
    historyReadAt: now,
  };
}

function calibrationOf(
  values: readonly (number | null)[],
  { periodSeconds }: BaselineItem,
  signal: Signal,
  family: number,
): KeptCalibration | null {
  const known = values.map((value) => value ?? Number.NaN);
  const { direction, of } = judgedValues(signal, known);
  const history = releaseHistory(known.map(of), periodSeconds, direction);
  if (history === null || history.lookPoints.length === 0) return null;
  const calibration = calibrateRelease(history, family);
  if (calibration === null || !Number.isFinite(calibration.threshold)) return null;
  const { threshold, falsePercent, foundPercent, replays, effectiveReplays } = calibration;
  return { rule: "release", threshold, falsePercent, foundPercent: [...foundPercent], replays, effectiveN: effectiveReplays };
}
