import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorCounter, type MetricPoint, metricPoints } from "../../../local/traffic/metric-points.ts";

const at = new Date("2026-11-22T10:00:00Z");
const figures = { p95Millis: 280, errorRatePercent: 1.2, cpuPercent: 65, memoryPercent: 45, conversionPercent: 5 };

describe("metricPoints", () => {
  it("publishes counts, CPU, memory, conversion, readiness and latencies of an interval", () => {
    const points = metricPoints({ at, requests: 400, errors: 5, figures, readyPercent: 75 });

    expect(points.map((point) => [point.name, point.unit])).toEqual([
      ["RequestCount", "Count"],
      ["ErrorCount", "Count"],
      ["ReadyPercent", "Percent"],
      ["CPUUtilization", "Percent"],
      ["MemoryUtilization", "Percent"],
      ["ConversionRate", "Percent"],
      ["Latency", "Milliseconds"],
    ]);
    const latency = points.at(-1) as MetricPoint;
    expect(latency.counts.reduce((sum, count) => sum + count, 0)).toBe(400);
  });

  it("has no latency and no CPU when nothing is ready", () => {
    const points = metricPoints({ at, requests: 400, errors: 400, figures: null, readyPercent: 0 });

    expect(points.map((point) => point.name)).toEqual(["RequestCount", "ErrorCount", "ReadyPercent"]);
  });

  it("answers the model's p95, over one interval and over five, with linear interpolation", () => {
    const latency = metricPoints({ at, requests: 400, errors: 0, figures, readyPercent: 100 }).at(-1) as MetricPoint;

    expect(percentile([latency], 0.95)).toBeCloseTo(280, 6);
    expect(percentile([latency, latency, latency, latency, latency], 0.95)).toBeCloseTo(280, 6);
  });
});

describe("errorCounter", () => {
  it("gives whole errors whose sum follows the rate", () => {
    const anyRun = fc.array(fc.record({ requests: fc.nat(500), rate: fc.double({ min: 0, max: 100, noNaN: true }) }), { maxLength: 50 });
    fc.assert(
      fc.property(anyRun, (run) => {
        const count = errorCounter();

        const errors = run.map(({ requests, rate }) => count(requests, rate));

        const wanted = run.reduce((sum, { requests, rate }) => sum + (requests * rate) / 100, 0);
        const counted = errors.reduce((sum, each) => sum + each, 0);
        expect(errors.every((each, i) => Number.isInteger(each) && each >= 0 && each <= (run[i]?.requests ?? 0))).toBe(true);
        expect(counted).toBeLessThanOrEqual(wanted + 1e-6);
      }),
    );
  });

  it("shows 0.2 % of 400 requests as 4 errors in 5 intervals", () => {
    const count = errorCounter();

    expect(Array.from({ length: 5 }, () => count(400, 0.2))).toEqual([0, 1, 1, 1, 1]);
  });
});

/** The percentile of weighted values as numpy's default computes it; MiniStack does the same. */
function percentile(points: readonly MetricPoint[], share: number): number {
  const samples = points.flatMap((point) => point.values.map((value, i) => ({ value, count: point.counts[i] ?? 0 })));
  const sorted = samples.sort((a, b) => a.value - b.value).flatMap(({ value, count }) => Array.from({ length: count }, () => value));
  const rank = share * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  return low + (rank % 1) * ((sorted[Math.ceil(rank)] ?? Number.NaN) - low);
}
