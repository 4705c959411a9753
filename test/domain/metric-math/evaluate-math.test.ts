import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateMath } from "../../../functions/domain/metric-math/evaluate-math.ts";
import type { MathGrid } from "../../../functions/domain/metric-math/math-value.ts";
import { parseMath } from "../../../functions/domain/metric-math/parse-math.ts";
import { aMathText } from "../../support/builders/metric-math.ts";

type Points = readonly (number | null)[];

/** Thursday, 2026-01-01T10:30:00Z, in minutes. */
const START = Date.parse("2026-01-01T10:30:00Z") / 1000;

describe("AWS's own tables (user guide, using-metric-math)", () => {
  const metric1 = [30, 20, 0, 0];
  const metric2 = [20, null, 20, null];

  it.each([
    { expression: "m1 < m2", points: [0, 0, 1, 0] },
    { expression: "m1 >= 30", points: [1, 0, 0, 0] },
    { expression: "m1 > 15 AND m2 > 15", points: [1, 0, 0, 0] },
  ])("comparison: $expression", ({ expression, points }) => {
    expect(compute(expression, { m1: metric1, m2: metric2 })).toEqual(points);
  });

  it.each([
    { expression: "IF(m1, m2, m3)", points: [30, 0, 20, null, null] },
    { expression: "IF(m1, 5, m3)", points: [5, 5, 20, null, null] },
    { expression: "IF(m1, m2, 5)", points: [30, 0, 5, 5, null] },
    { expression: "IF(m1, m2)", points: [30, 0, null, null, null] },
  ])("IF: $expression", ({ expression, points }) => {
    expect(compute(expression, { m1: [1, 1, 0, 0, null], m2: [30, null, 0, 0, 30], m3: [0, 0, 20, null, 20] })).toEqual(points);
  });
});

describe("evaluateMath", () => {
  it.each([
    { expression: "m1 + m2", points: [3, 1, 2, null] },
    { expression: "m1 / m2", points: [0.5, null, 0, null] },
    { expression: "m1 / 0", points: [null, null, null, null] },
    { expression: "5 - m1", points: [4, 4, null, null] },
    { expression: "-m1 ^ 2", points: [-1, -1, null, null] },
    { expression: "2 ^ m2", points: [4, null, 4, null] },
    { expression: "LOG(m1 - 1)", points: [null, null, null, null] },
    { expression: "LOG10(m2 * 50)", points: [2, null, 2, null] },
    { expression: "ABS(m1 - m2)", points: [1, 1, 2, null] },
    { expression: "CEIL(m1 / 2) - FLOOR(m1 / 2)", points: [1, 1, null, null] },
    { expression: "FILL(m1, 7)", points: [1, 1, 7, 7] },
    { expression: "FILL(m1, m2)", points: [1, 1, 2, null] },
    { expression: "FILL(m1, REPEAT)", points: [1, 1, 1, 1] },
    { expression: "MIN([m1, m2])", points: [1, 1, 2, null] },
    { expression: "MAX([m1, m2])", points: [2, 1, 2, null] },
    { expression: "SUM([m1, m2])", points: [3, 1, 2, null] },
    { expression: "AVG([m1, m2])", points: [1.5, 0.5, 1, null] },
    { expression: "SUM([m1, m2] * 10)", points: [30, 10, 20, null] },
    { expression: "TIME_SERIES(3) + PERIOD(m1)", points: [63, 63, 63, 63] },
    { expression: "MINUTE(m1)", points: [30, 31, 32, 33] },
    { expression: "HOUR(m1) * 100 + DAY(m1)", points: [1004, 1004, 1004, 1004] },
    { expression: "YEAR(m1) - MONTH(m1) - DATE(m1)", points: [2024, 2024, 2024, 2024] },
    { expression: "EPOCH(m1)", points: [START, START + 60, START + 120, START + 180] },
    { expression: "IF(1, m1)", points: [1, 1, null, null] },
    { expression: "IF(0, m1)", points: [null, null, null, null] },
  ])("computes $expression", ({ expression, points }) => {
    expect(compute(expression, { m1: [1, 1, null, null], m2: [2, null, 2, null] })).toEqual(points);
  });

  it("draws a line over a gap, and none where an end is not known", () => {
    expect(compute("FILL(m1, LINEAR)", { m1: [null, 1, null, null, 4, null] })).toEqual([null, 1, 2, 3, 4, null]);
    expect(compute("FILL(m1, REPEAT)", { m1: [null, 1, null, 4] })).toEqual([null, 1, 1, 4]);
  });

  it("compares a point with the last one before it, however long ago", () => {
    const m1 = [10, null, 130, 100];

    expect(compute("DIFF(m1)", { m1 })).toEqual([null, null, 120, -30]);
    expect(compute("DIFF_TIME(m1)", { m1 })).toEqual([null, null, 120, 60]);
    expect(compute("RATE(m1)", { m1 })).toEqual([null, null, 1, -0.5]);
  });

  it("says nothing without traffic, 0 without errors, and never divides by too little", () => {
    const ratio = "IF(total >= 20, 100 * FILL(part, 0) / total)";

    expect(compute(ratio, { part: [1, null, 5, null, 5], total: [100, 100, 10, null, null] })).toEqual([1, 0, null, null, null]);
  });

  it("can drop a pair with one missing point, where AWS's text counts it as 0", () => {
    expect(compute("m1 + m2", { m1: [1, null], m2: [null, null] }, "missing")).toEqual([null, null]);
  });
});

