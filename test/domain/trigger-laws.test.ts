import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alarmProblems } from "../../functions/domain/alarms/alarm-limits.ts";
import { SEVERITIES, TRIGGER_CLASSES, TriggerSchema } from "../../functions/domain/blueprint.ts";
import { compileAlarms } from "../../functions/domain/blueprint-alarms.ts";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { AuthoredTriggerSchema } from "../../functions/domain/blueprint-authored-trigger.ts";
import { DEFAULT_BURN_WINDOWS } from "../../functions/domain/trigger-burn-rate.ts";
import { parseBaselineCondition } from "../../functions/domain/trigger-condition.ts";
import { TRIGGER_PRESET_NAMES } from "../../functions/domain/trigger-preset-names.ts";
import { anAuthoredBlueprint, anAuthoredSignal, compiled } from "../blueprints/authored-blueprint.ts";

const SIGNALS = { latency_stable: anAuthoredSignal({ unit: "ms", resolution: "10s" }) };
const amount = fc.integer({ min: 1, max: 9000 });
const factor = fc.integer({ min: 101, max: 900 }).map((hundredths) => hundredths / 100);
const above = fc.constantFrom(">", ">=");

/** Conditions on a latency: fixed, and every way to compare with a baseline. */
const when = fc.oneof(
  fc.tuple(above, amount).map(([operator, value]) => `${operator} ${value}ms`),
  fc.tuple(above, factor).map(([operator, value]) => `${operator} ${value}x baseline`),
  fc.tuple(above, amount).map(([operator, value]) => `${operator} baseline + ${value} ms`),
  fc.tuple(above, amount).map(([operator, value]) => `${operator} baseline + ${value}%`),
);
const against = fc.constantFrom<Pick<AuthoredTrigger, "against" | "control" | "period" | "datapoints_to_alarm">>(
  {},
  { against: "before-change" },
  { against: "season", period: "5m" },
  { against: "control", control: "latency_stable" },
  { against: "previous-period" },
);
const common = fc.record({
  class: fc.constantFrom(...TRIGGER_CLASSES),
  severity: fc.constantFrom(...SEVERITIES),
  mode: fc.constantFrom("observe", "approve", "auto"),
  armed: fc.oneof(
    fc.constant("always" as const),
    fc.integer({ min: 1, max: 600 }).map((minutes) => ({ after_change: `${minutes}m` })),
  ),
});
const threshold = fc.tuple(when, against, common).map(([condition, baseline, fields]): AuthoredTrigger => {
  const isBaseline = parseBaselineCondition(condition) !== null;
  return { name: "t", signal: "latency_p95", when: condition, ...(isBaseline ? { floor: "50ms", ...baseline } : {}), ...fields };
});
const burnRate = fc.tuple(fc.integer({ min: 9310, max: 9999 }), common).map(
  ([objective, fields]): AuthoredTrigger => ({
    name: "t",
    signal: "error_rate",
    burn_rate: { objective: `${objective / 100}%` },
    ...fields,
  }),
);
const trend = fc.tuple(fc.integer({ min: 1, max: 89 }), fc.integer({ min: 1, max: 1440 }), common).map(
  ([entry, minutes, fields]): AuthoredTrigger => ({
    name: "t",
    signal: "cpu_utilization",
    when: `> ${entry}%`,
    trend: { limit: "90%", within: `${minutes}m` },
    ...fields,
  }),
);
const absence = common.map((fields): AuthoredTrigger => ({ name: "t", signal: "request_count", absent: true, ...fields }));
const presets = fc.constantFrom("error-rate-slo", "error-rate-2x", "error-rate-plus-5", "latency-1.5x", "latency-api", "throughput-drop");
const preset = fc.tuple(presets, common).map(([name, fields]): AuthoredTrigger => ({ preset: name, ...fields }));
const valid = fc.oneof(threshold, burnRate, trend, absence, preset);

function compiledOf(trigger: AuthoredTrigger) {
  return compiled(anAuthoredBlueprint({ signals: { ...SIGNALS, error_count: anAuthoredSignal() }, triggers: [trigger] }));
}

