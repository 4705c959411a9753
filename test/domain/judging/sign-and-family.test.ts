import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closedMeans, type FamilyEvidence, holm, meanEvidence, standing } from "../../../functions/domain/judging/family.ts";
import { normalQuantile, normalTail } from "../../../functions/domain/judging/normal.ts";
import { signLogE } from "../../../functions/domain/judging/sign-e-value.ts";

describe("the normal tail", () => {
  it.each([
    [0, 0.5],
    [1.959963984540054, 0.025],
    [-1.959963984540054, 0.975],
    [6, 9.865876450376981e-10],
  ])("above %d is %d", (z, probability) => {
    expect(normalTail(z) / probability).toBeCloseTo(1, 10);
  });

  it("undoes the quantile", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 0.999, noNaN: true }), (probability) => {
        expect(normalTail(-normalQuantile(probability)) / probability).toBeCloseTo(1, 8);
      }),
    );
  });
});

/** Of whole signs: so many periods in which the judged arm was the worse one, so many in which the other was. */
const evidence = (wins: number, losses: number) => signLogE([...Array<number>(wins).fill(1), ...Array<number>(losses).fill(-1)]);

describe("the evidence of signs", () => {
  it("is none at the start, and takes eight wins to reach a hundred", () => {
    const wins = Array.from({ length: 12 }, (_, count) => evidence(count, 0) >= Math.log(100));

    expect(evidence(0, 0)).toBeCloseTo(0, 8);
    expect(wins.indexOf(true)).toBe(8);
  });

  it("is a bet with a fair price: a coin of its own gives 1 in the mean, whatever happened before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }), (wins, losses) => {
        const next = (Math.exp(evidence(wins + 1, losses)) + Math.exp(evidence(wins, losses + 1))) / 2;

        expect(next / Math.exp(evidence(wins, losses))).toBeLessThanOrEqual(1 + 1e-6);
      }),
    );
  });

  it("grows with each win", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 200 }), (wins, losses) => {
        expect(evidence(wins + 1, losses)).toBeGreaterThan(evidence(wins, losses + 1));
      }),
    );
  });
});

const p = fc.double({ min: 0, max: 1, noNaN: true });
const e = fc.double({ min: 0, max: 1e4, noNaN: true });

describe("a family of signals", () => {
  it("adjusts p-values by Holm", () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([])).toEqual([]);
  });

  it("never makes a p-value smaller, keeps their order, and rejects the smallest where Bonferroni does", () => {
    fc.assert(
      fc.property(fc.array(p, { minLength: 1, maxLength: 12 }), (values) => {
        const adjusted = holm(values);
        const pairs = values.map((value, index) => [value, adjusted[index] ?? Number.NaN] as const).sort((a, b) => a[0] - b[0]);

        expect(pairs.every(([before, after]) => after >= before && after <= 1)).toBe(true);
        expect(pairs.map(([, after]) => after)).toEqual([...adjusted].sort((a, b) => a - b));
        expect(Math.min(...adjusted)).toBe(Math.min(1, values.length * Math.min(...values)));
      }),
    );
  });

  it("adjusts e-values to the smallest mean with any others", () => {
    fc.assert(
      fc.property(fc.array(e, { minLength: 1, maxLength: 7 }), (values) => {
        const means = values.map((_, own) =>
          Math.min(
            ...Array.from({ length: 2 ** values.length }, (__, mask) => mask)
              .filter((mask) => (mask >> own) % 2 === 1)
              .map((mask) => meanEvidence(values.filter((___, index) => (mask >> index) % 2 === 1))),
          ),
        );

        for (const [index, value] of closedMeans(values).entries()) expect(value).toBeCloseTo(means[index] ?? Number.NaN, 6);
      }),
    );
  });

  it("never rejects one whose own evidence is too little, and rejects all that a fair share of the budget would", () => {
    const one = fc.oneof(
      p.map((value): FamilyEvidence => ({ kind: "p", value })),
      e.map((value): FamilyEvidence => ({ kind: "e", value })),
    );
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), (evidence) => {
        const alpha = 0.05;
        const strength = evidence.map(({ kind, value }) => (kind === "p" ? value : 1 / value));

        for (const [index, stands] of standing(evidence, alpha).entries()) {
          const own = strength[index] ?? Number.NaN;
          if (own > alpha * (1 + 1e-9)) expect(stands).toBe(false);
          if (own < (alpha / evidence.length) * (1 - 1e-9)) expect(stands).toBe(true);
        }
      }),
    );
  });

  it("means nothing of nothing", () => {
    expect([meanEvidence([]), meanEvidence([3, 5]), standing([], 0.01)]).toEqual([1, 4, []]);
  });
});
