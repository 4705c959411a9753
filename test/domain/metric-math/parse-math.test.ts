import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPointwise, type MathExpression, metricIds } from "../../../functions/domain/metric-math/math-expression.ts";
import { parseMath } from "../../../functions/domain/metric-math/parse-math.ts";
import { printMath } from "../../../functions/domain/metric-math/print-math.ts";
import { aMathText } from "../../support/builders/metric-math.ts";

describe("parseMath", () => {
  it.each([
    ["m1 + m2 * m3", "m1 + m2 * m3"],
    ["(m1 + m2) * m3", "(m1 + m2) * m3"],
    ["m1 - (m2 - m3)", "m1 - (m2 - m3)"],
    ["(m1 - m2) - m3", "m1 - m2 - m3"],
    ["-m1 ^ 2", "-m1 ^ 2"],
    ["(-m1) ^ 2", "(-m1) ^ 2"],
    ["m1 ^ m2 ^ m3", "m1 ^ m2 ^ m3"],
    ["m1>100&&m2>100||m3>1", "m1 > 100 AND m2 > 100 OR m3 > 1"],
    ["m1 > 1 AND (m2 > 1 OR m3 > 1)", "m1 > 1 AND (m2 > 1 OR m3 > 1)"],
    ["IF(total >= 20, 100 * FILL(part, 0) / total)", "IF(total >= 20, 100 * FILL(part, 0) / total)"],
    ["MAX([m1,m2/m3]) - SUM( [m1] )", "MAX([m1, m2 / m3]) - SUM([m1])"],
    ["FILL(m1, REPEAT) - FILL(m2, LINEAR)", "FILL(m1, REPEAT) - FILL(m2, LINEAR)"],
    ["m1 - RATE(m1) * PERIOD(m1)", "m1 - RATE(m1) * PERIOD(m1)"],
    [".5 * m1 + 1e3", "0.5 * m1 + 1000"],
  ])("reads %s", (text, printed) => {
    const parsed = parseMath(text);

    expect(parsed.ok && printMath(parsed.value)).toBe(printed);
  });

  it.each([
    { text: "", kind: "syntax", at: 0, says: "the expression ends too early: expected a number" },
    { text: "m1 +", kind: "syntax", at: 4, says: "ends too early" },
    { text: "m1 m2", kind: "syntax", at: 3, says: '"m2" cannot stand here: expected an operator or the end' },
    { text: "(m1", kind: "syntax", at: 3, says: 'expected ")"' },
    { text: "m1 % 2", kind: "syntax", at: 3, says: '"%" cannot stand here' },
    { text: "1 < m1 < 3", kind: "syntax", at: 7, says: '"<" cannot stand here' },
    { text: "m1 + SUMM(m2)", kind: "syntax", at: 5, says: '"SUMM" is no function of metric math: expected one of ABS,' },
    { text: "m1 / m9", kind: "unknown", at: 5, says: 'no metric has the id "m9": expected one of m1, m2' },
    { text: "100 * 2", kind: "type", at: 4, says: "an alarm needs one time series, but this is a number" },
    { text: "[m1, m2]", kind: "type", at: 0, says: "this is an array of time series" },
    { text: "ABS([m1, m2])", kind: "type", at: 0, says: "this is an array of time series" },
    { text: "IF(m1)", kind: "type", at: 0, says: "IF takes 2 or 3 inputs, but has 1" },
    { text: "IF(1, 2, 3)", kind: "type", at: 0, says: "IF takes at least one time series" },
    { text: "PERIOD(m1 + m2) * m1", kind: "type", at: 0, says: "PERIOD takes the id of a metric" },
    { text: "m1 + REPEAT", kind: "type", at: 5, says: "REPEAT can only be the second input of FILL" },
    { text: "[1, 2] * m1", kind: "type", at: 1, says: "an array holds time series" },
    { text: "m1 / MAX(m1)", kind: "unsafe", at: 5, says: "MAX of one series must not be used in an alarm" },
    { text: "AVG(m1) * m2", kind: "unsafe", at: 0, says: "AVG of one series" },
    { text: "STDDEV([m1, m2])", kind: "unsafe", at: 0, says: "STDDEV must not be used in an alarm: an evaluation fetches more points" },
    { text: "RUNNING_SUM(m1)", kind: "unsafe", at: 0, says: "RUNNING_SUM" },
    { text: "m1 > ANOMALY_DETECTION_BAND(m1, 2)", kind: "unsupported", at: 5, says: "cannot be replayed" },
    { text: "SUM(METRICS())", kind: "unsupported", at: 4, says: "name the metrics: [m1, m2]" },
    { text: "SEARCH(m1)", kind: "unsupported", at: 0, says: "CloudWatch refuses it in alarms" },
  ])("refuses `$text` as $kind at $at", ({ text, kind, at, says }) => {
    const parsed = parseMath(text, ["m1", "m2"]);

    expect(parsed).toMatchObject({ ok: false, problem: { kind, at } });
    expect(parsed.ok ? "" : parsed.problem.message).toContain(says);
  });

  it("reads what it prints, as the same expression", () => {
    fc.assert(
      fc.property(aMathText, (text) => {
        const first = parseMath(text);
        if (!first.ok) throw new Error(`${text}: ${first.problem.message}`);

        const again = parseMath(printMath(first.value));

        expect(again.ok && withoutPositions(again.value)).toEqual(withoutPositions(first.value));
      }),
    );
  });

  it("never throws and always says where, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("m1", "IF", "(", ")", ",", "+", "-", "^", "[", "]", "1", "AND", "FILL", "<", "%", "é", " "), {
          maxLength: 12,
        }),
        (parts) => {
          const text = parts.join("");

          const parsed = parseMath(text);

          if (!parsed.ok) expect(parsed.problem.at).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });

  it("names the metrics of an expression once, and says whether a point stands for itself", () => {
    const ratio = parseMath("IF(total >= 20, 100 * FILL(part, 0) / total)");
    const lag = parseMath("m1 - RATE(m1)");

    expect(ratio.ok && metricIds(ratio.value)).toEqual(["total", "part"]);
    expect(ratio.ok && isPointwise(ratio.value)).toBe(true);
    expect(lag.ok && isPointwise(lag.value)).toBe(false);
  });
});

function withoutPositions(expression: MathExpression): unknown {
  return JSON.parse(JSON.stringify(expression, (key, value: unknown) => (key === "at" ? undefined : value)));
}
