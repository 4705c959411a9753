import { tickSeconds } from "../../functions/domain/alarms/detection-time.ts";
import type { MetricWatch } from "../../functions/domain/blueprint-alarms.ts";
import type { LeafSeries } from "../../functions/domain/replay/leaf-series.ts";
import { rangeOf } from "../../functions/domain/replay/watch-windows.ts";
import { canAggregate, isPercentile } from "../../functions/domain/replay/window-values.ts";
import type { MetricRef, Series } from "../../functions/domain/signal.ts";
import type { MetricQuery, MetricSource } from "../../functions/ports/metric-source.ts";

/** What an alarm needs for one evaluation. */
interface Need {
  readonly watch: MetricWatch;
  readonly periodSeconds: number;
  readonly from: number;
  readonly to: number;
  readonly queries: readonly MetricQuery[];
}

/**
 * Points of the metrics behind each watch, as far back as one evaluation at `at` looks. Where windows slide they are fetched by the minute (by 10 s below
 * one) and put together here, which is exact for everything but percentiles: an alarm with one of those is judged on aligned periods.
 */
export async function alarmLeaves(
  watches: readonly MetricWatch[],
  metrics: Pick<MetricSource, "series">,
  at: Date,
): Promise<ReadonlyMap<MetricWatch, readonly LeafSeries[]>> {
  const needs = watches.map((watch) => needOf(watch, at.getTime() / 1000));
  // Alarms that look at the same time with the same period share a call.
  const calls = Map.groupBy(needs, ({ periodSeconds, from, to }) => `${periodSeconds} ${from} ${to}`);
  const answers = await Promise.all(
    [...calls.values()].map(async (group) => {
      const [first] = group;
      if (first === undefined) return [];
      const queries = group.flatMap((need) => need.queries);
      const series = await metrics.series(queries, new Date(first.from * 1000), new Date(first.to * 1000));
      let next = 0;
      return group.map(({ watch, queries: own }) => {
        const start = next;
        next += own.length;
        return [watch, leavesOf(watch, series.slice(start, next))] as const;
      });
    }),
  );
  return new Map(answers.flat());
}

function needOf(watch: MetricWatch, atEpochSeconds: number): Need {
  const slide = tickSeconds(watch.periodSeconds);
  const slides = watch.leaves.every(({ metric }) => canAggregate(metric.stat));
  const periodSeconds = slides ? Math.min(slide, watch.periodSeconds) : watch.periodSeconds;
  const to = Math.floor(atEpochSeconds / periodSeconds) * periodSeconds;
  const from = to - rangeOf(watch) * watch.periodSeconds;
  return { watch, periodSeconds, from, to, queries: metricsOf(watch).map((metric) => ({ metric, periodSeconds })) };
}

/** The leaves, each followed by its SampleCount where that is needed. */
function metricsOf(watch: MetricWatch): MetricRef[] {
  return watch.leaves.flatMap(({ metric }) => (needsSamples(watch, metric) ? [metric, { ...metric, stat: "SampleCount" }] : [metric]));
}

function needsSamples(watch: MetricWatch, { stat }: MetricRef): boolean {
  return stat === "Average" || (watch.lowSamples === "ignore" && isPercentile(stat));
}

function leavesOf(watch: MetricWatch, series: readonly Series[]): LeafSeries[] {
  let next = 0;
  return watch.leaves.map(({ id, metric }) => {
    const values = series[next++];
    const samples = needsSamples(watch, metric) ? series[next++]?.values : undefined;
    if (values === undefined) throw new Error(`CloudWatch gave no series for ${id}`);
    return { ...values, ...(samples === undefined ? {} : { samples }) };
  });
}
