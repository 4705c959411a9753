import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AssessmentFacts, assess, HOLD } from "../../functions/domain/assess.ts";
import type { Trigger } from "../../functions/domain/blueprint.ts";
import {
  ALARM_NAME,
  aBlueprint,
  aGoodReplicaSet,
  aRatioSignal,
  aReleaseObservation,
  aReplicaSet,
  aRollbackTrigger,
  aSignal,
  aTrigger,
  aWorkloadState,
  MOMENTS,
  secondsAfter,
} from "../support/builders/index.ts";
import { facts } from "./support/assessment-facts.ts";

const OTHER = { name: "error-rate", alarmName: "rollguard-checkout-error-rate", signal: "error_rate", class: "health" } as const;
const hour = { afterChangeMinutes: 60 };

/** The trigger that opened the incident is `own`, a second one beside it is `other`; both are red unless said otherwise. */
function night(own: Partial<Trigger>, other: Partial<Trigger> | null = null, overrides: Partial<AssessmentFacts> = {}): AssessmentFacts {
  const triggers = [aTrigger(own), ...(other === null ? [] : [aTrigger({ ...OTHER, ...other })])];
  const alarms = triggers.map(({ alarmName, name }) => ({ alarmName, trigger: name, state: "ALARM" as const, since: MOMENTS.alarmAt }));
  return facts({ blueprint: aBlueprint({ triggers }), alarms, ...overrides });
}

/** What is live was created so long before the onset. */
function deployed(minutesBefore: number): Pick<AssessmentFacts, "workload" | "observations"> {
  const createdAt = secondsAfter(MOMENTS.onsetAt, -60 * minutesBefore);
  const workload = aWorkloadState({ replicaSets: [aReplicaSet({ createdAt }), aGoodReplicaSet()] });
  return { workload, observations: [aReleaseObservation({ lastSeenAt: createdAt })] };
}

describe("a trigger that is armed for an hour after a change", () => {
  it.each([
    [59, "roll-back"],
    [61, "stand-down"],
    [23 * 60, "stand-down"],
  ])("and a deploy %s min before the onset: %s", (minutes, decision) => {
    expect(assess(night({ armed: hour }, null, deployed(minutes))).decision).toBe(decision);
  });

  it("says in numbers why it takes nothing back", () => {
    const { reasons, change } = assess(night({ armed: hour }, null, deployed(182)));

    expect(change).toBeNull();
    expect(reasons).toContainEqual(expect.stringMatching(/began 3 h 2 m before the onset, outside the suspicion window of 1 h/));
    expect(reasons).toContain("latency-p95 acts only within 60 min of a change, and none that began in that time is to blame");
  });

  it("does not narrow the window of another trigger that is red and always armed", () => {
    expect(assess(night({ armed: hour }, {}, deployed(182)))).toMatchObject({ decision: "roll-back", change: { kind: "deploy" } });
    expect(assess(night({ armed: hour }, {}, deployed(25 * 60)))).toMatchObject({ decision: "escalate" });
  });

  it("counts with the longest time of those that are red", () => {
    const longer = { armed: { afterChangeMinutes: 240 } };

    expect(assess(night({ armed: hour }, longer, deployed(182))).decision).toBe("roll-back");
    expect(assess(night({ armed: hour }, longer, deployed(241)))).toMatchObject({
      decision: "stand-down",
      reasons: expect.arrayContaining([expect.stringContaining("latency-p95, error-rate act only within 240 min of a change")]),
    });
  });

  it("never looks further back than the service does", () => {
    const scene = night({ armed: { afterChangeMinutes: 3000 } }, null, deployed(25 * 60));

    expect(assess(scene)).toMatchObject({ decision: "stand-down", change: null });
  });

  it("hides no service that is down: a person is called", () => {
    const { workload, observations } = deployed(182);
    const pods = workload?.pods.map((group) => ({ ...group, ready: 0 })) ?? [];
    const down = workload === null ? null : { ...workload, pods };

    expect(pods.length).toBeGreaterThan(0);
    expect(assess(night({ armed: hour }, null, { workload: down, observations })).decision).toBe("roll-back");
  });
});

