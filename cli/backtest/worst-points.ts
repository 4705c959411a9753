import type { LeafData } from "../../functions/domain/backtest/backtest-data.ts";
import { signalWatch } from "../../functions/domain/backtest/backtest-judge.ts";
import { judgedStretches } from "../../functions/domain/backtest/judged-stretches.ts";
import { watchedPoints } from "../../functions/domain/backtest/watched-points.ts";
import type { IncidentSeries } from "../../functions/domain/incident.ts";
import type { Signal } from "../../functions/domain/signal.ts";

/** A signal over a long time in at most `cells` points: each the worst of its share of the time. Nothing where the signal has no value. */
export function worstPoints(
  signal: Signal,
  data: LeafData,
  span: { readonly from: string; readonly to: string },
  cells: number,
  threshold: number | null,
): IncidentSeries {
  const from = Date.parse(span.from) / 1000;
  const cellSeconds = Math.max(60, Math.ceil((Date.parse(span.to) / 1000 - from) / cells));
  const worst = new Float64Array(cells).fill(Number.NaN);
  for (const { startEpochSeconds, periodSeconds, values } of everyPoint(signal, data)) {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? Number.NaN;
      const cell = Math.floor((startEpochSeconds + i * periodSeconds - from) / cellSeconds);
      if (Number.isNaN(value) || cell < 0 || cell >= cells) continue;
      const known = worst[cell] ?? Number.NaN;
      worst[cell] = Number.isNaN(known) ? value : signal.better === "lower" ? Math.max(known, value) : Math.min(known, value);
    }
  }
  const points = Array.from(worst, (value, cell) => ({ at: new Date((from + cell * cellSeconds) * 1000).toISOString(), value }));
  return {
    ...{ signal: signal.name, unit: signal.unit, threshold, periodSeconds: cellSeconds },
    points: points.filter(({ value }) => !Number.isNaN(value)),
  };
}

function everyPoint(signal: Signal, data: LeafData) {
  const asked = signalWatch(signal, 60);
  if (asked === null) return [];
  const resolutions = new Set(
    asked.leaves.flatMap(({ metric }) => data(signal.name, metric, 60).map(({ periodSeconds }) => Math.max(60, periodSeconds))),
  );
  return [...resolutions].flatMap((resolution) => {
    const watch = signalWatch(signal, resolution);
    if (watch === null || resolution % 60 !== 0) return [];
    return judgedStretches(() => signal.name, [watch], data)
      .filter(({ why, resolutionSeconds }) => why === null && Math.max(60, resolutionSeconds) === resolution)
      .map((stretch) => watchedPoints(watch, stretch.leaves.get(watch) ?? [], stretch));
  });
}
