import type { Series, Signal } from "../domain/signal.ts";
import { leafMetrics, signalSeries, withQuietPoints } from "../domain/signal-series.ts";
import { withEnoughSamples } from "../domain/tuning/measured-baseline.ts";
import type { MetricSource } from "../ports/metric-source.ts";

/** What of a signal is read. */
export interface SignalRead {
  readonly signal: Signal;
  readonly periodSeconds: number;
  /** A period with fewer samples has no value; null = every period counts (a ratio has its own minimum in `minimumTotal` besides). */
  readonly minimumSamples: number | null;
  readonly from: Date;
  readonly to: Date;
}

/**
 * One signal over [from, to) in one call: two metrics for a ratio, else one, and one more where samples are counted. Where a signal is published on events only,
 * a period without a point is 0, and one with too few samples is none.
 */
export async function readSignal(metrics: Pick<MetricSource, "series">, read: SignalRead): Promise<Series> {
  const { signal, periodSeconds, minimumSamples, from, to } = read;
  const leaves = leafMetrics(signal);
  const ratio = signal.source.kind === "ratio";
  // Of a ratio the total counts, which is among its leaves.
  const samples = minimumSamples === null || ratio ? [] : leaves.slice(0, 1).map((metric) => ({ ...metric, stat: "SampleCount" }));
  const queries = [...leaves, ...samples].map((metric) => ({ metric, periodSeconds }));
  const all = await metrics.series(queries, from, to);
  const series = withQuietPoints(signalSeries(signal, all.slice(0, leaves.length)), signal);
  const counts = ratio ? all[1] : all[leaves.length];
  return minimumSamples === null || counts === undefined ? series : withEnoughSamples(series, counts, minimumSamples);
}
