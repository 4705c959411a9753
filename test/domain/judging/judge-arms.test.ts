import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JudgeInput, judge, judgeAll } from "../../../functions/domain/judge.ts";
import type { ArmCounts } from "../../../functions/domain/judging/count-e-value.ts";
import { draws, drifting } from "./simulated.ts";

const minutes = (count: number, period: ArmCounts): ArmCounts[] => Array.from({ length: count }, () => period);
const alike = minutes(60, { bad: 6, total: 1000, controlBad: 6, controlTotal: 1000 });
const percentages = (periods: readonly ArmCounts[]) => ({
  after: periods.map(({ bad, total }) => (100 * bad) / total),
  control: periods.map(({ controlBad, controlTotal }) => (100 * controlBad) / controlTotal),
});
const errors = (during: readonly ArmCounts[], overrides: Partial<JudgeInput> = {}): JudgeInput => ({
  ...{ before: [], direction: "lower", threshold: 2, unit: "%", minimumSamples: 5, counts: { during, alike } },
  ...percentages(during),
  ...overrides,
});
const bad = minutes(10, { bad: 24, total: 1000, controlBad: 6, controlTotal: 1000 });

describe("two arms with counts", () => {
  it("fail where the new one is bad, and worse by more than chance, with the numbers", () => {
    const found = judge(errors(bad));

    expect(found).toMatchObject({ verdict: "fail", evidence: { kind: "e", limit: 100 }, samples: { compared: 10, judged: 10 } });
    expect(found.evidence.value).toBeGreaterThan(1e6);
    expect(found.effect.estimate).toBeCloseTo(400, 6);
    expect(found.effect.low).toBeGreaterThan(200);
    expect(found.effect.high).toBeGreaterThan(400);
    expect(found.sentence).toMatch(
      /^2\.4% against 0\.6% of the other arm \(4x, at least 2\.\dx\), limit 2%: e = \de\+\d+, proven from 100 on$/,
    );
  });

  it("are open where the difference may be chance", () => {
    const few = minutes(5, { bad: 1, total: 40, controlBad: 0, controlTotal: 40 });

    expect(judge(errors(few))).toMatchObject({ verdict: "inconclusive", evidence: { kind: "e" } });
    expect(judge(errors(few)).sentence).toContain("may be chance, e = ");
  });

  it("pass what the threshold bears, however surely it is worse", () => {
    const slightly = minutes(60, { bad: 80, total: 10_000, controlBad: 60, controlTotal: 10_000 });

    expect(judge(errors(slightly))).toMatchObject({ verdict: "pass", evidence: { kind: "threshold", limit: 2 } });
  });

  it.each<[string, ArmCounts, string]>([
    ["both are bad", { bad: 90, total: 1000, controlBad: 30, controlTotal: 1000 }, "both are bad"],
    ["the new one is far worse and not bad", { bad: 18, total: 1000, controlBad: 1, controlTotal: 1000 }, "far worse than the other arm"],
  ])("have no verdict where %s", (_name, period, why) => {
    const found = judge(errors(minutes(20, period)));

    expect(found.verdict).toBe("inconclusive");
    expect(found.sentence).toContain(why);
  });

  it("go by signs where no stretch tells how much they scatter: eight periods prove it", () => {
    const without = (count: number) => {
      const during = bad.slice(0, count);
      return judge(errors(during, { counts: { during, alike: [] } }));
    };

    expect([without(7).verdict, without(8).verdict]).toEqual(["inconclusive", "fail"]);
    expect(without(8).sentence).toContain("by the signs alone, proven from 100 on");
    expect(without(8).effect).toMatchObject({ low: null, high: null });
  });

  it("need more where they scatter by themselves", () => {
    const wild = alike.map((period, index) => (index % 2 === 0 ? { ...period, bad: 60 } : { ...period, controlBad: 60 }));

    expect(judge(errors(bad, { counts: { during: bad, alike: wild } })).verdict).toBe("inconclusive");
  });

  it("are open where the new arm was as much worse before the change", () => {
    const before = minutes(60, bad[0] ?? { bad: 0, total: 0, controlBad: 0, controlTotal: 0 });

    expect(judge(errors(bad, { counts: { during: bad, alike: before } })).verdict).toBe("inconclusive");
    expect(judge(errors(bad, { counts: { during: bad, alike } })).verdict).toBe("fail");
  });

  it("without a threshold fail from a quarter more on, and pass at the last look", () => {
    const look = (index: number, factor: number) => {
      const during = minutes(30, { bad: 60 * factor, total: 10_000, controlBad: 60, controlTotal: 10_000 });
      return judge(errors(during, { threshold: null, look: { index, of: 3 } })).verdict;
    };

    expect([look(0, 3), look(0, 1.2), look(2, 1.2), look(2, 1)]).toEqual(["fail", "inconclusive", "pass", "pass"]);
  });

  it("give the same verdict in whatever order the periods come", () => {
    const period = fc.record({
      ...{ bad: fc.integer({ min: 0, max: 40 }), total: fc.constant(400) },
      ...{ controlBad: fc.integer({ min: 0, max: 40 }), controlTotal: fc.constant(400) },
    });
    fc.assert(
      fc.property(fc.array(period, { minLength: 5, maxLength: 20 }), (during) => {
        expect(judge(errors(during.toReversed())).verdict).toBe(judge(errors(during)).verdict);
      }),
    );
  });
});

