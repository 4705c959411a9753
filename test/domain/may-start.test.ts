import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { heldBack, isRestrained, recordedBefore } from "../../functions/domain/may-start.ts";
import type { ServiceHistory } from "../../functions/domain/service-history.ts";
import { secondsAfter } from "../../functions/domain/time.ts";
import { wouldHaveOf } from "../../functions/domain/would-have.ts";
import {
  aReleaseObservation,
  aRollbackTrigger,
  aScaleObservation,
  aTrigger,
  BAD_HASH,
  GOOD_HASH,
  MOMENTS,
} from "../support/builders/index.ts";

const AT = MOMENTS.alarmAt;
const ago = (minutes: number) => secondsAfter(AT, -60 * minutes);
const armed = (overrides = {}) => aTrigger({ armed: { afterChangeMinutes: 60 }, periodSeconds: 300, datapointsToAlarm: 1, ...overrides });

/** v1 for a day, then v2, which is live; both with one replica count. */
function history(v2Since: string, overrides: Partial<ServiceHistory> = {}): ServiceHistory {
  const scales = (since: string) => [aScaleObservation({ since, lastSeenAt: since })];
  const before = { liveSince: MOMENTS.goodReleaseAt, lastSeenAt: secondsAfter(v2Since, -30), scales: scales(MOMENTS.goodReleaseAt) };
  const live = { templateHash: BAD_HASH, verdict: "candidate", liveSince: v2Since, lastSeenAt: AT, scales: scales(v2Since) } as const;
  return { observations: [aReleaseObservation(live), aReleaseObservation(before)], releases: [], ...overrides };
}

describe("a trigger in mode observe", () => {
  it("starts nothing, whatever was changed, and says why its author wants it so", () => {
    const trigger = aTrigger({ mode: "observe", modeReason: "preset latency-1.5x: compare before arming" });

    expect(heldBack(trigger, AT, null)).toEqual({
      cause: "observe",
      because: "its mode is observe: preset latency-1.5x: compare before arming",
    });
  });

  it("says where the same trigger would roll nothing back in auto either, so that nobody counts its record as a false rollback", () => {
    const observed = (overrides: Parameters<typeof aTrigger>[0]) =>
      heldBack(aTrigger({ mode: "observe", ...overrides }), AT, history(ago(182)))?.because;
    const armed = { afterChangeMinutes: 60 };

    expect(observed({ armed })).toMatch(
      /^its mode is observe; in auto it would start nothing either: it acts within 60 min of a change, .* is 3 h 2 m old$/,
    );
    expect(observed({ armed: { afterChangeMinutes: 240 } })).toBe("its mode is observe");
    expect(observed({ form: { type: "absence" } })).toBe("its mode is observe; in auto it would call people, and roll nothing back");
    expect(observed({ form: { type: "trend", limit: 90, withinSeconds: 3_600 } })).toBe(
      "its mode is observe; in auto the trend itself would be judged first",
    );
  });

  it.each(["approve", "auto", undefined] as const)("does start where the mode is %s: that is for the incident to heed", (mode) => {
    expect(heldBack(aTrigger({ mode }), AT, null)).toBeNull();
    expect(isRestrained(aTrigger({ mode }))).toBe(false);
  });
});