describe("laws", () => {
  const anyPoints = fc.array(fc.option(fc.integer({ min: -50, max: 50 })), { minLength: 6, maxLength: 6 });

  it("is linear: a factor may be taken in or out of sums and differences", () => {
    fc.assert(
      fc.property(anyPoints, anyPoints, fc.integer({ min: -9, max: 9 }), (m1, m2, k) => {
        const inside = compute(`${k < 0 ? `(0 - ${-k})` : k} * m1 + ${k < 0 ? `(0 - ${-k})` : k} * m2`, { m1, m2 });
        const outside = compute(`(m1 + m2) * ${k < 0 ? `(0 - ${-k})` : k}`, { m1, m2 });

        expect(inside.map(unsigned)).toEqual(outside.map(unsigned));
      }),
    );
  });

  it("gives a point only where some metric has one, unless a gap was filled or the time itself is asked", () => {
    fc.assert(
      fc.property(
        aMathText.filter((text) => !/FILL|HOUR/.test(text)),
        anyPoints,
        anyPoints,
        anyPoints,
        (text, m1, m2, m3) => {
          const result = compute(text, { m1, m2, m3 });

          for (const [i, value] of result.entries()) if (value !== null) expect([m1[i], m2[i], m3[i]]).not.toEqual([null, null, null]);
        },
      ),
    );
  });

  it("gives finite numbers or nothing", () => {
    fc.assert(
      fc.property(aMathText, anyPoints, anyPoints, (text, m1, m2) => {
        expect(compute(text, { m1, m2, m3: m1 }).every((value) => value === null || Number.isFinite(value))).toBe(true);
      }),
    );
  });
});

function compute(text: string, metrics: Record<string, Points>, missingOperand?: MathGrid["missingOperand"]): (number | null)[] {
  const parsed = parseMath(text, Object.keys(metrics));
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const length = Math.max(...Object.values(metrics).map((points) => points.length));
  const leaves = new Map(Object.entries(metrics).map(([id, points]) => [id, Float64Array.from(points, (x) => x ?? Number.NaN)]));
  const grid = { startEpochSeconds: START, stepSeconds: 60, periodSeconds: 60, length, ...(missingOperand ? { missingOperand } : {}) };
  return Array.from(evaluateMath(parsed.value, leaves, grid), (x) => (Number.isNaN(x) ? null : x));
}

/** -0 is 0. */
function unsigned(value: number | null): number | null {
  return value === 0 ? 0 : value;
}
