import type { Blueprint, LookPolicy } from "../../domain/blueprint.ts";
import type { LookData } from "../../domain/looks/judge-look.ts";
import type { LookRequest } from "../../domain/looks/look.ts";
import { lookPeriodSeconds, lookSpan } from "../../domain/looks/look-points.ts";
import type { Signal } from "../../domain/signal.ts";
import { leafMetrics, signalSeries } from "../../domain/signal-series.ts";
import type { MetricSource } from "../../ports/metric-source.ts";

/** Two weeks of each signal that is judged, and its points since the release: one read for all signals of a period. In the order of the policy. */
export async function readLookData(
  metrics: Pick<MetricSource, "series">,
  { signals, triggers }: Pick<Blueprint, "signals" | "triggers">,
  looks: LookPolicy,
  request: LookRequest,
): Promise<readonly LookData[]> {
  const judged = looks.signals.flatMap((one) => {
    const signal = signals.find(({ name }) => name === one.signal);
    return signal === undefined ? [] : [{ judged: one, signal, periodSeconds: lookPeriodSeconds(signal, triggers) }];
  });
  const groups = [...Map.groupBy(judged, ({ periodSeconds }) => periodSeconds)];
  const read = await Promise.all(
    groups.map(async ([periodSeconds, group]) => {
      const signalsOfGroup = group.map(({ signal }) => signal);
      const series = await readSeries(metrics, signalsOfGroup, periodSeconds, request);
      return group.flatMap(({ judged: one, signal }, index): LookData[] => {
        const points = series[index];
        return points === undefined ? [] : [{ judged: one, signal, series: points }];
      });
    }),
  );
  const order = new Map(judged.map(({ signal }, index) => [signal.name, index]));
  return read.flat().toSorted((one, other) => (order.get(one.signal.name) ?? 0) - (order.get(other.signal.name) ?? 0));
}

async function readSeries(
  metrics: Pick<MetricSource, "series">,
  signals: readonly Signal[],
  periodSeconds: number,
  request: LookRequest,
): Promise<readonly LookData["series"][]> {
  const { from, to } = lookSpan(request, periodSeconds);
  const queries = signals.flatMap((signal) => leafMetrics(signal).map((metric) => ({ metric, periodSeconds })));
  const leaves = queries.length === 0 ? [] : await metrics.series(queries, new Date(from * 1000), new Date(to * 1000));
  let next = 0;
  return signals.map((signal) => {
    const count = leafMetrics(signal).length;
    next += count;
    return signalSeries(signal, leaves.slice(next - count, next));
  });
}
