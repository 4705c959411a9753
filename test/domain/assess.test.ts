import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assess, HOLD } from "../../functions/domain/assess.ts";
import {
  ALARM_NAME,
  aGoodReplicaSet,
  aReleaseObservation,
  aReplicaSet,
  aRollbackTrigger,
  aScaleObservation,
  aWorkloadState,
  BAD_HASH,
  GOOD_HASH,
  GOOD_IMAGE,
  MOMENTS,
} from "../support/builders/index.ts";
import { facts, scaledDown } from "./support/assessment-facts.ts";

describe("a deploy before the onset", () => {
  it("is suspected, and the reasons carry the numbers", () => {
    const result = assess(facts());

    expect(result).toMatchObject({ decision: "roll-back", severity: "high", classes: ["performance"], podEvidence: "none" });
    expect(result.change).toMatchObject({ kind: "deploy", fromHash: GOOD_HASH, toHash: BAD_HASH, startedAt: MOMENTS.changeAt });
    expect(result.reasons.join("\n")).toMatch(/began 15 s before the onset/);
  });

  it.each([
    { minutes: 5, decision: "roll-back" },
    { minutes: 23 * 60, decision: "roll-back" },
    { minutes: 25 * 60, decision: "escalate" },
  ])("that began $minutes minutes before it leads to $decision", ({ minutes, decision }) => {
    const createdAt = new Date(Date.parse(MOMENTS.onsetAt) - minutes * 60_000).toISOString();
    const workload = aWorkloadState({ replicaSets: [aReplicaSet({ createdAt }), aGoodReplicaSet()] });

    expect(assess(facts({ workload, observations: [aReleaseObservation({ lastSeenAt: createdAt })] })).decision).toBe(decision);
  });

  it.each([
    { seconds: 9, decision: "roll-back" },
    { seconds: 11, decision: "escalate" },
  ])("or $seconds s after it (tolerance: one period of 10 s) leads to $decision", ({ seconds, decision }) => {
    const createdAt = new Date(Date.parse(MOMENTS.onsetAt) + seconds * 1000).toISOString();
    const workload = aWorkloadState({ replicaSets: [aReplicaSet({ createdAt }), aGoodReplicaSet()] });

    expect(assess(facts({ workload })).decision).toBe(decision);
  });

  it("of a ReplicaSet made in the second in which the old release was last seen is dated by its creation", () => {
    const lastSeenAt = new Date(Date.parse(MOMENTS.changeAt) + 900).toISOString();

    expect(assess(facts({ observations: [aReleaseObservation({ lastSeenAt })] })).change).toMatchObject({ startedAt: MOMENTS.changeAt });
  });

  it("that put an old ReplicaSet back into use is dated by the observations, not by the ReplicaSet's age", () => {
    const workload = aWorkloadState({
      replicaSets: [aReplicaSet({ createdAt: "2026-11-01T00:00:00.000Z", revision: 3 }), aGoodReplicaSet({ revision: 2 })],
    });
    const live = aReleaseObservation({
      templateHash: BAD_HASH,
      verdict: "candidate",
      liveSince: MOMENTS.changeAt,
      lastSeenAt: MOMENTS.changeAt,
    });

    const { change } = assess(facts({ workload, observations: [live, aReleaseObservation()] }));

    expect(change).toMatchObject({ kind: "deploy", earliestAt: "2026-11-20T03:10:00.000Z", startedAt: MOMENTS.changeAt });
  });
});

