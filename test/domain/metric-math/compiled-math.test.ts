import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CompiledAlarm, compileAlarms, type MetricWatch } from "../../../functions/domain/blueprint-alarms.ts";
import { evaluateMath } from "../../../functions/domain/metric-math/evaluate-math.ts";
import type { MathExpression } from "../../../functions/domain/metric-math/math-expression.ts";
import { parseMath } from "../../../functions/domain/metric-math/parse-math.ts";
import { printMath } from "../../../functions/domain/metric-math/print-math.ts";
import { presetAlarms } from "../alarms/support/preset-alarms.ts";
import { randomTriggers } from "../alarms/support/random-triggers.ts";

const LENGTH = 8;

type MathWatch = MetricWatch & { readonly expression: string };

const expressions = new Map(presetAlarms.flatMap((alarm) => mathOf(alarm).map((watch) => [alarm.alarmName, watch] as const)));

const anyWatch = fc.oneof(
  fc.constantFrom(...expressions.values()),
  randomTriggers
    .map(({ blueprint }) => compileAlarms(blueprint).flatMap(mathOf))
    .filter((watches) => watches.length > 0)
    .map(([first]) => first),
);

describe("metric math that is compiled", () => {
  it("is there to be looked at", () => {
    expect(expressions.size).toBeGreaterThan(10);
  });

  it.each([...expressions])("of %s can be read, and printed as the same", (_name, { expression, leaves }) => {
    const parsed = expressionOf(expression, leaves);

    expect(printMath(expressionOf(printMath(parsed), leaves))).toBe(printMath(parsed));
  });

  it("never hangs on how a missing operand counts, which AWS's text and people's experience tell differently", () => {
    fc.assert(
      fc.property(anyWatch, fc.infiniteStream(fc.option(fc.integer({ min: 0, max: 5000 }), { freq: 2 })), (watch, points) => {
        if (watch === undefined) throw new Error("no metric math");
        const leaves = new Map(watch.leaves.map(({ id }) => [id, Float64Array.from({ length: LENGTH }, () => points.next().value ?? 0)]));
        // All statistics of a metric are missing at the same times.
        for (const sameMetric of Map.groupBy(watch.leaves, ({ metric }) => JSON.stringify({ ...metric, stat: null })).values()) {
          for (let i = 0; i < LENGTH; i++) {
            if (points.next().value !== null) continue;
            for (const { id } of sameMetric) leaves.get(id)?.fill(Number.NaN, i, i + 1);
          }
        }
        const under = (missingOperand: "zero" | "missing") =>
          evaluateMath(expressionOf(watch.expression, watch.leaves), leaves, {
            startEpochSeconds: 0,
            ...{ stepSeconds: watch.periodSeconds, periodSeconds: watch.periodSeconds, length: LENGTH, missingOperand },
          });

        expect([...under("zero")]).toEqual([...under("missing")]);
      }),
      { numRuns: 2_000 },
    );
  });
});

function mathOf({ watch }: CompiledAlarm): MathWatch[] {
  return watch?.kind === "metric" && watch.expression !== null ? [{ ...watch, expression: watch.expression }] : [];
}

function expressionOf(text: string, leaves: MetricWatch["leaves"]): MathExpression {
  const parsed = parseMath(
    text,
    leaves.map(({ id }) => id),
  );
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem.message}`);
  return parsed.value;
}