describe("laws of the trigger language", () => {
  it("every good trigger compiles to triggers that fit the schema, the same twice", () => {
    fc.assert(
      fc.property(valid, (trigger) => {
        expect(AuthoredTriggerSchema.safeParse(trigger).error).toBeUndefined();

        const { blueprint, problems } = compiledOf(trigger);

        expect(problems).toEqual([]);
        expect(blueprint?.triggers.length).toBeGreaterThan(0);
        for (const made of blueprint?.triggers ?? []) expect(TriggerSchema.safeParse(made).error).toBeUndefined();
        expect(JSON.stringify(compiledOf(structuredClone(trigger)))).toBe(JSON.stringify(compiledOf(trigger)));
      }),
      { numRuns: 300 },
    );
  });

  it("a trigger has a fixed threshold or a form that brings one, and a trend has both", () => {
    fc.assert(
      fc.property(valid, (trigger) => {
        for (const { rule, form } of compiledOf(trigger).blueprint?.triggers ?? []) {
          expect(rule === null).toBe(form !== undefined && form.type !== "trend");
        }
      }),
    );
  });

  it("every alarm that a good trigger makes is one that CloudWatch takes", () => {
    fc.assert(
      fc.property(valid, (trigger) => {
        const { blueprint } = compiledOf(trigger);
        const alarms = blueprint === null ? [] : compileAlarms(blueprint);

        expect(alarms.length).toBeGreaterThan(0);
        expect(alarms.flatMap(alarmProblems)).toEqual([]);
      }),
    );
  });

  it("windows are within CloudWatch's limits, whatever is left out", () => {
    fc.assert(
      fc.property(valid, (trigger) => {
        for (const made of compiledOf(trigger).blueprint?.triggers ?? []) {
          expect(made.datapointsToAlarm).toBeLessThanOrEqual(made.evaluationPeriods);
          expect(made.periodSeconds * made.evaluationPeriods).toBeLessThanOrEqual(86_400);
          expect([10, 20, 30].includes(made.periodSeconds) || made.periodSeconds % 60 === 0).toBe(true);
        }
      }),
    );
  });

  it("the default windows of a burn rate can be passed with every objective that they are taken for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), (objective) => {
        const fastest = 100 / (100 - objective / 100);
        const written: AuthoredTrigger = {
          name: "t",
          signal: "error_rate",
          class: "performance",
          severity: "high",
          burn_rate: { objective: `${objective / 100}%` },
        };

        expect(compiledOf(written).problems.length === 0).toBe(DEFAULT_BURN_WINDOWS.every(({ burn }) => burn < fastest));
      }),
    );
    for (const { longSeconds, shortSeconds } of DEFAULT_BURN_WINDOWS) {
      expect(shortSeconds).toBeLessThan(longSeconds);
      expect(longSeconds).toBeLessThanOrEqual(86_400);
    }
  });
});

describe("laws of conditions", () => {
  it("what is written is read back: operator, kind and number", () => {
    fc.assert(
      fc.property(fc.constantFrom(">", ">=", "<", "<="), factor, amount, fc.constantFrom("+", "-"), (operator, times, distance, side) => {
        expect(parseBaselineCondition(`${operator} ${times}x baseline`)).toEqual({
          operator,
          by: "factor",
          amount: { value: times, unit: "count" },
          side: null,
        });
        expect(parseBaselineCondition(`${operator} baseline ${side} ${distance}pp`)).toEqual({
          operator,
          by: "points",
          amount: { value: distance, unit: "%" },
          side,
        });
        expect(parseBaselineCondition(`${operator} baseline ${side} ${distance}%`)).toMatchObject({ by: "percent", side });
      }),
    );
  });

  it("any text is a condition or null, never an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[<>=]{1,2} ?[0-9.x]{0,4} ?baseline ?[-+]? ?[0-9.]{0,4}[a-z%]{0,3}$/)),
        (text) => {
          const condition = parseBaselineCondition(text);

          expect(condition === null || Number.isFinite(condition.amount.value)).toBe(true);
        },
      ),
    );
  });

  it("every preset is one that a blueprint may name", () => {
    for (const name of TRIGGER_PRESET_NAMES) expect(AuthoredTriggerSchema.safeParse({ preset: name }).success).toBe(true);
  });
});
