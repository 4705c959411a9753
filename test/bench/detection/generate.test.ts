import { describe, expect, it } from "vitest";
import { generateSeries } from "../../../bench/detection/generate.ts";
import { median } from "../../../bench/statistics.ts";

const present = (values: readonly number[]) => values.filter(Number.isFinite);

describe("generated series", () => {
  const series = generateSeries(3, 32);

  it("are the same for the same seed, others for another, and more of them begin with the same", () => {
    expect(generateSeries(3, 2)).toEqual(series.slice(0, 2));
    expect(generateSeries(4, 1)[0]?.values).not.toEqual(series[0]?.values);
  });

  it("are fourteen days of five minutes, never negative, with a few gaps at most", () => {
    for (const { periodSeconds, values } of series) {
      expect(periodSeconds).toBe(300);
      expect(values).toHaveLength(4_032);
      expect(present(values).length).toBeGreaterThan(4_000);
      expect(Math.min(...present(values))).toBeGreaterThanOrEqual(0);
    }
  });

  it("have every kind equally often, six a service, in the order of their names", () => {
    const kinds = series.map(({ name }) => name.replace(/^service-\d\d-\d-/, ""));
    const counts = [...new Set(kinds)].map((kind) => kinds.filter((one) => one === kind).length);

    expect(counts).toEqual(new Array(16).fill(2));
    expect(series.map(({ name }) => name)).toEqual(series.map(({ name }) => name).sort());
    expect(series[6]?.name).toMatch(/^service-02-1-/);
  });

  it("differ in level by orders of magnitude, as metrics do", () => {
    const levels = series.map(({ values }) => median(present(values))).filter((level) => level > 0);

    expect(Math.max(...levels) / Math.min(...levels)).toBeGreaterThan(1_000);
  });
});
