import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alarmProblems, UNSAFE_FUNCTIONS } from "../../../functions/domain/alarms/alarm-limits.ts";
import { type CompiledAlarm, compileAlarms, type MetricWatch } from "../../../functions/domain/blueprint-alarms.ts";
import { parseMath } from "../../../functions/domain/metric-math/parse-math.ts";
import { aMetricRef, aSignal, aTrigger } from "../../support/builders/index.ts";
import { presetAlarms } from "./support/preset-alarms.ts";
import { randomTriggers } from "./support/random-triggers.ts";

const leaf = { id: "m1", metric: aMetricRef() };

function problemsOf(watch: Partial<MetricWatch>, overrides: Partial<CompiledAlarm> = {}): string[] {
  const plain: MetricWatch = {
    ...{ kind: "metric", leaves: [leaf], expression: null, operator: ">", threshold: 1, periodSeconds: 60 },
    ...{ datapointsToAlarm: 1, evaluationPeriods: 1, missingData: "missing", lowSamples: "evaluate" },
  };
  const common = { alarmName: "rollguard-a-b", service: "a", trigger: aTrigger(), signal: aSignal(), existing: false, description: "" };
  return alarmProblems({ ...common, role: "acting", owner: "cdk", watch: { ...plain, ...watch }, ...overrides });
}

function numbered(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`d${index}`, "v"]));
}

function expressionsOf(alarms: readonly CompiledAlarm[]) {
  return alarms.flatMap(({ watch }) =>
    watch?.kind === "metric" && watch.expression !== null ? [{ ...watch, expression: watch.expression }] : [],
  );
}

describe("CloudWatch's limits", () => {
  it.each([
    ["a day of periods below an hour", { periodSeconds: 60, evaluationPeriods: 1440 }, []],
    ["more than a day of them", { periodSeconds: 60, evaluationPeriods: 1441 }, ["1441 x 60 s is longer than 86400 s"]],
    ["a week of longer ones", { periodSeconds: 3600, evaluationPeriods: 168 }, []],
    ["more than a week", { periodSeconds: 3600, evaluationPeriods: 169 }, ["169 x 3600 s is longer than 604800 s"]],
    ["20 s", { periodSeconds: 20 }, []],
    ["45 s", { periodSeconds: 45 }, ["45 s is no period that CloudWatch has"]],
    ["90 s", { periodSeconds: 90 }, ["90 s is no period that CloudWatch has"]],
    ["more datapoints than periods", { datapointsToAlarm: 2 }, ["2 of 1 datapoints can never breach"]],
    ["no number", { threshold: Number.NaN }, ["NaN is no threshold"]],
    ["no metric", { leaves: [] }, ["it watches 0 metrics, 1 to 10 are allowed"]],
    ["an id that is none", { leaves: [{ ...leaf, id: "M1" }] }, ["M1 is no id, or there twice"]],
    ["an expression over what is not there", { expression: "m1 / m2" }, ["its expression uses m2"]],
    ["two metrics without an expression", { leaves: [leaf, { ...leaf, id: "m2" }] }, ["it watches several metrics without an expression"]],
  ])("know %s", (_name, watch, problems) => {
    expect(problemsOf(watch)).toEqual(problems);
  });

  it.each<[name: string, dimensions: Readonly<Record<string, string>>, problems: readonly string[]]>([
    ["30", numbered(30), []],
    ["31", numbered(31), ["a metric of it has 31 dimensions, 30 are allowed"]],
    ["1024 characters", { a: "v".repeat(1024) }, []],
    ["1025 characters", { a: "v".repeat(1025) }, ["its dimension a has a value of no or too many, or of other than ASCII characters"]],
    ["no value", { a: "" }, ["its dimension a has a value of no or too many, or of other than ASCII characters"]],
    ["a colon first", { ":a": "v" }, ['":a" is no name of a dimension']],
  ])("know dimensions: %s", (_name, dimensions, problems) => {
    expect(problemsOf({ leaves: [{ ...leaf, metric: { ...aMetricRef(), dimensions } }] })).toEqual(problems);
  });

  it("count metrics, characters and parts", () => {
    const leaves = Array.from({ length: 11 }, (_, index) => ({ ...leaf, id: `m${index}` }));
    const parts = Array.from({ length: 101 }, (_, index) => `rgpart-${index}`);
    const rule = parts.map((part) => `ALARM("${part}")`).join(" OR ");

    expect(problemsOf({ leaves, expression: "m0" })).toEqual(["it watches 11 metrics, 1 to 10 are allowed"]);
    expect(problemsOf({}, { description: "x".repeat(1025) })).toEqual(["its description has 1025 characters"]);
    expect(problemsOf({ expression: `m1 ${"+ m1 ".repeat(500)}` })).toEqual(["its expression has 2503 characters"]);
    expect(problemsOf({}, { watch: { kind: "composite", rule, parts } })).toEqual(["it has 101 parts"]);
    expect(problemsOf({}, { watch: { kind: "composite", rule: 'ALARM("a")', parts: ["b"] } })).toEqual(["its rule does not name b"]);
  });

  it.each(UNSAFE_FUNCTIONS)("refuse %s, which AWS advises against in alarms", (name) => {
    expect(problemsOf({ expression: `${name}(m1)` })).toEqual([`its expression uses ${name}`]);
  });
});

describe("no alarm that comes out", () => {
  const unsafe = new RegExp(`\\b(${UNSAFE_FUNCTIONS.join("|")})\\b`, "i");

  it("uses a function that AWS advises against, or is refused by CloudWatch or by the evaluator: every preset", () => {
    const expressions = expressionsOf(presetAlarms);

    expect(expressions.length).toBeGreaterThan(15);
    expect(expressions.filter(({ expression }) => unsafe.test(expression))).toEqual([]);
    expect(presetAlarms.flatMap(alarmProblems)).toEqual([]);
    expect(
      expressions.map(
        ({ expression, leaves }) =>
          parseMath(
            expression,
            leaves.map(({ id }) => id),
          ).ok,
      ),
    ).not.toContain(false);
  });

  it("does so for any trigger either", () => {
    fc.assert(
      fc.property(randomTriggers, ({ blueprint }) => {
        const alarms = compileAlarms(blueprint);

        expect(alarms.flatMap(alarmProblems)).toEqual([]);
        for (const { expression, leaves } of expressionsOf(alarms)) {
          expect(expression).not.toMatch(unsafe);
          expect(
            parseMath(
              expression,
              leaves.map(({ id }) => id),
            ),
          ).toMatchObject({ ok: true });
        }
      }),
    );
  });
});
