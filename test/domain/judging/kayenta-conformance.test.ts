import { describe, expect, it } from "vitest";
import { effectSize } from "../../../functions/domain/judging/effect-size.ts";
import { classifyMetric } from "../../../functions/domain/judging/kayenta-classify.ts";
import { scoreCanary } from "../../../functions/domain/judging/kayenta-score.ts";
import { rankSumStatistic, shiftEstimate } from "../../../functions/domain/judging/mann-whitney.ts";
import { normalQuantile } from "../../../functions/domain/judging/normal.ts";
import { quantile } from "../../../functions/domain/judging/quantile.ts";
import { findZero } from "../../../functions/domain/judging/zero-finder.ts";
import { KAYENTA_CASES, numbers, optionsOf } from "./kayenta-cases.ts";

const within = (value: number, expected: number, tolerance: number) => {
  if (tolerance === 0) expect(value).toBe(expected);
  else expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance);
};

describe("Kayenta's cases", () => {
  it("are all 41 of them here", () => {
    const { classify, mannWhitney, wilcoxonDiff, percentile, effectSize: effects, score, zQuantile } = KAYENTA_CASES;
    const counts = [classify, mannWhitney, wilcoxonDiff, percentile, effects, score, zQuantile].map((cases) => cases.length);

    expect(counts).toEqual([19, 5, 1, 5, 5, 5, 1]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(41);
  });

  describe.each(["compat", "scale-free"] as const)("classified with the %s interval", (interval) => {
    it.each(KAYENTA_CASES.classify)("$name", (one) => {
      const { expected } = one;
      const found = classifyMetric(numbers(one.experiment), numbers(one.control), { ...optionsOf(one), interval });

      const { reasonNonEmpty, deviation, ...figures } = expected;
      expect(found).toMatchObject(figures);
      if (deviation === "NaN") expect(found.deviation).toBeNaN();
      if (reasonNonEmpty === true) expect(found.reason).not.toBe("");
      expect(Object.keys(expected).length).toBeGreaterThan(0);
    });
  });

  const [between, ends] = [KAYENTA_CASES.mannWhitney.slice(0, 4), KAYENTA_CASES.mannWhitney.slice(4)];

  it.each(between)("$name", ({ experiment, control, confidenceLevel, expected, tol }) => {
    const { low, high, estimate } = shiftEstimate(numbers(experiment), numbers(control), confidenceLevel);

    const tolerances = typeof tol === "number" ? {} : tol;
    expect(Object.keys(tolerances).sort()).toEqual(["ciHigh", "ciLow", "estimate"]);
    within(low, expected.ciLow ?? Number.NaN, tolerances.ciLow ?? 0);
    within(high, expected.ciHigh ?? Number.NaN, tolerances.ciHigh ?? 0);
    within(estimate, expected.estimate ?? Number.NaN, tolerances.estimate ?? 0);
  });

  it.each(ends)("$name", ({ experiment, control, confidenceLevel, expected, tol }) => {
    const [x, y] = [numbers(experiment), numbers(control)];
    const [from, to] = [Math.min(...x) - Math.max(...y), Math.max(...x) - Math.min(...y)];
    const z = normalQuantile(1 - (1 - confidenceLevel) / 2);
    const statistic = (quantile: number) => (shift: number) => rankSumStatistic(x, y, shift) - quantile;
    const zero = (quantile: number) => findZero(statistic(quantile), from, to, 1e-4);
    const found = {
      muMin: from,
      muMax: to,
      // the two ends are found where the statistic takes the two quantiles, and not guarded by its values at the ends
      ciLow: zero(z),
      ciHigh: zero(-z),
      estimate: zero(0),
      "fLowerAt+z": statistic(z)(from),
      "fUpperAt+z": statistic(z)(to),
      "fLowerAt-z": statistic(-z)(from),
      "fUpperAt-z": statistic(-z)(to),
    };

    expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
    for (const [key, value] of Object.entries(found)) within(value, expected[key] ?? Number.NaN, typeof tol === "number" ? tol : 0);
  });

  it.each(KAYENTA_CASES.wilcoxonDiff)("$name", ({ x, y, checks, tol }) => {
    expect(checks.length).toBeGreaterThan(0);
    for (const { mu, quantile: at, value } of checks) within(rankSumStatistic(x, y, mu) - at, value, tol);
  });

  it.each(KAYENTA_CASES.percentile)("$name", ({ data, checks }) => {
    expect(checks.length).toBeGreaterThan(0);
    for (const { p, value, tol } of checks) within(quantile(data, p / 100), value, tol);
  });

  it.each(KAYENTA_CASES.effectSize)("$name", ({ measure, experiment, control, expected, tol }) => {
    within(effectSize(measure, numbers(experiment), numbers(control)), expected === "NaN" ? Number.NaN : expected, tol);
  });

  it.each(KAYENTA_CASES.score)("$name", ({ metrics, groupWeights, expectedSummaryScore }) => {
    expect(scoreCanary(metrics, groupWeights, { pass: 95, marginal: 75 }).score).toBe(expectedSummaryScore);
  });

  it.each(KAYENTA_CASES.zQuantile)("the quantile at $p", ({ p, z, tol }) => {
    within(normalQuantile(p), z, tol);
  });
});