describe("a threshold that was tuned lower", () => {
  it.each([
    ["is armed after changes", { armed: hour }, "stand-down"],
    ["is always armed", {}, "escalate"],
  ])("and fires on points from before the change, where it %s, leads to no rollback", (_what, own, decision) => {
    const tuned = {
      ...own,
      rule: null,
      form: { type: "baseline", operator: ">", against: "before", by: "factor", amount: 2, floor: null, control: null },
    } as const;
    const scene = night(tuned, null, { ...deployed(5), onsetAt: secondsAfter(MOMENTS.onsetAt, -20 * 60) });

    const { decision: decided, change, reasons } = assess(scene);

    expect([decided, change]).toEqual([decision, null]);
    expect(reasons.join()).toContain("began 15 m 0 s after the onset");
  });
});

describe("silence", () => {
  const absence = { rule: null, form: { type: "absence" } } as const;

  it("calls people and is never called a bad release, however fresh the deploy", () => {
    expect(assess(night(absence, null, deployed(1)))).toMatchObject({
      decision: "escalate",
      change: null,
      reasons: [`in ALARM: ${ALARM_NAME}`, "nothing is measured any more; silence is never called a bad release"],
    });
  });

  it("keeps nothing from being rolled back where a value is bad too", () => {
    expect(assess(night(absence, {}, deployed(1)))).toMatchObject({ decision: "roll-back" });
    expect(assess(night({}, absence, deployed(1)))).toMatchObject({ decision: "roll-back" });
  });

  it("is all that is left where the alarm that fired is OK again", () => {
    const alarms = [
      { alarmName: ALARM_NAME, trigger: "latency-p95", state: "OK" as const },
      { alarmName: OTHER.alarmName, trigger: OTHER.name, state: "ALARM" as const, since: MOMENTS.alarmAt },
    ];

    expect(assess(night({}, absence, { ...deployed(1), alarms })).decision).toBe("escalate");
  });

  it("is no reason to leave a release whose pods are all down alone, where something else had fired", () => {
    const { workload, observations } = deployed(1);
    const down = workload === null ? null : { ...workload, pods: workload.pods.map((group) => ({ ...group, ready: 0 })) };
    const alarms = [
      { alarmName: ALARM_NAME, trigger: "latency-p95", state: "OK" as const },
      { alarmName: OTHER.alarmName, trigger: OTHER.name, state: "ALARM" as const, since: MOMENTS.alarmAt },
    ];

    expect(assess(night({}, absence, { workload: down, observations, alarms })).decision).toBe("roll-back");
    expect(assess(night(absence, null, { workload: down, observations })).decision).toBe("escalate");
  });

  it("is what a trigger tells that takes missing points for bad ones, until one of them is really bad", () => {
    const breaching = { missingData: "breaching" } as const;
    const nothing = { at: MOMENTS.onsetAt, value: null };
    const silent = (value: number | null) => ({ trigger: aRollbackTrigger({ datapoints: [{ at: MOMENTS.onsetAt, value }, nothing] }) });

    expect(assess(night(breaching, null, { ...deployed(1), ...silent(null) })).decision).toBe("escalate");
    expect(assess(night(breaching, null, { ...deployed(1), ...silent(150) })).decision).toBe("escalate");
    expect(assess(night(breaching, null, { ...deployed(1), ...silent(484) })).decision).toBe("roll-back");
    expect(assess(night(breaching, {}, { ...deployed(1), ...silent(null) })).decision).toBe("roll-back");
  });

  it("of a trigger beside the one that fired shows in its signal's points", () => {
    const absence = { rule: null, form: { type: "absence" } } as const;
    const startEpochSeconds = Date.parse(MOMENTS.alarmAt) / 1000 - 60;
    const read = (values: (number | null)[]) => [
      { signal: aRatioSignal(), series: { startEpochSeconds, periodSeconds: 10, values: [...values, null, null, null] } },
    ];
    const scene = (values: (number | null)[]) =>
      assess(night(absence, { missingData: "breaching" }, { ...deployed(1), signals: read(values) })).decision;

    expect(scene([])).toBe("escalate");
    expect(scene([0, 0, 0])).toBe("escalate");
    expect(scene([0, 0, 0, 900, null])).toBe("roll-back");
  });

  it("never leads to a rollback by itself", () => {
    const minutes = fc.integer({ min: 0, max: 1440 });
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 4 }), fc.boolean(), (age, attempt, both) => {
        expect(assess(night(absence, both ? absence : null, { ...deployed(age), attempt })).decision).toBe("escalate");
      }),
    );
  });
});

