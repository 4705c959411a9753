import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../../functions/adapters/aws/sha256-hex.ts";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import type { BaselineBasis } from "../../../functions/domain/tuning/baseline-basis.ts";
import { basisToMeasure, planTuning, type TuningFacts, tunableAlarms } from "../../../functions/domain/tuning/plan-tuning.ts";
import { aBlueprint, aSignal, aTrigger } from "../../support/builders/blueprint.ts";
import { aBaselineForm, aTunableAlarm, aTunedWatch } from "../../support/builders/tuning.ts";

const NOW = "2026-11-20T03:13:30.000Z";
const basis: BaselineBasis = {
  key: "change:good@x",
  release: "good",
  groups: [[{ from: "2026-11-20T02:12:00.000Z", to: "2026-11-20T03:12:00.000Z" }]],
  leastGroups: 1,
  why: "the hour before the change to next",
};
const baseline = { value: 120, from: "2026-11-20T02:12:00.000Z", to: "2026-11-20T03:12:00.000Z", points: 59 };
const facts = (overrides: Partial<TuningFacts> = {}): TuningFacts => ({
  ...{ alarm: aTunableAlarm(), basis, baseline: null, record: null, actual: null, deployment: "rollguard-table", now: NOW },
  ...overrides,
});
const plan = (overrides: Partial<TuningFacts> = {}) => planTuning(facts(overrides), sha256Hex);
/** The first tuning, put and read back. */
function tuned(overrides: Partial<TuningFacts> = {}) {
  const first = plan({ baseline, ...overrides });
  if (first.do !== "write") throw new Error(`expected a first tuning, got ${first.do}`);
  return { record: { ...first.record, appliedAt: NOW }, actual: first.configuration };
}

