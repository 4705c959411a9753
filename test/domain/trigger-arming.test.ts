import { describe, expect, it } from "vitest";
import type { AuthoredTrigger } from "../../functions/domain/blueprint-authored-trigger.ts";
import { percentileSamples } from "../../functions/domain/trigger-minimum-samples.ts";
import { anAuthoredBlueprint, anAuthoredTrigger, compiled, problemsOf } from "../blueprints/authored-blueprint.ts";

const signals = { pool: { alarm: "team-pool" } };

function compiledTrigger(overrides: Partial<AuthoredTrigger>) {
  const { blueprint, problems } = compiled(anAuthoredBlueprint({ signals, triggers: [anAuthoredTrigger(overrides)] }));
  expect(problems).toEqual([]);
  return blueprint?.triggers[0];
}

const refused = (overrides: Partial<AuthoredTrigger>) =>
  problemsOf(anAuthoredBlueprint({ signals, triggers: [anAuthoredTrigger(overrides)] })).map((text) =>
    text.replace("spec.triggers.0", "~"),
  );

describe("the mode of a trigger", () => {
  it("is its own where it is written, and needs nothing else", () => {
    expect(compiledTrigger({ mode: "observe" })).toMatchObject({ mode: "observe" });
    expect(compiledTrigger({ mode: "approve", mode_reason: "new", expires: "2028-02-29" })).toMatchObject({
      mode: "approve",
      modeReason: "new",
      expires: "2028-02-29",
    });
  });

  it("is absent where it is not written", () => {
    const trigger = compiledTrigger({});

    for (const key of ["mode", "modeReason", "expires", "preset", "armed", "form", "minimumSamples"])
      expect(trigger).not.toHaveProperty(key);
  });

  it("may be that of a trigger on an existing alarm", () => {
    expect(compiledTrigger({ signal: "pool", when: undefined, mode: "observe", armed: { after_change: "30m" } })).toMatchObject({
      alarmName: "team-pool",
      rule: null,
      mode: "observe",
      armed: { afterChangeMinutes: 30 },
    });
  });

  it.each<{ given: Partial<AuthoredTrigger>; problem: string }>([
    { given: { expires: "2027-01-31" }, problem: "~.expires: expires without a mode says nothing" },
    { given: { mode_reason: "new" }, problem: "~.mode_reason: mode_reason without a mode says nothing" },
    { given: { mode: "auto", expires: "2027-02-29" }, problem: '~.expires: "2027-02-29" is not a day of the calendar' },
    { given: { mode: "auto", expires: "2027-13-01" }, problem: '~.expires: "2027-13-01" is not a day of the calendar' },
    { given: { armed: { after_change: "8d" } }, problem: "~.armed.after_change: after_change 8d is out of range" },
    { given: { armed: { after_change: "0m" } }, problem: "~.armed.after_change: after_change 0m is out of range" },
  ])("$given is refused", ({ given, problem }) => {
    expect(refused(given)).toEqual([problem]);
  });
});

describe("an existing alarm", () => {
  it.each<Partial<AuthoredTrigger>>([
    { floor: "1" },
    { minimum_samples: 5 },
    { absent: true },
    { trend: { limit: "1", within: "1h" } },
    { burn_rate: { objective: "99%" } },
    { against: "season" },
  ])("has its own condition, and takes no %s", (given) => {
    expect(refused({ signal: "pool", when: undefined, ...given })).toEqual([
      `~.${Object.keys(given)[0]}: trigger slow listens to the alarm team-pool, which has its own condition`,
    ]);
  });

  it("takes no preset either", () => {
    expect(problemsOf(anAuthoredBlueprint({ signals, triggers: [{ preset: "db-errors", signal: "pool" }] }))).toEqual([
      "spec.triggers.0.preset: trigger db-errors listens to the alarm team-pool, which has its own condition",
    ]);
  });
});

describe("samples of a percentile", () => {
  it.each([
    ["p50", 20],
    ["p90", 100],
    ["p95", 200],
    ["p99", 1000],
    ["p99.9", 10_000],
    ["p10", 100],
    ["Average", null],
    ["p0", null],
  ])("%s needs %s in a period", (stat, samples) => {
    expect(percentileSamples(stat)).toBe(samples);
  });

  it("are a trigger's own where they are written", () => {
    expect(compiledTrigger({ minimum_samples: 50 })).toMatchObject({ minimumSamples: 50 });
  });
});

describe("windows by the signal", () => {
  it.each<{ given: Partial<AuthoredTrigger>; window: readonly number[] }>([
    { given: {}, window: [2, 3] },
    { given: { datapoints_to_alarm: 3 }, window: [3, 3] },
    { given: { signal: "error_rate", when: "> 1%" }, window: [2, 3] },
    { given: { signal: "error_rate", when: "> 1%", datapoints_to_alarm: 3 }, window: [3, 4] },
    { given: { signal: "error_rate", when: "> 2x baseline", datapoints_to_alarm: 5 }, window: [5, 6] },
    { given: { signal: "error_rate", when: "> 1%", datapoints_to_alarm: 3, evaluation_periods: 3 }, window: [3, 3] },
  ])("$given is $window", ({ given, window }) => {
    const trigger = compiledTrigger(given);

    expect([trigger?.datapointsToAlarm, trigger?.evaluationPeriods]).toEqual(window);
  });
});

it("a trigger without a preset says everything that it needs", () => {
  expect(problemsOf(anAuthoredBlueprint({ triggers: [{ when: "> 1%" }] }))).toEqual(
    ["name", "signal", "class", "severity"].map((key) => `spec.triggers.0.${key}: ${key} is missing`),
  );
});
