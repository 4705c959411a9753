import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateAlarm, evaluationRange } from "../../functions/domain/alarm-evaluation.ts";
import { ALARM_STATES, type AlarmRule, breaches } from "../../functions/domain/alarm-rule.ts";
import { OPERATORS } from "../../functions/domain/blueprint.ts";
import type { Series } from "../../functions/domain/signal.ts";
import { missingDataTable, TREATMENTS } from "../support/missing-data-table.ts";

const cells = missingDataTable();

describe("CloudWatch's missing-data table", () => {
  it("has every documented cell: 40 of the tables, 5 of the prose", () => {
    expect(cells).toHaveLength(45);
  });

  it.each(cells)("$m of $n, `$points`, $treatment: $expected", ({ points, m, n, range, fill, treatment, expected }) => {
    const rule = aRule({ datapointsToAlarm: m, evaluationPeriods: n, missingData: treatment });

    for (const previous of ALARM_STATES) {
      const evaluation = evaluateAlarm(rule, seriesOf(points), previous, range);

      expect(evaluation.state).toBe(expected === "RETAIN" ? previous : expected);
      expect(evaluation.retained).toBe(expected === "RETAIN");
      expect(evaluation.documented).toBe(true);
      expect(evaluation.evaluated).toHaveLength(n);
      expect(evaluation.evaluated.filter((point) => point.value === null)).toHaveLength(fill);
    }
  });
});

describe("cells that the documentation leaves open", () => {
  it.each([
    { points: "0 - X - -", treatment: "missing" as const },
    { points: "0 - X - -", treatment: "ignore" as const },
    { points: "- - - - X", treatment: "ignore" as const },
  ])("labels `$points` with 3 of 3 and $treatment as undefined", ({ points, treatment }) => {
    const evaluation = evaluateAlarm(aRule({ datapointsToAlarm: 3, evaluationPeriods: 3, missingData: treatment }), seriesOf(points), "OK");

    expect(evaluation.documented).toBe(false);
  });
});

describe("evaluateAlarm", () => {
  it("looks back 5 periods for N = 3, as in AWS's examples", () => {
    expect(evaluationRange(3)).toBe(5);
    expect(evaluationRange(12)).toBe(16);
  });

  it("stretches over missing points to older real ones inside the range, and not beyond it", () => {
    const rule = aRule({ datapointsToAlarm: 3, evaluationPeriods: 3, missingData: "notBreaching" });

    expect(evaluateAlarm(rule, seriesOf("X X - - X"), "OK").state).toBe("ALARM");
    expect(evaluateAlarm(rule, seriesOf("X X - - - X"), "OK").state).toBe("OK");
    expect(evaluateAlarm(rule, seriesOf("X X - - - X"), "OK", 6).state).toBe("ALARM");
  });

  it("treats points before the start of the series as missing", () => {
    const evaluation = evaluateAlarm(aRule({ missingData: "missing" }), seriesOf("X"), "OK");

    expect(evaluation.evaluated.map((point) => point.value)).toEqual([200, null, null]);
  });

  it("names the time of every evaluated datapoint, newest first", () => {
    const series: Series = { startEpochSeconds: 1_000_000_000, periodSeconds: 10, values: [1, 2, 3] };

    const { evaluated } = evaluateAlarm(aRule({}), series, "OK");

    expect(evaluated.map((point) => point.atEpochSeconds)).toEqual([1_000_000_020, 1_000_000_010, 1_000_000_000]);
  });

  it.each([
    { operator: ">" as const, below: false, equal: false, above: true },
    { operator: ">=" as const, below: false, equal: true, above: true },
    { operator: "<" as const, below: true, equal: false, above: false },
    { operator: "<=" as const, below: true, equal: true, above: false },
  ])("compares with $operator", ({ operator, below, equal, above }) => {
    const rule = { operator, threshold: 1 };

    expect([0.5, 1, 1.5].map((value) => breaches(rule, value))).toEqual([below, equal, above]);
  });
});

