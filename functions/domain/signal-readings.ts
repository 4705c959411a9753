import { baselineOf } from "./baseline.ts";
import type { BaselineItem } from "./baselines/baseline-item.ts";
import { storedBaseline } from "./baselines/stored-baseline.ts";
import type { Change, SignalReading } from "./rollback-document.ts";
import type { Series, Signal } from "./signal.ts";
import { lastValues, startingAt, windowMean, withQuietPoints } from "./signal-series.ts";

/** A signal of the blueprint with what was read of it. */
export interface SignalData {
  readonly signal: Signal;
  readonly series: Series;
  /** Of a ratio: the counts that it is made of, part and total. */
  readonly counted?: { readonly part: Series; readonly total: Series };
}

const HOUR_MS = 3_600_000;
const RECENT_POINTS = 3;

/** Every signal in two numbers: the hour before the suspected change (without one: before the onset), and the last points since the onset. */
export function signalReadings(
  data: readonly SignalData[],
  {
    change,
    onsetAt,
    now,
    judged = null,
    baselines = [],
  }: {
    readonly change: Change | null;
    readonly onsetAt: string | null;
    readonly now: string;
    readonly judged?: { readonly signal: string; readonly sentence: string } | null;
    /** What was taken when the change was first seen, or before. */
    readonly baselines?: readonly BaselineItem[];
  },
): SignalReading[] {
  const until = new Date(change?.earliestAt ?? onsetAt ?? now);
  return data.map(({ signal, series }) => {
    const recent = lastValues(onsetAt === null ? series : startingAt(series, new Date(onsetAt)), RECENT_POINTS);
    const past = withQuietPoints(series, signal);
    const stored = change === null ? null : storedBaseline(baselines, { signal, periodSeconds: series.periodSeconds, changeAt: until });
    return {
      signal: signal.name,
      unit: signal.unit,
      before: windowMean(past, new Date(until.getTime() - HOUR_MS), until),
      ...(change === null ? {} : { baseline: stored?.median ?? baselineOf(past, until) }),
      ...(stored === null ? {} : { baselineFrom: stored }),
      during: recent.length === 0 ? null : recent.reduce((sum, value) => sum + value, 0) / recent.length,
      ...(judged?.signal === signal.name ? { judged: judged.sentence } : {}),
    };
  });
}
