import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { baselineOf, isAsBefore, median } from "../../functions/domain/baseline.ts";
import { type JudgeInput, judge, worstOf } from "../../functions/domain/judge.ts";

const five = (value: number) => [value, value, value, value, value];
const input = (overrides: Partial<JudgeInput> = {}): JudgeInput => ({
  before: five(120),
  after: five(125),
  direction: "lower",
  threshold: 200,
  unit: "ms",
  minimumSamples: 5,
  ...overrides,
});

describe("the judge", () => {
  it.each<[string, Partial<JudgeInput>, object]>([
    ["passes what is within the trigger's threshold", {}, { verdict: "pass", evidence: { kind: "threshold", value: 125, limit: 200 } }],
    ["fails what is over it and was not before", { after: five(280) }, { verdict: "fail", samples: { compared: 5, judged: 5 } }],
    ["has no verdict where both sides are bad", { before: five(300), after: five(280) }, { verdict: "inconclusive" }],
    ["has no verdict on too few values", { after: [280] }, { verdict: "inconclusive", effect: { estimate: null } }],
    ["has no verdict against too few values", { before: [120] }, { verdict: "inconclusive" }],
    ["compares with the other arm where there is one", { before: [], control: five(120), after: five(280) }, { verdict: "fail" }],
    ["has no verdict on an arm far worse than the other one", { control: five(120), after: five(190) }, { verdict: "inconclusive" }],
    ["has none on one that errs where the other does not", { control: five(0), after: five(150) }, { verdict: "inconclusive" }],
    ["passes two arms that are both near the threshold", { control: five(190), after: five(197) }, { verdict: "pass" }],
    ["passes an arm better than the other one, which is bad", { control: five(300), after: five(120) }, { verdict: "pass" }],
    ["counts lower as bad where higher is better", { direction: "higher", before: five(300), after: five(150) }, { verdict: "fail" }],
    ["does not mind one spike", { after: [120, 120, 120, 120, 9000] }, { verdict: "pass" }],
  ])("%s", (_name, overrides, expected) => {
    expect(judge(input(overrides))).toMatchObject(expected);
  });

  it("says its figures in a sentence", () => {
    expect(judge(input({ after: five(280) })).sentence).toBe("280ms against 120ms before the change, limit 200ms");
  });

  it("gives neither pass nor fail without enough values, whatever they are", () => {
    const values = (maxLength: number) => fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { maxLength });
    fc.assert(
      fc.property(values(4), values(50), fc.boolean(), (few, many, first) => {
        expect(judge(input(first ? { before: few, after: many } : { before: many, after: few })).verdict).toBe("inconclusive");
      }),
    );
  });

  it("over several signals takes the worst, and nothing compared is no verdict", () => {
    const pass = judge(input());
    const fail = judge(input({ after: five(280) }));
    const open = judge(input({ after: [] }));

    expect([worstOf([pass, fail, open]), worstOf([pass, open]), worstOf([pass]), worstOf([])]).toEqual([
      "fail",
      "inconclusive",
      "pass",
      "inconclusive",
    ]);
  });
});

describe("the baseline", () => {
  const changeAt = new Date("2026-11-20T03:00:00Z");
  const series = (values: (number | null)[], minutesBefore = values.length) => ({
    startEpochSeconds: changeAt.getTime() / 1000 - minutesBefore * 60,
    periodSeconds: 60,
    values,
  });

  it("is the median of the last hour before the change", () => {
    const older = Array.from({ length: 30 }, () => 9999);
    const hour = Array.from({ length: 60 }, (_, minute) => (minute === 5 ? 5000 : 120));

    expect(baselineOf(series([...older, ...hour, 480, 480], 90), changeAt)).toBe(120);
  });

  it("is nothing where there are fewer than three points", () => {
    expect(baselineOf(series([null, 120, 120]), changeAt)).toBeNull();
  });

  it("leaves out a point whose period the change is in", () => {
    const half = { ...series([100, 100, 100, 480]), startEpochSeconds: changeAt.getTime() / 1000 - 210 };

    expect(baselineOf(half, changeAt)).toBe(100);
  });

  it("of an even number of points is the mean of the two in the middle, in any order", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("is reached again within a tenth", () => {
    expect([
      isAsBefore(110, 100, "lower"),
      isAsBefore(111, 100, "lower"),
      isAsBefore(90, 100, "higher"),
      isAsBefore(89, 100, "higher"),
    ]).toEqual([true, false, true, false]);
  });
});
