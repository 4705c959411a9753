import type { Blueprint } from "../../functions/domain/blueprint.ts";
import { type CompiledAlarm, compileAlarms } from "../../functions/domain/blueprint-alarms.ts";
import type { Series } from "../../functions/domain/signal.ts";
import type { MetricQuery, MetricSource } from "../../functions/ports/metric-source.ts";
import { type JudgeableShare, judgeableShare } from "./judgeable-share.ts";

export const HISTORY_DAYS = 7;
/** GetMetricData, in dollars per metric that is asked for (AWS, "Amazon CloudWatch Pricing"; us-east-1, 2026-11-21). */
const DOLLARS_PER_METRIC = 0.01 / 1000;
/** GetMetricData answers 100,800 datapoints at a time, so a metric of many points is asked for again with every page. */
const POINTS_PER_ANSWER = 100_800;

/** What the history of these blueprints is read from: each metric and period once. Nothing for periods below a minute. */
export function historyQueries(blueprints: readonly Blueprint[]): readonly MetricQuery[] {
  const queries = blueprints.flatMap(compileAlarms).flatMap(({ watch }): readonly MetricQuery[] => {
    if (watch?.kind !== "metric" || watch.periodSeconds < 60) return [];
    return watch.leaves.map(({ metric }) => ({ metric, periodSeconds: watch.periodSeconds }));
  });
  return [...new Map(queries.map((query) => [keyOf(query), query])).values()];
}

/** What that costs at list price, in dollars: an upper bound, since a page may ask for every metric again. */
export function historyDollars(queries: readonly MetricQuery[]): number {
  const points = queries.reduce((sum, { periodSeconds }) => sum + (HISTORY_DAYS * 86_400) / periodSeconds, 0);
  return queries.length * DOLLARS_PER_METRIC * Math.max(1, Math.ceil(points / POINTS_PER_ANSWER));
}

/** Reads the last 7 days once, and says of every acting alarm how much of them it could have judged, by service and alarm name. */
export async function readHistory(
  metrics: Pick<MetricSource, "series">,
  blueprints: readonly Blueprint[],
  now: Date,
): Promise<(service: string) => ReadonlyMap<string, JudgeableShare>> {
  const span = { from: new Date(now.getTime() - HISTORY_DAYS * 86_400_000), to: now };
  const queries = historyQueries(blueprints);
  const answers = queries.length === 0 ? [] : await metrics.series(queries, span.from, span.to);
  const series = new Map<string, Series>(queries.flatMap((query, index) => entry(query, answers[index])));
  const shares = new Map(blueprints.map((blueprint) => [blueprint.service, sharesOf(compileAlarms(blueprint), series, span)]));
  return (service) => shares.get(service) ?? new Map();
}

function sharesOf(
  alarms: readonly CompiledAlarm[],
  series: ReadonlyMap<string, Series>,
  span: { readonly from: Date; readonly to: Date },
): ReadonlyMap<string, JudgeableShare> {
  const acting = alarms.filter(({ role }) => role === "acting");
  return new Map(
    acting.map((alarm) => {
      const parts = alarms.filter((other) => other.role === "part" && other.trigger.name === alarm.trigger.name);
      const seriesOf = (metric: MetricQuery["metric"], periodSeconds: number) => series.get(keyOf({ metric, periodSeconds }));
      return [alarm.alarmName, judgeableShare(alarm, parts, seriesOf, span)] as const;
    }),
  );
}

function entry(query: MetricQuery, answer: Series | undefined): readonly (readonly [string, Series])[] {
  return answer === undefined ? [] : [[keyOf(query), answer]];
}

function keyOf({ metric: { namespace, name, dimensions, stat }, periodSeconds }: MetricQuery): string {
  const pairs = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, stat, pairs, periodSeconds]);
}