describe("a tuning", () => {
  it("writes the threshold of a first baseline, with where it comes from in the record and in the alarm", () => {
    const first = plan({ baseline });

    expect(first).toMatchObject({
      do: "write",
      record: {
        threshold: 240,
        baseline,
        basis: "change:good@x",
        release: "good",
        why: basis.why,
        tunedAt: NOW,
        appliedAt: null,
        revision: 1,
      },
      configuration: { threshold: 240, comparisonOperator: "GreaterThanThreshold" },
    });
    expect(first.do === "write" && first.configuration.description).toContain(
      "threshold 240 ms from 120 ms, the median of 59 points from 2026-11-20T02:12:00.000Z to 2026-11-20T03:12:00.000Z",
    );
  });

  it("refuses an alarm of that name that nobody here put, whether there is a baseline or not", () => {
    const { actual } = tuned();
    const foreign = { ...actual, description: "of another team" };
    const why =
      "there is an alarm rollguard-checkout-latency-p95 that this deployment did not make: rename it or delete it, or give the trigger another name";

    for (const given of [baseline, null]) expect(plan({ actual: foreign, baseline: given })).toEqual({ do: "refuse", why });
    expect(plan({ actual, deployment: "another-table" })).toEqual({ do: "refuse", why });
    expect(plan({ actual: foreign, record: tuned().record })).toMatchObject({ do: "write" });
  });

  it("takes over an alarm that bears the mark of this deployment, whose record was lost", () => {
    expect(plan({ actual: tuned().actual, baseline })).toMatchObject({ do: "write", record: { revision: 1 } });
  });

  it("bears its mark and its threshold however long the trigger's own description is", () => {
    const long = plan({ baseline, alarm: aTunableAlarm({ description: "x".repeat(1024) }) });

    const description = (long.do === "write" && long.configuration.description) || "";
    expect(description).toHaveLength(1024);
    expect(description).toMatch(/^x+ Tuned by rollguard-table: threshold 240 ms from 120 ms, .*\.$/);
  });

  it("does not make an alarm without a baseline, and says why", () => {
    expect(plan()).toEqual({ do: "wait", why: "the hour before the change to next: too few points" });
    expect(plan({ basis: { missing: "no release of the service was observed yet" } })).toEqual({
      do: "wait",
      why: "no release of the service was observed yet",
    });
  });

  it("takes no multiple of 0 for a threshold: the first error after a quiet hour would be over it", () => {
    const silent = { ...baseline, value: 0 };
    const why = "the hour before the change to next: the baseline is 0, and nothing is a multiple of that (give the trigger a floor)";
    const done = tuned();

    expect(plan({ baseline: silent })).toEqual({ do: "wait", why });
    expect(plan({ ...done, basis: { ...basis, key: "good:next" }, baseline: silent })).toEqual({
      do: "nothing",
      why: `${why}; the threshold of ${NOW} stays`,
    });
    for (const form of [aBaselineForm({ floor: 5 }), aBaselineForm({ by: "points", amount: 5 })]) {
      expect(plan({ baseline: silent, alarm: aTunableAlarm({ form }) })).toMatchObject({ do: "write", record: { threshold: 5 } });
    }
    const byPoints = tuned({ baseline: silent, alarm: aTunableAlarm({ form: aBaselineForm({ by: "points", amount: 5 }) }) });
    expect(plan(byPoints)).toMatchObject({ do: "nothing", why: expect.stringContaining("the alarm stays as it was") });
  });

  it("leaves alone what is as it should be, and measures nothing for it", () => {
    const done = tuned();

    expect(plan(done)).toEqual({ do: "nothing", why: null });
    expect(basisToMeasure(facts(done), sha256Hex)).toBeNull();
  });

  it("tunes anew at a new moment, from its own baseline", () => {
    const done = tuned();
    const later = { ...basis, key: "good:next", release: "next", why: "the last hour of the good release next" };

    expect(basisToMeasure(facts({ ...done, basis: later }), sha256Hex)).toEqual(later);
    expect(plan({ ...done, basis: later, baseline: { ...baseline, value: 150 } })).toMatchObject({
      do: "write",
      record: { threshold: 300, basis: "good:next", release: "next", revision: 2 },
    });
  });

  it("keeps the old threshold where the new moment has no baseline, and says so", () => {
    const done = tuned();

    expect(plan({ ...done, basis: { ...basis, key: "good:next" } })).toEqual({
      do: "nothing",
      why: `the hour before the change to next: too few points; the threshold of ${NOW} stays`,
    });
  });

  it.each<[string, Partial<TuningFacts>]>([
    ["was deleted", { actual: null }],
    ["was edited (threshold)", { actual: { ...tuned().actual, threshold: 9000 } }],
    ["was edited (actionsEnabled)", { actual: { ...tuned().actual, actionsEnabled: false } }],
  ])("puts an alarm that %s back as it was, without a new baseline", (why, change) => {
    const done = tuned();

    expect(plan({ ...done, ...change, now: "2026-11-20T06:00:00.000Z" })).toEqual({
      do: "write",
      record: { ...done.record, why: `the alarm ${why}`, appliedAt: null, revision: 2 },
      configuration: done.actual,
    });
  });

  it("puts the alarm also where there is no baseline now: the kept one counts", () => {
    const done = tuned();

    expect(plan({ ...done, actual: null, basis: { missing: "no release was observed" } })).toMatchObject({
      do: "write",
      record: { threshold: 240 },
    });
  });

  it("finishes what a tuner that died had begun", () => {
    const { record, actual } = tuned();

    for (const there of [null, actual]) {
      expect(plan({ record: { ...record, appliedAt: null }, actual: there })).toMatchObject({
        do: "write",
        record: { threshold: 240, why: "the last tuning was not finished", revision: 2 },
      });
    }
  });

  it("follows the blueprint: another factor or window with the kept baseline", () => {
    const done = tuned();
    const form = aBaselineForm({ amount: 3 });

    expect(plan({ ...done, alarm: aTunableAlarm({ form }) })).toMatchObject({
      do: "write",
      record: { threshold: 360, baseline, why: "the blueprint's alarm changed" },
    });
    expect(plan({ ...done, alarm: aTunableAlarm({ watch: aTunedWatch({ datapointsToAlarm: 3 }) }) })).toMatchObject({
      do: "write",
      configuration: { threshold: 240, datapointsToAlarm: 3 },
    });
  });

  it("never uses the baseline of another measurement: without a new one the alarm stays", () => {
    const done = tuned();
    const alarm = aTunableAlarm({ watch: aTunedWatch({ periodSeconds: 300 }) });

    expect(basisToMeasure(facts({ ...done, alarm }), sha256Hex)).toEqual(basis);
    expect(plan({ ...done, alarm })).toMatchObject({
      do: "nothing",
      why: expect.stringContaining("the blueprint measures something else now"),
    });
    expect(plan({ ...done, alarm, baseline: { ...baseline, value: 100 } })).toMatchObject({ do: "write", record: { threshold: 200 } });
  });
});

describe("the alarms that are tuned", () => {
  it("are those of a blueprint that compare with what was before a change or with the season, and no others", () => {
    const trigger = (name: string, overrides: Parameters<typeof aTrigger>[0]) =>
      aTrigger({ name, alarmName: `rollguard-checkout-${name}`, rule: null, periodSeconds: 60, ...overrides });
    const triggers = [
      trigger("fixed", { rule: { operator: ">", threshold: 200 } }),
      trigger("before", { form: aBaselineForm() }),
      trigger("season", { form: aBaselineForm({ against: "season" }) }),
      trigger("previous", { form: aBaselineForm({ against: "previous" }) }),
      trigger("gone", { form: { type: "absence" } }),
    ];

    const tunable = tunableAlarms(compileAlarms(aBlueprint({ triggers, signals: [aSignal()] })));

    expect(tunable.map(({ trigger: { name }, watch }) => [name, watch.threshold])).toEqual([
      ["before", null],
      ["season", null],
    ]);
  });
});
