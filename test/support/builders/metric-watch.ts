import type { MetricWatch } from "../../../functions/domain/blueprint-alarms.ts";
import type { LeafSeries } from "../../../functions/domain/replay/leaf-series.ts";

/** Full hour. */
export const SERIES_START = 1_767_225_600;

/** `Sum > 100`, 2 of 3 x 60 s. */
export function aMetricWatch(overrides: Partial<MetricWatch> = {}, stat = "Sum"): MetricWatch {
  return {
    kind: "metric",
    leaves: [{ id: "m1", metric: { namespace: "Demo", name: "Errors", dimensions: {}, stat } }],
    expression: null,
    operator: ">",
    threshold: 100,
    periodSeconds: 60,
    datapointsToAlarm: 2,
    evaluationPeriods: 3,
    missingData: "missing",
    lowSamples: "evaluate",
    ...overrides,
  };
}

/** Points from `SERIES_START` on. */
export function aLeafSeries(values: readonly (number | null)[], overrides: Partial<LeafSeries> = {}): LeafSeries {
  return { startEpochSeconds: SERIES_START, periodSeconds: 60, values, ...overrides };
}

export function secondsAfterStart(seconds: number): Date {
  return new Date((SERIES_START + seconds) * 1000);
}
