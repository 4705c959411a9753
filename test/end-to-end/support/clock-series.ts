import type { Blueprint, Trigger } from "../../../functions/domain/blueprint.ts";
import type { LeafSeries } from "../../../functions/domain/replay/leaf-series.ts";
import type { MetricRef, Signal } from "../../../functions/domain/signal.ts";
import { aBlueprint, aRatioSignal, aSignal, aTrigger } from "../../support/builders/index.ts";

export const CLOCK_NAMESPACE = "Test/clock";
export const TUNED_ALARM = "rollguard-clock-tuned";
export const TUNED_THRESHOLD = 70;

/** One alarm of every kind that the clock evaluates. */
export const clockBlueprint: Blueprint = aBlueprint({
  service: "clock",
  signals: [
    aSignal({ name: "latency", source: { kind: "metric", metric: metric("Latency", "p95") } }),
    aSignal({ name: "worst", source: { kind: "metric", metric: metric("Queue", "Maximum") } }),
    aSignal({ name: "mean", source: { kind: "metric", metric: metric("Queue", "Average") } }),
    aRatioSignal({ source: { kind: "ratio", part: metric("Errors", "Sum"), total: metric("Requests", "Sum"), minimumTotal: 20 } }),
  ] satisfies Signal[],
  triggers: [
    named("latency", { signal: "latency", rule: { operator: ">", threshold: 200 }, missingData: "ignore" }),
    named("latency-guarded", {
      signal: "latency",
      rule: { operator: ">", threshold: 200 },
      minimumSamples: 5,
      missingData: "notBreaching",
    }),
    named("mean", {
      signal: "mean",
      rule: { operator: ">=", threshold: 40 },
      periodSeconds: 180,
      datapointsToAlarm: 2,
      evaluationPeriods: 3,
    }),
    named("errors", { signal: "error_rate", rule: { operator: ">=", threshold: 5 }, periodSeconds: 60, missingData: "notBreaching" }),
    named("errors-slow", {
      signal: "error_rate",
      rule: { operator: ">=", threshold: 5 },
      periodSeconds: 300,
      datapointsToAlarm: 1,
      evaluationPeriods: 1,
    }),
    named("tuned", {
      signal: "worst",
      rule: null,
      form: { type: "baseline", operator: ">", against: "before", by: "factor", amount: 2, floor: null, control: null },
      periodSeconds: 120,
    }),
    named("burn", {
      signal: "error_rate",
      rule: null,
      form: { type: "burn-rate", objectivePercent: 99, windows: [{ longSeconds: 600, shortSeconds: 120, burn: 4 }] },
    }),
    named("silence", {
      signal: "latency",
      rule: null,
      form: { type: "absence" },
      periodSeconds: 60,
      datapointsToAlarm: 2,
      evaluationPeriods: 2,
    }),
  ],
});

/** Points from `start` on that every alarm of the blueprint has something to say about, gaps included. */
export function clockMetrics(start: number, minutes: number): { readonly name: string; readonly series: LeafSeries }[] {
  const of = (periodSeconds: number, value: (i: number) => number | null, samples?: (i: number) => number): LeafSeries => {
    const indexes = Array.from({ length: (minutes * 60) / periodSeconds }, (_, i) => i);
    return { startEpochSeconds: start, periodSeconds, values: indexes.map(value), ...(samples ? { samples: indexes.map(samples) } : {}) };
  };
  const minute = (from: number, to: number) => (i: number) => i >= from && i < to;
  const silent = (i: number) => i >= 120 && i < 150;
  return [
    {
      name: "Latency",
      series: of(
        10,
        (i) => (silent(i) || i % 7 === 3 ? null : (i > 40 && i < 58) || i % 11 === 0 ? 480 : 120),
        (i) => (i % 5 === 0 ? 3 : 20),
      ),
    },
    {
      name: "Queue",
      series: of(
        60,
        (i) => (i % 9 === 4 ? null : minute(8, 15)(i) ? 90 : (i * 13) % 37),
        (i) => 1 + (i % 4),
      ),
    },
    { name: "Errors", series: of(60, (i) => (i % 3 === 0 ? null : minute(12, 18)(i) || i === 24 ? 30 : 1)) },
    { name: "Requests", series: of(60, (i) => (minute(20, 22)(i) ? 10 : i === 26 ? null : 200)) },
  ];
}

function metric(name: string, stat: string): MetricRef {
  return { namespace: CLOCK_NAMESPACE, name, dimensions: { Service: "clock" }, stat };
}

function named(name: string, overrides: Partial<Trigger>): Trigger {
  return aTrigger({ name, alarmName: `rollguard-clock-${name}`, ...overrides });
}