describe("a return to a release that was good before", () => {
  const sets = [
    aGoodReplicaSet({ revision: 3, replicas: 3 }),
    aReplicaSet({ revision: 2, replicas: 0 }),
    aGoodReplicaSet({ templateHash: "v0", name: "checkout-v0", revision: 0 }),
  ];
  const workload = aWorkloadState({ templateHash: GOOD_HASH, image: GOOD_IMAGE, replicaSets: sets, pods: [] });
  const observations = [
    aReleaseObservation({ liveSince: MOMENTS.changeAt, lastSeenAt: MOMENTS.changeAt }),
    aReleaseObservation({
      templateHash: BAD_HASH,
      verdict: "bad",
      firstSeenAt: "2026-11-20T03:00:00.000Z",
      lastSeenAt: "2026-11-20T03:11:50.000Z",
    }),
    aReleaseObservation({ templateHash: "v0", firstSeenAt: "2026-11-01T00:00:00.000Z", lastSeenAt: "2026-11-10T00:00:00.000Z" }),
  ];

  it("is not suspected of the next alarm: no going one release further back after every rollback", () => {
    const result = assess(facts({ workload, observations }));

    expect(result).toMatchObject({ decision: "escalate", change: null });
    expect(result.reasons.join()).toContain("return to a release that was observed good before");
  });

  it("is taken back when a person asks for it", () => {
    expect(assess(facts({ workload, observations, trigger: aRollbackTrigger({ kind: "manual", alarmName: null }) }))).toMatchObject({
      decision: "roll-back",
    });
  });
});

describe("a scale (seed 000)", () => {
  it("from 3 to 2 before the onset is suspected although Kubernetes keeps no trace of it", () => {
    const result = assess(facts(scaledDown(MOMENTS.changeAt)));

    expect(result.decision).toBe("roll-back");
    expect(result.change).toMatchObject({ kind: "scale", fromReplicas: 3, toReplicas: 2 });
  });

  it("back from a bad count to a good one is not suspected of the next alarm", () => {
    const counts = [
      aScaleObservation({ replicas: 5 }),
      aScaleObservation({ replicas: 2, verdict: "bad" }),
      aScaleObservation({ replicas: 3 }),
    ];
    const scene = scaledDown(MOMENTS.changeAt);
    const result = assess(facts({ workload: { ...scene.workload, replicas: 3 }, observations: [aReleaseObservation({ scales: counts })] }));

    expect(result).toMatchObject({ decision: "escalate", change: null });
  });

  it.each([
    ["after the onset, as far as anybody saw", "2026-11-20T03:12:35.000Z", "escalate"],
    ["before the onset", "2026-11-20T03:12:15.000Z", "roll-back"],
  ])("up that came %s leads to %s: people scale up because of an incident", (_name, seenAt, decision) => {
    const scene = scaledDown("2026-11-20T03:12:10.000Z");
    const scales = [
      aScaleObservation({ lastSeenAt: "2026-11-20T03:12:10.000Z" }),
      aScaleObservation({ replicas: 6, since: seenAt, lastSeenAt: seenAt, verdict: "candidate" }),
    ];
    const result = assess(facts({ workload: { ...scene.workload, replicas: 6 }, observations: [aReleaseObservation({ scales })] }));

    expect(result.decision).toBe(decision);
  });

  it("that happened in a gap of the observations around the onset is not suspected: it may have been an answer to it", () => {
    const result = assess(
      facts({
        ...scaledDown("2026-11-20T01:00:00.000Z"),
        observations: [aReleaseObservation({ scales: [aScaleObservation({ lastSeenAt: "2026-11-20T01:00:00.000Z" })] })],
      }),
    );

    expect(result).toMatchObject({ decision: "escalate", change: null });
    expect(result.reasons.join()).toContain("between 2026-11-20T01:00:00.000Z and");
  });

  it("is not suspected when an HPA owns the replica count (K8S-14)", () => {
    const scene = scaledDown(MOMENTS.changeAt);
    const result = assess(facts({ ...scene, workload: { ...scene.workload, hpa: "checkout" } }));

    expect(result).toMatchObject({ decision: "escalate", change: null });
    expect(result.reasons.join()).toContain("HorizontalPodAutoscaler checkout");
  });

  it.each([{ kind: "DaemonSet" as const }, { flagger: "target" as const }])("is not suspected where nobody asked for it: %o", (of) => {
    const scene = scaledDown(MOMENTS.changeAt);

    expect(assess(facts({ ...scene, workload: { ...scene.workload, ...of } })).change).toBeNull();
  });
});