describe("two arms without counts", () => {
  const latency = (after: readonly number[], control: readonly number[], overrides: Partial<JudgeInput> = {}): JudgeInput => ({
    ...{ before: [], after, control, direction: "lower", threshold: 200, unit: "ms", minimumSamples: 5 },
    ...overrides,
  });

  it("fail by their ranks, with the interval in percent of the other arm", () => {
    const found = judge(latency([280, 290, 300, 310, 270], [100, 110, 120, 130, 140]));

    expect(found).toMatchObject({ verdict: "fail", evidence: { kind: "p", limit: 0.01 } });
    expect(found.sentence).toBe("290ms against 120ms of the other arm, limit 200ms: p = 0.0061, proven at 0.01 or less");
    expect(found.effect).toMatchObject({ estimate: (100 * 290) / 120, low: 100 * (1 + 130 / 120), high: 100 * (1 + 210 / 120) });
  });

  it("are open where they overlap", () => {
    const found = judge(latency([150, 190, 210, 220, 230], [120, 180, 195, 215, 190]));

    expect(found).toMatchObject({ verdict: "inconclusive", evidence: { kind: "p" } });
    expect(found.sentence).toContain("may be chance, p = 0.");
  });

  it("give the same verdict at every scale", () => {
    const values = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 5, maxLength: 20 });
    fc.assert(
      fc.property(values, values, fc.integer({ min: -20, max: 20 }), (after, control, exponent) => {
        const by = (all: readonly number[]) => all.map((value) => value * 2 ** exponent);

        const scaled = judge(latency(by(after), by(control), { threshold: 200 * 2 ** exponent }));
        expect(scaled.verdict).toBe(judge(latency(after, control)).verdict);
      }),
    );
  });

  it("are not minded by values that are missing", () => {
    const found = judge(latency([280, Number.NaN, 290, 300, 310, 270], [100, 110, 120, 130, 140, Number.NaN]));

    expect(found).toMatchObject({ verdict: "fail", samples: { compared: 5, judged: 5 } });
  });

  it("fail where lower is bad and they are lower", () => {
    const rate = { direction: "higher", threshold: 90, unit: "%" } as const;

    expect(judge(latency([60, 61, 62, 63, 64], [98, 99, 99.5, 97, 98.5], rate)).verdict).toBe("fail");
  });

  it("share one budget: what would fail alone is too little among several", () => {
    const worse = latency([280, 290, 300, 310, 270], [100, 110, 120, 130, 140]);
    const fine = latency([100, 110, 120, 130, 141], [100, 110, 120, 130, 140]);

    expect(judgeAll([worse]).map(({ verdict }) => verdict)).toEqual(["fail"]);
    expect(judgeAll([worse, fine]).map(({ verdict }) => verdict)).toEqual(["inconclusive", "pass"]);
    expect(judgeAll([worse, fine])[0]?.sentence).toContain("too little among 2 signals");
    expect(judgeAll([errors(bad), fine]).map(({ verdict }) => verdict)).toEqual(["fail", "pass"]);
  });
});

describe("a release with a history", () => {
  const values = drifting(draws(3), 7 * 288, 100);
  const bake = drifting(draws(4), 12, 100);
  const after = (factor: number, overrides: Partial<JudgeInput> = {}) =>
    judge({
      ...{ before: [], after: bake.map((value) => factor * value), history: { values, periodSeconds: 300 } },
      ...{ direction: "lower", threshold: null, unit: "ms", minimumSamples: 5, ...overrides },
    });

  it("is judged by what it let expect, and says how often such a rule is wrong", () => {
    const found = after(2);

    expect([found.verdict, after(1).verdict]).toEqual(["fail", "pass"]);
    expect(found.evidence.value).toBeGreaterThan(found.evidence.limit ?? Number.POSITIVE_INFINITY);
    expect(found.sentence).toMatch(
      /^at least half of 12 values since the release are \d\.\d\d times higher than expected, it fails over \d\.\d\d times; of \d+ pretended releases before it \d\.\d% would have failed$/,
    );
  });

  it("has no verdict on a short one, nor between two looks", () => {
    expect(after(2, { history: { values: values.slice(0, 288), periodSeconds: 300 } })).toMatchObject({
      verdict: "inconclusive",
      sentence: expect.stringContaining("shorter than 48 h"),
    });
    expect(after(2, { after: [500, 500, 500] }).verdict).toBe("inconclusive");
  });

  it("has no verdict on one that was never over 0, and says so", () => {
    expect(after(2, { history: { values: values.map(() => 0), periodSeconds: 300 } })).toMatchObject({
      verdict: "inconclusive",
      sentence: expect.stringContaining("it was never over 0 in its history"),
    });
  });

  it("asks the other arm where there is one", () => {
    expect(after(2, { control: bake.map((value) => 2 * value), threshold: 500 }).verdict).toBe("pass");
  });
});

describe("no threshold, no history and no other arm", () => {
  it("is no verdict", () => {
    const five = [1, 2, 3, 4, 5];
    const found = judge({ before: five, after: five, direction: "lower", threshold: null, unit: "ms", minimumSamples: 5 });

    expect(found).toMatchObject({ verdict: "inconclusive", sentence: expect.stringContaining("no threshold and no history") });
  });
});
