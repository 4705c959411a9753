import fc from "fast-check";
import type { Blueprint, Trigger } from "../../../../functions/domain/blueprint.ts";
import type { Signal } from "../../../../functions/domain/signal.ts";
import type { BaselineForm, TriggerForm } from "../../../../functions/domain/trigger-form.ts";
import { aBlueprint, aMetricRef, aRatioSignal, aSignal, aTrigger } from "../../../support/builders/index.ts";

const metric = aMetricRef({ stat: "Maximum" });
const SIGNALS: readonly Signal[] = [
  aSignal({ name: "plain", source: { kind: "metric", metric } }),
  aSignal({ name: "used", unit: "%", source: { kind: "capacity", metric, capacity: 500, holds: "used" } }),
  aSignal({ name: "free", unit: "%", source: { kind: "capacity", metric, capacity: 107_374_182_400, holds: "free" } }),
  aRatioSignal({ name: "share" }),
  aRatioSignal({ name: "good", better: "higher" }),
  aSignal({ name: "errors", unit: "count", publishes: "on-event", source: { kind: "metric", metric: { ...metric, stat: "Sum" } } }),
];

/** Each has another of its kind to be compared with. */
export const signals: readonly Signal[] = SIGNALS.flatMap((signal) => [signal, { ...signal, name: `${signal.name}_stable` }]);

export const baselineForms: fc.Arbitrary<BaselineForm> = fc
  .record({
    operator: fc.constantFrom(">", ">=", "<", "<=" as const),
    against: fc.constantFrom("before", "season", "control", "previous" as const),
    by: fc.constantFrom("factor", "points", "percent" as const),
    floor: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }),
    eighths: fc.integer({ min: 1, max: 7 }),
  })
  .map(({ operator, against, by, floor, eighths }) => {
    const above = operator.startsWith(">");
    const amount = by === "factor" ? eighths / 8 + (above ? 1 : 0) : by === "points" ? eighths : 10 * eighths;
    return { type: "baseline", operator, against, by, amount, floor, control: null };
  });

const burnForms: fc.Arbitrary<TriggerForm> = fc.record({
  type: fc.constant("burn-rate" as const),
  objectivePercent: fc.constantFrom(95, 99, 99.9, 99.95),
  windows: fc.uniqueArray(
    fc.constantFrom(
      { longSeconds: 3600, shortSeconds: 300, burn: 14.4 },
      { longSeconds: 21_600, shortSeconds: 1800, burn: 6 },
      { longSeconds: 1800, shortSeconds: 120, burn: 10.5 },
    ),
    { minLength: 1 },
  ),
});

const otherForms: fc.Arbitrary<TriggerForm | undefined> = fc.constantFrom(
  undefined,
  { type: "absence" as const },
  { type: "trend" as const, limit: 95, withinSeconds: 3600 },
);

/** A window that CloudWatch takes. */
const windows = fc
  .record({
    periodSeconds: fc.constantFrom(10, 20, 30, 60, 120, 180, 300, 600, 900, 3600),
    evaluationPeriods: fc.integer({ min: 1, max: 6 }),
    spared: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ spared, ...window }) => ({ ...window, datapointsToAlarm: Math.max(1, window.evaluationPeriods - spared) }));

export interface RandomTrigger {
  readonly blueprint: Blueprint;
  readonly trigger: Trigger;
  readonly signal: Signal;
}

/** Triggers of every form on every source, as the language lets them through. */
export const randomTriggers: fc.Arbitrary<RandomTrigger> = fc
  .record({
    source: fc.constantFrom("plain", "used", "free", "share", "good", "errors"),
    form: fc.oneof({ arbitrary: baselineForms, weight: 4 }, burnForms, { arbitrary: otherForms, weight: 2 }),
    window: windows,
    operator: fc.constantFrom(">", ">=", "<", "<=" as const),
    minimumSamples: fc.option(fc.constantFrom(1, 30, 200), { nil: undefined }),
    missingData: fc.constantFrom("breaching", "notBreaching", "ignore", "missing" as const),
  })
  .map(({ source, form, window, operator, minimumSamples, missingData }) => {
    const name = form?.type === "burn-rate" ? "share" : source;
    const rule = form === undefined || form.type === "trend" ? { operator, threshold: 40 } : null;
    const compared: TriggerForm | undefined =
      form?.type === "baseline" && form.against === "control" ? { ...form, control: `${name}_stable` } : form;
    // a step differs from the period before in one period only
    const judged = form?.type === "baseline" && form.against === "previous" ? { ...window, datapointsToAlarm: 1 } : window;
    const trigger = aTrigger({
      name: "law",
      signal: name,
      rule,
      ...judged,
      missingData,
      minimumSamples,
      ...(compared && { form: compared }),
    });
    const blueprint = aBlueprint({ signals: [...signals], triggers: [trigger] });
    const signal = signals.find((candidate) => candidate.name === name);
    if (signal === undefined) throw new Error(`no signal ${name}`);
    return { blueprint, trigger, signal };
  });