describe("a workload that nobody but its owner may write", () => {
  it.each(["Deployment", "Rollout"] as const)("escalates with its kind while a %s is paused", (kind) => {
    expect(assess(facts({ workload: aWorkloadState({ kind, paused: true }) }))).toMatchObject({
      decision: "escalate",
      reasons: [expect.stringContaining(`the ${kind} is paused`)],
    });
  });

  it.each(["alarm", "manual", "mend"] as const)("is refused by name where it is Flagger's primary, on trigger %s", (kind) => {
    const { blueprint } = facts();
    const target = { ...blueprint.target, name: "checkout-primary" };
    const workload = aWorkloadState({ flagger: "primary", stamps: { execution: "rg-old", fence: 3, savedStrategy: "{}" } });

    const { decision, reasons } = assess(facts({ trigger: aRollbackTrigger({ kind }), workload, blueprint: { ...blueprint, target } }));

    expect([decision, reasons]).toEqual([
      "escalate",
      [
        "checkout-primary is the primary that Flagger makes and writes back: name the target of the Canary, checkout, in spec.target of the blueprint instead",
      ],
    ]);
  });

  it("goes on where it is the target that Flagger scales", () => {
    expect(assess(facts({ workload: aWorkloadState({ flagger: "target" }) })).decision).toBe("roll-back");
  });
});

describe("a mend", () => {
  const trigger = aRollbackTrigger({ kind: "mend", alarmName: null });

  it("puts back what an interrupted run left", () => {
    const workload = aWorkloadState({ stamps: { execution: "rg-old", fence: 3, savedStrategy: "{}" } });

    expect(assess(facts({ trigger, workload }))).toMatchObject({ decision: "roll-back", change: { kind: "leftover" } });
  });

  it("ends a pause that an interrupted run left without a saved strategy", () => {
    const workload = aWorkloadState({ paused: true, stamps: { execution: "rg-old", fence: 3, savedStrategy: null, paused: true } });

    expect(assess(facts({ trigger, workload }))).toMatchObject({
      decision: "roll-back",
      change: { kind: "leftover" },
      reasons: ["execution rg-old ended and left the rollout paused"],
    });
  });

  it("stands down when nothing is left", () => {
    expect(assess(facts({ trigger, workload: aWorkloadState({ kind: "DaemonSet" }) }))).toMatchObject({
      decision: "stand-down",
      reasons: ["no saved strategy is left on the DaemonSet"],
      change: null,
    });
  });
});

describe("laws", () => {
  const state = fc.constantFrom("OK" as const, "ALARM" as const, "INSUFFICIENT_DATA" as const);

  it("no alarm in ALARM never leads to a rollback, whatever else is true", () => {
    fc.assert(
      fc.property(fc.constantFrom("OK" as const, "INSUFFICIENT_DATA" as const), fc.integer({ min: 1, max: 5 }), (alarm, attempt) => {
        const result = assess(facts({ attempt, alarms: [{ alarmName: ALARM_NAME, trigger: "latency-p95", state: alarm }] }));
        expect(result.decision).not.toBe("roll-back");
        expect(result.decision === "hold").toBe(alarm === "INSUFFICIENT_DATA" && attempt < HOLD.attempts);
      }),
    );
  });

  it("a rollback always names a change that began no later than the onset plus one period, and always has reasons", () => {
    const fromOnset = fc.integer({ min: -200_000, max: 10_000 });
    fc.assert(
      fc.property(fromOnset, state, (seconds, alarm) => {
        const createdAt = new Date(Date.parse(MOMENTS.onsetAt) + seconds * 1000).toISOString();
        const workload = aWorkloadState({ replicaSets: [aReplicaSet({ createdAt }), aGoodReplicaSet()] });
        const result = assess(
          facts({ workload, observations: [], alarms: [{ alarmName: ALARM_NAME, trigger: "latency-p95", state: alarm }] }),
        );
        expect(result.reasons.length).toBeGreaterThan(0);
        if (result.decision === "roll-back")
          expect(Date.parse(result.change?.earliestAt ?? "")).toBeLessThanOrEqual(Date.parse(MOMENTS.onsetAt) + 10_000);
      }),
    );
  });
});