describe("a trigger that is armed for 60 min after a change", () => {
  it.each([
    [1, true],
    [60, true],
    [60.1, false],
    [24 * 60, false],
  ])("%s min after the deploy may start: %s", (minutes, may) => {
    const held = heldBack(armed(), AT, history(ago(minutes)));

    expect(held === null).toBe(may);
    if (held !== null) expect(held).toMatchObject({ cause: "not-armed", because: expect.stringContaining("within 60 min of a change") });
  });

  it("says how old the last change is", () => {
    expect(heldBack(armed(), AT, history(ago(182)))?.because).toBe(
      "it acts within 60 min of a change, and the last one (2026-11-20T00:10:40.000Z) is 3 h 2 m old",
    );
  });

  it("counts a scale, a changed configuration and shifted traffic as changes", () => {
    const [live, before] = history(ago(182)).observations;
    const scaled = { ...live, scales: [...(live?.scales ?? []), aScaleObservation({ replicas: 2, since: ago(5), lastSeenAt: AT })] };

    expect(heldBack(armed(), AT, { observations: [scaled, before] as never, releases: [] })).toBeNull();
    expect(heldBack(armed(), AT, history(ago(182), { releases: [{ liveSince: ago(5) }] }))).toBeNull();
  });

  it("takes what an autoscaler does for no change", () => {
    const [live, before] = history(ago(182)).observations;
    const workload = { ...live?.workload, name: "checkout", kind: "Deployment", hpa: "checkout" };
    const scales = [aScaleObservation({ replicas: 7, since: ago(5), lastSeenAt: AT })];

    expect(heldBack(armed(), AT, { observations: [{ ...live, workload, scales }, before] as never, releases: [] })).toMatchObject({
      cause: "not-armed",
    });
  });

  it("does not count a change that came after the transition", () => {
    const [live, before] = history(secondsAfter(AT, 60)).observations;
    const observations = [{ ...live, lastSeenAt: secondsAfter(AT, 120) }, before] as never;

    expect(heldBack(armed(), AT, { observations, releases: [{ liveSince: secondsAfter(AT, 60) }] })).toMatchObject({ cause: "not-armed" });
  });

  it.each([
    ["no ledger could be read", null],
    ["nothing was ever observed", { observations: [], releases: [] }],
    [
      "the last look is older than 10 minutes",
      { observations: [aReleaseObservation({ liveSince: ago(600), lastSeenAt: ago(10.1) })], releases: [] },
    ],
  ])("starts where %s", (_what, known) => {
    expect(heldBack(armed({ datapointsToAlarm: 3 }), AT, known)).toBeNull();
  });

  const seen = (minutes: number) => ({
    observations: [aReleaseObservation({ liveSince: ago(600), lastSeenAt: ago(minutes) })],
    releases: [],
  });

  it("is held back by what the observer saw in the last two minutes, however short its window", () => {
    const short = armed({ periodSeconds: 10, datapointsToAlarm: 2 });

    expect([0.5, 1, 2].map((minutes) => heldBack(short, AT, seen(minutes))?.cause)).toEqual(["not-armed", "not-armed", "not-armed"]);
    expect(heldBack(short, AT, seen(2.1))).toBeNull();
  });

  it("starts where a deploy may have come between the last look and its newest point, however long its window", () => {
    const long = armed({ periodSeconds: 300, datapointsToAlarm: 2 });
    const late = [
      { at: ago(14), value: 900 },
      { at: ago(9), value: 900 },
      { at: ago(4), value: null },
    ];

    expect(heldBack(long, AT, seen(9))).toBeNull();
    expect(heldBack(long, AT, seen(5.9), late)).toMatchObject({ cause: "not-armed" });
    expect(heldBack(long, AT, seen(6.1), late)).toBeNull();
  });

  it("is never held back within its time of whatever change was seen", () => {
    const minutes = fc.double({ min: 0, max: 60, noNaN: true });
    fc.assert(
      fc.property(minutes, fc.constantFrom("deploy", "release", "scale"), (age, kind) => {
        const old = history(ago(300));
        const [live, before] = old.observations;
        const changed: ServiceHistory =
          kind === "deploy"
            ? history(ago(age))
            : kind === "release"
              ? { ...old, releases: [{ liveSince: ago(age) }] }
              : ({ ...old, observations: [{ ...live, scales: [aScaleObservation({ replicas: 9, since: ago(age) })] }, before] } as never);

        expect(heldBack(armed(), AT, changed)).toBeNull();
      }),
    );
  });
});

describe("what would have been done", () => {
  const fired = aTrigger({ mode: "observe" });
  const held = { cause: "observe", because: "its mode is observe" } as const;
  const datapoints = [
    { at: ago(2), value: 471 },
    { at: ago(1), value: 484 },
    { at: AT, value: null },
  ];
  const request = aRollbackTrigger({ at: AT, threshold: 200, datapoints });

  it("is told from the transition, the strategy table and the ledger", () => {
    expect(wouldHaveOf({ request, fired, held, strategies: {}, history: history(ago(5)) })).toEqual({
      service: "checkout",
      trigger: "latency-p95",
      at: AT,
      alarmName: "rollguard-checkout-latency-p95",
      class: "performance",
      severity: "high",
      cause: "observe",
      because: "its mode is observe",
      reason: request.reason,
      value: 484,
      threshold: 200,
      strategy: "fast",
      live: { templateHash: BAD_HASH, since: ago(5) },
      target: GOOD_HASH,
    });
  });

  it("heeds the blueprint's own choice of a strategy", () => {
    const strategies = { performance: { high: "gradual" } } as const;

    expect(wouldHaveOf({ request, fired, held, strategies, history: null })).toMatchObject({
      strategy: "gradual",
      live: null,
      target: null,
    });
  });

  it("names no target where no earlier release was good", () => {
    const [live, before] = history(ago(5)).observations;
    const known = { observations: [live, { ...before, verdict: "bad" }] as never };

    expect(wouldHaveOf({ request, fired, held, strategies: {}, history: known })).toMatchObject({
      live: { templateHash: BAD_HASH },
      target: null,
    });
  });

  it("is about what was live at the transition, not about what came later", () => {
    const later = aReleaseObservation({
      templateHash: "5f5f5f5f5f",
      verdict: "good",
      liveSince: secondsAfter(AT, 60),
      lastSeenAt: secondsAfter(AT, 90),
    });
    const known = { observations: [later, ...history(ago(5)).observations] };

    expect(wouldHaveOf({ request, fired, held, strategies: {}, history: known })).toMatchObject({
      live: { templateHash: BAD_HASH },
      target: GOOD_HASH,
    });
  });
});

describe("an alarm that is still red when its trigger is armed", () => {
  const record = (cause: "observe" | "not-armed") =>
    wouldHaveOf({
      ...{ request: aRollbackTrigger({ at: AT }), fired: aTrigger(), strategies: {}, history: null },
      held: { cause, because: "of a reason" },
    });

  it.each([
    ["was in observe", "observe", {}],
    ["was in observe and is armed after changes now", "observe", { armed: { afterChangeMinutes: 60 } }],
    ["was not armed and always is now", "not-armed", {}],
  ] as const)("is not started from its old transition where it %s", (_what, cause, trigger) => {
    expect(recordedBefore(aTrigger(trigger), record(cause))).toContain("was recorded as one that starts nothing (of a reason)");
  });

  it("is started where nothing was recorded, or where the ledger knows of a change by now", () => {
    expect(recordedBefore(aTrigger(), null)).toBeNull();
    expect(recordedBefore(aTrigger({ armed: { afterChangeMinutes: 60 } }), record("not-armed"))).toBeNull();
  });
});
