import { type LeafData, metricKey } from "../../functions/domain/backtest/backtest-data.ts";
import { signalWatch } from "../../functions/domain/backtest/backtest-judge.ts";
import type { ReleaseSignal } from "../../functions/domain/backtest/judged-signals.ts";
import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { compileAlarms } from "../../functions/domain/blueprint-alarms.ts";
import type { LeafSeries } from "../../functions/domain/replay/leaf-series.ts";
import type { MetricRef, Series } from "../../functions/domain/signal.ts";
import type { MetricQuery, MetricSource } from "../../functions/ports/metric-source.ts";

/** CloudWatch keeps points of 60 s for 15 days, of 300 s for 63, of 3,600 s for 455 (AWS, "Amazon CloudWatch concepts", metrics retention). */
const KEPT_DAYS = [
  { seconds: 60, days: 15 },
  { seconds: 300, days: 63 },
  { seconds: 3_600, days: 455 },
] as const;
export const DEFAULT_DAYS = 15;
/** GetMetricData, in dollars per metric that is asked for (AWS, "Amazon CloudWatch Pricing"; us-east-1, 2026-11-21). */
const DOLLARS_PER_METRIC = 0.01 / 1000;
/** GetMetricData answers 100,800 datapoints at a time, so a metric of many points is asked for again with every page. */
const POINTS_PER_ANSWER = 100_800;
const DAY_MS = 86_400_000;

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** A metric as it is asked for: not before its points are kept. */
export interface PlannedQuery extends MetricQuery {
  readonly from: Date;
  readonly points: number;
  /** How old the oldest point is that was wished for: older ones are kept at coarser periods. */
  readonly ageMs: number;
}

/**
 * What to ask CloudWatch for: sums, minima and maxima at the finest resolution that makes up the alarm's periods, so that windows slide as CloudWatch's do;
 * percentiles and averages at the alarm's own period. So, too, the signals that releases are `judged` by, at theirs. Nothing for periods below a minute, which
 * are kept for 3 h.
 */
export function plannedQueries(
  blueprint: Blueprint,
  { from, to }: Span,
  now: Date,
  judged: readonly ReleaseSignal[] = [],
): readonly PlannedQuery[] {
  const watches = [
    ...compileAlarms(blueprint).map(({ watch }) => watch),
    ...judged.map(({ signal, periodSeconds }) => signalWatch(signal, periodSeconds)),
  ];
  const queries = watches.flatMap((watch): PlannedQuery[] => {
    if (watch?.kind !== "metric" || watch.periodSeconds < 60) return [];
    return watch.leaves.flatMap(({ metric }) => {
      const ageMs = now.getTime() - from.getTime();
      const periodSeconds = resolutionOf(metric, watch.periodSeconds, ageMs);
      const start = new Date(Math.max(from.getTime(), now.getTime() - keptDays(periodSeconds) * DAY_MS));
      const points = Math.max(0, Math.ceil((to.getTime() - start.getTime()) / 1000 / periodSeconds));
      return points === 0 ? [] : [{ metric, periodSeconds, from: start, points, ageMs }];
    });
  });
  return [...new Map(queries.map((query) => [keyOf(query), query])).values()];
}

/** What that costs at list price: an upper bound, since every page may ask for every metric again. */
export function queriesDollars(queries: readonly PlannedQuery[]): number {
  const pages = Math.max(1, Math.ceil(queries.reduce((sum, { points }) => sum + points, 0) / POINTS_PER_ANSWER));
  return queries.length * DOLLARS_PER_METRIC * pages;
}

/** Asks for all of them. A rule gets the points of its own period, or where those were not asked for the finest that were. */
export async function fetchPoints(metrics: Pick<MetricSource, "series">, queries: readonly PlannedQuery[], to: Date): Promise<LeafData> {
  const ageMs = queries[0]?.ageMs ?? 0;
  const byStart = [...Map.groupBy(queries, ({ from }) => from.getTime()).values()];
  const answers = await Promise.all(
    byStart.map(async (group) => {
      const series = await metrics.series(group, group[0]?.from ?? to, to);
      return group.map((query, index) => ({ query, series: series[index] }));
    }),
  );
  const found = Map.groupBy(
    answers
      .flat()
      .flatMap(({ query, series }) =>
        series === undefined || isEmpty(series) ? [] : [{ key: metricKey(query.metric), leaf: leafOf(series) }],
      ),
    ({ key }) => key,
  );
  return (_signal, metric, periodSeconds) => {
    const leaves = (found.get(metricKey(metric)) ?? []).map(({ leaf }) => leaf).sort((a, b) => a.periodSeconds - b.periodSeconds);
    const fitting =
      leaves.find((leaf) => leaf.periodSeconds === resolutionOf(metric, periodSeconds, ageMs)) ??
      leaves.find((leaf) => periodSeconds % leaf.periodSeconds === 0);
    const chosen = fitting ?? leaves[0];
    return chosen === undefined ? [] : [chosen];
  };
}

function resolutionOf({ stat }: MetricRef, periodSeconds: number, ageMs: number): number {
  const isAdditive = ["Sum", "SampleCount", "Minimum", "Maximum"].includes(stat);
  if (!isAdditive) return periodSeconds;
  const kept = KEPT_DAYS.filter(({ seconds }) => periodSeconds % seconds === 0);
  return (kept.find(({ days }) => days * DAY_MS >= ageMs) ?? kept.at(-1))?.seconds ?? periodSeconds;
}

function keptDays(periodSeconds: number): number {
  return KEPT_DAYS.findLast(({ seconds }) => seconds <= periodSeconds)?.days ?? 0;
}

function keyOf({ metric, periodSeconds }: MetricQuery): string {
  return `${metricKey(metric)} ${periodSeconds}`;
}

function isEmpty({ values }: Series): boolean {
  return values.every((value) => value === null);
}

function leafOf({ startEpochSeconds, periodSeconds, values }: Series): LeafSeries {
  return { startEpochSeconds, periodSeconds, values: Float64Array.from(values, (value) => value ?? Number.NaN) };
}
