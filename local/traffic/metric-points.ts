import type { Figures } from "./traffic-model.ts";

/** One datum for PutMetricData: a value, or values with how often each was seen. */
export interface MetricPoint {
  readonly name: string;
  readonly at: Date;
  readonly unit: "Count" | "Milliseconds" | "Percent";
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** What one interval of traffic looked like. `figures` is null when no pod was ready. */
export interface TrafficSample {
  readonly at: Date;
  readonly requests: number;
  readonly errors: number;
  readonly figures: Figures | null;
  readonly readyPercent: number;
}

/**
 * Latencies of 100 requests as shares of their p95. The 95th percentile falls into the middle of a plateau (the 91st to 98th request), so
 * whatever interpolation an emulator or AWS uses, and over however many intervals, p95 answers the model's p95.
 */
const LATENCY_SHAPE = [
  { share: 0.35, requests: 40 },
  { share: 0.5, requests: 30 },
  { share: 0.7, requests: 20 },
  { share: 1, requests: 8 },
  { share: 1.4, requests: 2 },
];

/** The metrics of one interval, without dimensions: one namespace per service, since not every emulator tells dimensions apart. */
export function metricPoints(sample: TrafficSample): MetricPoint[] {
  const { at, figures } = sample;
  const single = (name: string, unit: MetricPoint["unit"], value: number): MetricPoint => ({
    name,
    at,
    unit,
    values: [value],
    counts: [1],
  });
  const points = [
    single("RequestCount", "Count", sample.requests),
    single("ErrorCount", "Count", sample.errors),
    single("ReadyPercent", "Percent", sample.readyPercent),
  ];
  if (figures === null) return points;
  return [
    ...points,
    single("CPUUtilization", "Percent", figures.cpuPercent),
    single("MemoryUtilization", "Percent", figures.memoryPercent),
    single("ConversionRate", "Percent", figures.conversionPercent),
    {
      name: "Latency",
      at,
      unit: "Milliseconds",
      values: LATENCY_SHAPE.map(({ share }) => share * figures.p95Millis),
      counts: LATENCY_SHAPE.map(({ requests }) => (requests * sample.requests) / 100),
    },
  ];
}

/** Turns a rate into whole errors, carrying the rest over, so that any longer window shows the rate. */
export function errorCounter(): (requests: number, errorRatePercent: number) => number {
  let owed = 0;
  return (requests, errorRatePercent) => {
    owed += (requests * errorRatePercent) / 100;
    const errors = Math.min(requests, Math.floor(owed + 1e-9));
    owed -= errors;
    return errors;
  };
}
