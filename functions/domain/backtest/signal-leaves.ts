import type { LeafSeries } from "../replay/leaf-series.ts";
import type { Signal } from "../signal.ts";
import { type LeafData, metricKey } from "./backtest-data.ts";

/**
 * The metrics of a signal from the signal's own values, as a file has them: of a ratio the percentage and, as samples, its total. So a part is
 * value x samples / 100, and of a capacity what is used is taken back to the metric's unit. Without samples a ratio has no metrics: nobody knows how much
 * each point weighs, nor whether there were enough requests to judge.
 */
export function signalLeaves({ source }: Signal, series: readonly LeafSeries[]): ReadonlyMap<string, readonly LeafSeries[]> {
  switch (source.kind) {
    case "alarm":
      return new Map();
    case "metric":
      return metricLeaves(source.metric, series);
    case "capacity": {
      const { capacity, holds } = source;
      const toRaw = (percent: number) => ((holds === "used" ? percent : 100 - percent) * capacity) / 100;
      return metricLeaves(
        source.metric,
        series.map((one) => ({ ...one, values: mapped(one, toRaw) })),
      );
    }
    case "ratio": {
      const weighed = series.filter(({ samples }) => samples !== undefined);
      const totalOf = ({ samples = [] }: LeafSeries) => Float64Array.from(samples, (count) => count ?? Number.NaN);
      return new Map<string, readonly LeafSeries[]>([
        [
          metricKey(source.part),
          weighed.map((one) => ({ ...one, values: mapped(one, (percent, samples) => whole((percent * samples) / 100)) })),
        ],
        [metricKey(source.total), weighed.map((one) => ({ ...one, values: totalOf(one) }))],
      ]);
    }
  }
}

/** Points of signals by name, for a backtest. */
export function leafDataOf(signals: readonly Signal[], points: ReadonlyMap<string, readonly LeafSeries[]>): LeafData {
  const leaves = new Map(signals.map((signal) => [signal.name, signalLeaves(signal, points.get(signal.name) ?? [])]));
  return (signal, metric) => leaves.get(signal)?.get(metricKey(metric)) ?? [];
}

function metricLeaves(metric: Parameters<typeof metricKey>[0], series: readonly LeafSeries[]): ReadonlyMap<string, readonly LeafSeries[]> {
  const counted = series.flatMap(({ samples, ...one }) => (samples === undefined ? [] : { ...one, values: samples }));
  return new Map<string, readonly LeafSeries[]>([
    [metricKey({ ...metric, stat: "SampleCount" }), counted],
    [metricKey(metric), series],
  ]);
}

function mapped({ values, samples }: LeafSeries, change: (value: number, samples: number) => number): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = change(values[i] ?? Number.NaN, samples?.[i] ?? Number.NaN);
  return result;
}

/** A count that went through a percentage is whole again. */
function whole(count: number): number {
  const near = Math.round(count);
  return Math.abs(count - near) < 1e-6 * Math.max(1, near) ? near : count;
}