describe("a trend", () => {
  const memory = aSignal({ name: "memory", unit: "%" });
  const trend: Partial<Trigger> = {
    ...{ name: "memory-trend", signal: "memory", class: "infrastructure", rule: { operator: ">=", threshold: 60 } },
    form: { type: "trend", limit: 90, withinSeconds: 3600 },
  };
  const rising = (perMinute: number, points = 30) => ({
    signal: memory,
    series: {
      startEpochSeconds: Date.parse(MOMENTS.assessedAt) / 1000 - 60 * points,
      periodSeconds: 60,
      values: Array.from({ length: points }, (_, minute) => 60 + perMinute * minute),
    },
  });

  it("that is confirmed is as bad as any value", () => {
    const { decision, reasons } = assess(night(trend, null, { ...deployed(5), signals: [rising(0.5)] }));

    expect(decision).toBe("roll-back");
    expect(reasons).toContain("memory: 31 min to 90% at this slope (31 to 31), less than 60 min");
  });

  it("that is confirmed is taken back by its armed time", () => {
    expect(assess(night({ ...trend, armed: hour }, null, { ...deployed(61), signals: [rising(0.5)] })).decision).toBe("stand-down");
  });

  it.each([
    [1, "hold"],
    [HOLD.attempts - 1, "hold"],
    [HOLD.attempts, "stand-down"],
  ])("that is not confirmed, at assessment %s: %s, with the time that is left", (attempt, decision) => {
    const result = assess(night(trend, null, { ...deployed(5), signals: [rising(0.2)], attempt }));

    expect(result).toMatchObject({ decision, change: null });
    expect(result.reasons).toContain("memory: 121 min to 90% at this slope (121 to 121), not less than 60 min");
  });

  it("that nobody can judge ends at a person", () => {
    const scene = (attempt: number) => night(trend, null, { ...deployed(5), signals: [rising(0.5, 5)], attempt });

    expect(assess(scene(1)).decision).toBe("hold");
    expect(assess(scene(HOLD.attempts))).toMatchObject({
      decision: "escalate",
      reasons: expect.arrayContaining(["memory: too few points to tell a slope", "inconclusive after 3 assessments"]),
    });
  });

  it("that is not confirmed takes nothing from another trigger, and adds nothing to silence", () => {
    const absence = { rule: null, form: { type: "absence" } } as const;

    expect(assess(night(trend, {}, { ...deployed(5), signals: [rising(0.2)] })).decision).toBe("roll-back");
    expect(assess(night(trend, absence, { ...deployed(5), signals: [rising(0.2)] })).decision).toBe("escalate");
  });
});

describe("a trigger in observe", () => {
  it("that is red too has no say: neither in the severity nor in whether the incident goes on", () => {
    const observed = { mode: "observe", severity: "critical" } as const;
    const both = assess(night({}, observed));
    const alone = assess(
      night({}, observed, {
        alarms: [
          { alarmName: ALARM_NAME, trigger: "latency-p95", state: "OK" },
          { alarmName: OTHER.alarmName, trigger: OTHER.name, state: "ALARM", since: MOMENTS.alarmAt },
        ],
      }),
    );

    expect(both).toMatchObject({ decision: "roll-back", severity: "high", classes: ["performance"] });
    expect(both.reasons).toContain("rollguard-checkout-error-rate is in ALARM too, but its trigger is in observe");
    expect(alone.decision).toBe("stand-down");
  });
});
