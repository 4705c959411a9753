import { describe, expect, it } from "vitest";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import type { AuthoredSignal, AuthoredTrigger } from "../../../functions/domain/blueprint-authored.ts";
import { judgeWatch } from "../../../functions/domain/replay/judge-watch.ts";
import { anAuthoredBlueprint, anAuthoredSignal, anAuthoredTrigger, compiled } from "../../blueprints/authored-blueprint.ts";

const AT = new Date("2026-11-01T12:00:00Z");
const PERIODS = 10;

const metric = (name: string, stat: string) => ({ namespace: "Shop", name, stat });
const SIGNALS: Readonly<Record<string, AuthoredSignal>> = {
  errors: anAuthoredSignal({ publishes: "on-event", metric: metric("CanaryErrors", "Sum") }),
  stable_errors: anAuthoredSignal({ publishes: "on-event", metric: metric("StableErrors", "Sum") }),
  failures: anAuthoredSignal({ metric: metric("CanaryFailures", "Sum") }),
  stable_failures: anAuthoredSignal({ metric: metric("StableFailures", "Sum") }),
  share: { unit: "%", better: "lower", ratio: { part: metric("Bad", "Sum"), total: metric("All", "Sum"), minimum_total: 20 } },
  orders: anAuthoredSignal({ better: "higher", metric: metric("Orders", "Sum") }),
  stable_orders: anAuthoredSignal({ better: "higher", metric: metric("StableOrders", "Sum") }),
};

type Points = readonly (number | null)[];
const every = (value: number | null): Points => new Array(PERIODS).fill(value);
const last = (before: number | null, value: number | null): Points => [...new Array(PERIODS - 1).fill(before), value];

/** State of the alarm of a trigger, given the points of its metrics (`Name stat`, or `Name`) in the periods before `AT`. */
function stateOf(overrides: Partial<AuthoredTrigger>, points: Readonly<Record<string, Points>>): string {
  const authored = anAuthoredBlueprint({ signals: { ...SIGNALS }, triggers: [anAuthoredTrigger(overrides)] });
  const { blueprint, problems } = compiled(authored);
  expect(problems).toEqual([]);
  const watch = blueprint === null ? null : compileAlarms(blueprint)[0]?.watch;
  if (watch?.kind !== "metric" || watch.threshold === null) throw new Error("no alarm with a threshold");
  const { periodSeconds } = watch;
  const startEpochSeconds = AT.getTime() / 1000 - PERIODS * periodSeconds;
  const leaves = watch.leaves.map(({ metric: { name, stat } }) => {
    const values = points[`${name} ${stat}`] ?? points[name];
    if (values === undefined) throw new Error(`no points of ${name} ${stat}`);
    return { startEpochSeconds, periodSeconds, values: [...values] };
  });
  return judgeWatch({ ...watch, threshold: watch.threshold }, leaves, AT, "OK").state;
}

const control = (signal: string, rest: Partial<AuthoredTrigger> = {}): Partial<AuthoredTrigger> => ({
  ...{ signal, when: "> 2x baseline", against: "control", control: `stable_${signal}` },
  ...rest,
});

describe("an arm that publishes on events", () => {
  it("has no errors where it has no points: a canary that breaks is seen beside it", () => {
    const broken = { CanaryErrors: every(1000), StableErrors: every(null) };

    expect(stateOf(control("errors", { floor: "10" }), broken)).toBe("ALARM");
    expect(stateOf(control("errors"), broken)).toBe("ALARM");
  });

  it("is no trouble where neither has errors, or only the stable one", () => {
    for (const StableErrors of [every(null), every(1000)])
      expect(stateOf(control("errors"), { CanaryErrors: every(null), StableErrors })).toBe("OK");
  });

  it("is asked for samples where the author wants some", () => {
    const points = { "CanaryErrors Sum": every(1000), "CanaryErrors SampleCount": every(50), "StableErrors Sum": every(null) };
    const trigger = control("errors", { minimum_samples: 20 });

    expect(stateOf(trigger, { ...points, "StableErrors SampleCount": every(null) })).toBe("OK");
    expect(stateOf(trigger, { ...points, "StableErrors Sum": every(10), "StableErrors SampleCount": every(50) })).toBe("ALARM");
  });

  it("is compared with the hour before, which was quiet", () => {
    const previous = { signal: "errors", when: "> 2x baseline", floor: "10", against: "previous-period" } as const;

    expect(stateOf(previous, { CanaryErrors: last(null, 1000) })).toBe("ALARM");
    expect(stateOf(previous, { CanaryErrors: last(null, 9) })).toBe("OK");
    expect(stateOf(previous, { CanaryErrors: every(null) })).toBe("OK");
  });
});

describe("a count without a floor", () => {
  it("has one more in its baseline, so that the first error is no breach", () => {
    const points = (errors: number) => ({
      ...{ "CanaryFailures Sum": every(errors), "StableFailures Sum": every(0) },
      ...{ "CanaryFailures SampleCount": every(100), "StableFailures SampleCount": every(100) },
    });

    expect([1, 2, 3].map((errors) => stateOf(control("failures"), points(errors)))).toEqual(["OK", "OK", "ALARM"]);
  });

  it("is treated alike against the hour before", () => {
    const previous = { signal: "failures", when: "> 2x baseline", against: "previous-period" } as const;

    expect([1, 2, 3].map((errors) => stateOf(previous, { CanaryFailures: last(0, errors) }))).toEqual(["OK", "OK", "ALARM"]);
  });
});

describe("nothing against nothing", () => {
  const quiet = {
    ...{ Bad: every(null), All: every(10_000), "Orders Sum": every(0), "Orders SampleCount": every(5) },
    ...{ "StableOrders Sum": every(0), "StableOrders SampleCount": every(5) },
  };

  it.each<Partial<AuthoredTrigger>>([
    { signal: "share", when: ">= 2x baseline", against: "previous-period" },
    { signal: "share", when: ">= baseline + 50%", against: "previous-period" },
    { signal: "orders", when: "<= 0.5x baseline", against: "previous-period" },
    { signal: "orders", when: "<= 0.5x baseline", against: "previous-period", floor: "100" },
    control("orders", { when: "<= baseline - 30%" }),
  ])("is no breach, with whatever operator: %o", (trigger) => {
    expect(stateOf(trigger, quiet)).toBe("OK");
  });

  it("keeps the operator where the limit is never 0", () => {
    const trigger: Partial<AuthoredTrigger> = { signal: "share", when: ">= 2x baseline", floor: "1%", against: "previous-period" };

    expect(stateOf(trigger, { Bad: last(50, 100), All: every(10_000) })).toBe("ALARM");
  });
});
