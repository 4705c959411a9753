import type { SignalMeaning } from "./blueprint-signals.ts";

/**
 * Samples that a period needs for a percentile to mean anything: 10 / (1 - p), and 10 / p below the median. It is where CloudWatch's own rule for
 * few samples begins (User Guide, "Percentile-based alarms and low data samples"): p95 needs 200, p99 1,000. Null for a signal that is no percentile.
 */
export function minimumSamplesFor({ armed }: Pick<SignalMeaning, "armed">): number | null {
  return armed?.source.kind === "metric" ? percentileSamples(armed.source.metric.stat) : null;
}

/** The same for a statistic. */
export function percentileSamples(stat: string): number | null {
  const percent = Number(/^p(\d{1,2}(\.\d{1,2})?)$/.exec(stat)?.[1] ?? Number.NaN);
  if (Number.isNaN(percent) || percent === 0) return null;
  return Math.ceil(Number((1000 / Math.min(percent, 100 - percent)).toPrecision(12)));
}
