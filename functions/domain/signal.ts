import * as z from "zod/mini";

/** Units a signal may have. `%` is 0..100, never a fraction. Durations convert into each other, nothing else does. */
export const UNITS = ["ms", "s", "%", "count", "bytes", "per-second"] as const;
export type Unit = (typeof UNITS)[number];

export const PUBLISHES = ["continuous", "on-event"] as const;

/** One CloudWatch metric. `stat` is a CloudWatch statistic (`Average`, `Sum`, `Minimum`, `Maximum`, `SampleCount`) or a percentile (`p95`, `p99.9`). */
export const MetricRefSchema = z.strictObject({
  namespace: z.string().check(z.minLength(1)),
  name: z.string().check(z.minLength(1)),
  dimensions: z.record(z.string(), z.string()),
  stat: z.string().check(z.regex(/^(Average|Sum|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d{1,2})?)$/)),
});
export type MetricRef = z.infer<typeof MetricRefSchema>;

/**
 * What a signal is read from: one metric, a guarded percentage of two (`part` / `total`, no value below `minimumTotal`), the used percentage of a
 * capacity that the metric has no part of (`holds` says whether it counts what is used or what is free), or an existing alarm.
 */
export const SignalSourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("metric"), metric: MetricRefSchema }),
  z.strictObject({ kind: z.literal("ratio"), part: MetricRefSchema, total: MetricRefSchema, minimumTotal: z.number() }),
  z.strictObject({ kind: z.literal("capacity"), metric: MetricRefSchema, capacity: z.number(), holds: z.enum(["used", "free"]) }),
  z.strictObject({ kind: z.literal("alarm"), alarmName: z.string() }),
]);
export type SignalSource = z.infer<typeof SignalSourceSchema>;

/** A named metric or ratio of a service, as armed: every reference resolved. */
export const SignalSchema = z.strictObject({
  name: z.string(),
  unit: z.enum(UNITS),
  better: z.enum(["lower", "higher"]),
  source: SignalSourceSchema,
  resolutionSeconds: z.number(),
  /** `on-event`: no point means that nothing happened (errors); `continuous`: that nothing was measured. @default continuous */
  publishes: z.optional(z.enum(PUBLISHES)),
});
export type Signal = z.infer<typeof SignalSchema>;

/** A regular time series. `values[i]` covers `[startEpochSeconds + i * periodSeconds, + periodSeconds)`; `null` = no datapoint. */
export const SeriesSchema = z.strictObject({
  startEpochSeconds: z.number(),
  periodSeconds: z.number(),
  values: z.array(z.nullable(z.number())),
});
export type Series = z.infer<typeof SeriesSchema>;
