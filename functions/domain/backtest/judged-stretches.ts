import type { CompiledAlarm, MetricWatch } from "../blueprint-alarms.ts";
import type { LeafSeries } from "../replay/leaf-series.ts";
import { canAggregate } from "../replay/window-values.ts";
import { endOf, type LeafData, leafWithin, type Stretch } from "./backtest-data.ts";

/** A stretch of one resolution, with what every alarm of a trigger sees of it. Without `leaves` it cannot be judged, and `why` says why. */
export interface JudgedStretch extends Stretch {
  /** The coarsest of the metrics. */
  readonly resolutionSeconds: number;
  readonly why: string | null;
  readonly leaves: ReadonlyMap<MetricWatch, readonly LeafSeries[]>;
}

/** Name of the signal that a leaf belongs to. */
export type OwnerOf = (leafId: string) => string;

/**
 * Cuts the time of which there is data where the resolution of a metric changes. A rule is judged only on data that its periods can be made of: on coarser
 * points, and on percentiles of shorter periods, it would be another rule.
 */
export function judgedStretches(ownerOf: OwnerOf, watches: readonly MetricWatch[], data: LeafData): readonly JudgedStretch[] {
  const found = watches.flatMap((watch) =>
    watch.leaves.map(({ id, metric }) => ({ watch, metric, series: data(ownerOf(id), metric, watch.periodSeconds) })),
  );
  const ends = [...new Set(found.flatMap(({ series }) => series.flatMap((one) => [one.startEpochSeconds, endOf(one)])))].sort(
    (a, b) => a - b,
  );
  return ends.flatMap((fromEpochSeconds, index): JudgedStretch[] => {
    const toEpochSeconds = ends[index + 1];
    if (toEpochSeconds === undefined) return [];
    const stretch = { fromEpochSeconds, toEpochSeconds };
    const present = found.map((one) => ({ ...one, leaf: one.series.find((series) => covers(series, stretch)) }));
    const known = present.flatMap(({ leaf }) => leaf ?? []);
    if (known.length === 0) return [];
    const resolutionSeconds = Math.max(...known.map(({ periodSeconds }) => periodSeconds));
    const why = present.map((one) => refusal(one)).find((reason) => reason !== null) ?? null;
    if (why !== null) return [{ ...stretch, resolutionSeconds, why, leaves: new Map() }];
    const leavesOf = (watch: MetricWatch) =>
      present.filter((one) => one.watch === watch).flatMap(({ leaf }) => (leaf === undefined ? [] : leafWithin(leaf, stretch)));
    return [{ ...stretch, resolutionSeconds, why, leaves: new Map(watches.map((watch) => [watch, leavesOf(watch)])) }];
  });
}

/** Why no stretch has data at all; null where one has. */
export function withoutData(ownerOf: OwnerOf, watches: readonly MetricWatch[], data: LeafData): string | null {
  for (const { leaves, periodSeconds } of watches) {
    for (const { id, metric } of leaves) {
      const owner = ownerOf(id);
      if (data(owner, metric, periodSeconds).length > 0) continue;
      const needsSamples = metric.stat === "SampleCount" || id === "part" || id === "total";
      return `no points of ${owner}${needsSamples ? " with samples" : ""} (${metric.name} ${metric.stat})`;
    }
  }
  return null;
}

/** Whose metric a leaf is, by its id: the other side of a comparison is that of the control. */
export function ownersOf({ trigger, signal }: Pick<CompiledAlarm, "trigger" | "signal">): OwnerOf {
  const control = trigger.form?.type === "baseline" ? trigger.form.control : null;
  return (id) => (control !== null && /^(c1|control)/.test(id) ? control : signal.name);
}

function covers(series: LeafSeries, { fromEpochSeconds, toEpochSeconds }: Stretch): boolean {
  return series.startEpochSeconds <= fromEpochSeconds && endOf(series) >= toEpochSeconds;
}

interface Found {
  readonly watch: MetricWatch;
  readonly metric: MetricWatch["leaves"][number]["metric"];
  readonly leaf: LeafSeries | undefined;
}

function refusal({ watch: { periodSeconds }, metric, leaf }: Found): string | null {
  if (leaf === undefined) return `no points of ${metric.name} ${metric.stat}`;
  const points = `points of ${leaf.periodSeconds} s`;
  if (leaf.periodSeconds > periodSeconds) return `a trigger of ${periodSeconds} s cannot be judged on ${points}`;
  if (periodSeconds % leaf.periodSeconds !== 0) return `periods of ${periodSeconds} s cannot be made of ${points}`;
  if (leaf.periodSeconds === periodSeconds) return null;
  if (!canAggregate(metric.stat))
    return `${metric.stat} over ${periodSeconds} s cannot be made of ${points}: a percentile of percentiles is none. Give it at ${periodSeconds} s`;
  if (metric.stat === "Average" && leaf.samples === undefined)
    return `an Average over ${periodSeconds} s needs the samples of its ${points}`;
  return null;
}