describe("laws of the evaluation", () => {
  const anyRule = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }), fc.constantFrom(...TREATMENTS), fc.constantFrom(...OPERATORS))
    .map(([a, b, missingData, operator]) =>
      aRule({ datapointsToAlarm: Math.min(a, b), evaluationPeriods: Math.max(a, b), missingData, operator }),
    );
  const anyPoints = fc.array(fc.option(fc.integer({ min: 0, max: 300 }), { nil: null }), { maxLength: 16 });
  const anyState = fc.constantFrom(...ALARM_STATES);

  it("without missing points, alarms exactly when M of the last N breach, whatever the treatment and the previous state", () => {
    fc.assert(
      fc.property(
        anyRule,
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 8, maxLength: 16 }),
        anyState,
        (rule, points, previous) => {
          const { state } = evaluateAlarm(rule, aSeries(points), previous);

          const breaching = points.slice(-rule.evaluationPeriods).filter((value) => breaches(rule, value)).length;
          expect(state).toBe(breaching >= rule.datapointsToAlarm ? "ALARM" : "OK");
        },
      ),
    );
  });

  it("never calls a better state than notBreaching, nor a worse one than breaching", () => {
    fc.assert(
      fc.property(anyRule, anyPoints, (rule, points) => {
        const stateUnder = (missingData: AlarmRule["missingData"]) => evaluateAlarm({ ...rule, missingData }, aSeries(points), "OK").state;

        if (stateUnder("notBreaching") === "ALARM") expect(stateUnder("missing")).toBe("ALARM");
        if (stateUnder("missing") === "ALARM") expect(stateUnder("breaching")).toBe("ALARM");
      }),
    );
  });

  it("raises no alarm for missing points that would not raise one if they were breaching", () => {
    const under = (missingData: AlarmRule["missingData"]) =>
      evaluateAlarm(aRule({ datapointsToAlarm: 3, evaluationPeriods: 3, missingData }), seriesOf("0 - X - -"), "OK");

    expect(under("breaching").state).toBe("OK");
    expect(under("missing")).toMatchObject({ state: "OK", documented: false });
  });

  it("says INSUFFICIENT_DATA only for `missing` without any point, unless that state was kept", () => {
    fc.assert(
      fc.property(anyRule, anyPoints, anyState, (rule, points, previous) => {
        const evaluation = evaluateAlarm(rule, aSeries(points), previous);

        const range = points.slice(-evaluationRange(rule.evaluationPeriods));
        if (evaluation.state === "INSUFFICIENT_DATA" && !evaluation.retained) {
          expect(rule.missingData).toBe("missing");
          expect(range.every((value) => value === null)).toBe(true);
        }
        if (evaluation.retained) expect(evaluation.state).toBe(previous);
      }),
    );
  });

  it("gives N evaluated datapoints, newest first, and keeps every real one it can", () => {
    fc.assert(
      fc.property(anyRule, anyPoints, (rule, points) => {
        const { evaluated } = evaluateAlarm(rule, aSeries(points), "OK");

        const times = evaluated.map((point) => point.atEpochSeconds);
        const real = points.slice(-evaluationRange(rule.evaluationPeriods)).filter((value) => value !== null);
        expect(evaluated).toHaveLength(rule.evaluationPeriods);
        expect(times).toEqual([...times].sort((a, b) => b - a));
        expect(evaluated.map((point) => point.value).filter((value) => value !== null)).toEqual(
          real.slice(-rule.evaluationPeriods).reverse(),
        );
      }),
    );
  });
});

function aRule(overrides: Partial<AlarmRule>): AlarmRule {
  return { operator: ">", threshold: 100, datapointsToAlarm: 2, evaluationPeriods: 3, missingData: "missing", ...overrides };
}

function aSeries(values: readonly (number | null)[]): Series {
  return { startEpochSeconds: 1_767_225_600, periodSeconds: 10, values: [...values] };
}

/** `0` fine, `X` breaching, `-` missing; newest point right. */
function seriesOf(points: string): Series {
  const values: Record<string, number | null> = { "0": 50, X: 200, "-": null };
  return aSeries(points.split(" ").map((point) => values[point] ?? null));
}
