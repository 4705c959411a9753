import { describe, expect, it } from "vitest";
import { parseMath } from "../../../functions/domain/metric-math/parse-math.ts";
import { parseCompositeRule } from "../../../functions/domain/replay/composite-rule.ts";

const nested = (open: string, inner: string, close: string, levels: number) => open.repeat(levels) + inner + close.repeat(levels);

describe("an expression that is nested too deep", () => {
  it.each([
    ["parentheses", nested("(", "m1", ")", 1000)],
    ["functions", nested("ABS(", "m1", ")", 300)],
    ["signs", nested("-", "m1", "", 1000)],
    ["powers", nested("m1^", "m1", "", 600)],
  ])("is refused with its place: %s", (_name, text) => {
    expect(parseMath(text)).toMatchObject({
      ok: false,
      problem: { kind: "syntax", at: expect.any(Number), message: "the expression is nested more than 100 levels deep" },
    });
  });

  it("is refused where it is longer than CloudWatch takes, before it is read", () => {
    for (const text of [nested("(", "m1", ")", 20_000), Array(5000).fill("m1").join("+")]) {
      expect(parseMath(text)).toMatchObject({ ok: false, problem: { message: "the expression is longer than 2048 characters" } });
    }
  });

  it("is read up to there", () => {
    expect(parseMath(nested("(", "m1", ")", 99))).toMatchObject({ ok: true });
    expect(parseMath(Array(600).fill("m1").join("+"))).toMatchObject({ ok: true });
  });
});

describe("a rule that is nested too deep", () => {
  it.each([
    ["parentheses", nested("(", 'ALARM("a")', ")", 5000)],
    ["negations", nested("NOT ", 'ALARM("a")', "", 2500)],
  ])("is refused with its place: %s", (_name, text) => {
    expect(parseCompositeRule(text)).toEqual({
      ok: false,
      at: expect.any(Number),
      message: "the rule is nested more than 100 levels deep",
    });
  });

  it("is read up to there", () => {
    expect(parseCompositeRule(nested("(", 'ALARM("a")', ")", 99))).toMatchObject({ ok: true });
  });
});
