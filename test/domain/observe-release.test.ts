import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAXIMUM_GAP_SECONDS, type ObserveReleaseFacts, observeRelease } from "../../functions/domain/observe-release.ts";
import type { ReleaseObservation } from "../../functions/domain/release-observation.ts";
import type { WorkloadState } from "../../functions/domain/workload.ts";
import { BAD_HASH, GOOD_HASH, MOMENTS, secondsAfter } from "../support/builders/moments.ts";
import { aGoodReplicaSet, aReleaseObservation, aReplicaSet, aScaleObservation, aWorkloadState } from "../support/builders/workload.ts";

const NOW = "2026-11-20T03:20:00.000Z";
const facts = (overrides: Partial<ObserveReleaseFacts> = {}): ObserveReleaseFacts => ({
  service: "checkout",
  state: aWorkloadState(),
  observations: [],
  alarmsInAlarm: [],
  withoutData: false,
  lockHeld: false,
  goodAfterSeconds: 60,
  now: new Date(NOW),
  ...overrides,
});

/** Observes again and again, `secondsApart`, and keeps what was saved, as the ledger would. */
function observeInTurn(turns: readonly Partial<ObserveReleaseFacts>[], secondsApart = 30): ReleaseObservation[] {
  let observations: ReleaseObservation[] = [];
  for (const [index, turn] of turns.entries()) {
    const saved = observeRelease(facts({ ...turn, observations, now: new Date(secondsAfter(NOW, index * secondsApart)) }));
    if (saved !== null) observations = [saved, ...observations.filter(({ templateHash }) => templateHash !== saved.templateHash)];
  }
  return observations;
}
const withReplicas = (replicas: number, overrides: Partial<WorkloadState> = {}) =>
  aWorkloadState({
    replicas,
    status: { ...aWorkloadState().status, replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas },
    ...overrides,
  });
const goodAgain = aWorkloadState({ templateHash: GOOD_HASH, image: "demo/checkout:v1" });

describe("a release that is seen for the first time", () => {
  it("is a candidate, live since its ReplicaSet was created, with its replica count", () => {
    expect(observeRelease(facts())).toEqual({
      service: "checkout",
      templateHash: BAD_HASH,
      replicaSet: aReplicaSet().name,
      image: "demo/checkout:v2-slow",
      firstSeenAt: NOW,
      liveSince: MOMENTS.changeAt,
      lastSeenAt: NOW,
      verdict: "candidate",
      verdictBy: null,
      workload: { name: "checkout", kind: "Deployment", hpa: null, strategy: aWorkloadState().strategy },
      scales: [{ replicas: 3, since: MOMENTS.changeAt, lastSeenAt: NOW, healthySince: NOW, verdict: "candidate" }],
    });
  });

  it("notes of which kind the workload is and what decides how it goes back, so that a plan can be made without the cluster", () => {
    const state = aWorkloadState({ kind: "StatefulSet", podManagement: "OrderedReady", partition: 2 });

    expect(observeRelease(facts({ state, name: "shop" }))?.workload).toEqual({
      name: "shop",
      kind: "StatefulSet",
      hpa: null,
      strategy: state.strategy,
      podManagement: "OrderedReady",
      partition: 2,
    });
  });

  it("is live since now when another was seen live after its ReplicaSet had been created: the ReplicaSet is used again", () => {
    const other = aReleaseObservation({ templateHash: "other", lastSeenAt: "2026-11-20T03:15:00.000Z" });

    expect(observeRelease(facts({ observations: [other] }))?.liveSince).toBe(NOW);
  });

  it("has no name while the controller has not made its ReplicaSet", () => {
    expect(observeRelease(facts({ state: aWorkloadState({ templateHash: null, paused: true }) }))).toBeNull();
  });
});

describe("a healthy run", () => {
  it("makes the release and its replica count good once it is long enough", () => {
    const [early] = observeInTurn([{}, {}]);
    const [late] = observeInTurn([{}, {}, {}]);

    expect(early).toMatchObject({ verdict: "candidate", scales: [{ verdict: "candidate", healthySince: NOW }] });
    expect(late).toMatchObject({ verdict: "good", verdictBy: "observe-releases", scales: [{ verdict: "good", healthySince: NOW }] });
  });

  it.each<[string, Partial<ObserveReleaseFacts>]>([
    ["an alarm of the service", { alarmsInAlarm: ["rollguard-checkout-error-rate"] }],
    ["alarms without any data", { withoutData: true }],
    ["a rollout that is not observed yet", { state: aWorkloadState({ generation: 5 }) }],
    ["a rollout under way", { state: aWorkloadState({ status: { ...aWorkloadState().status, updatedReplicas: 2 } }) }],
    ["a pod that is not ready", { state: aWorkloadState({ status: { ...aWorkloadState().status, readyReplicas: 2 } }) }],
    ["a failing pod", { state: aWorkloadState({ pods: [{ ...aWorkloadState().pods[0], failing: 1 } as WorkloadState["pods"][number]] }) }],
    ["a workload scaled to nothing", { state: withReplicas(0, { templateHash: BAD_HASH }) }],
  ])("is broken by %s", (_what, trouble) => {
    const [before] = observeInTurn([trouble]);
    const [broken] = observeInTurn([{}, trouble, {}]);

    expect(before?.scales.at(-1)?.healthySince).toBeNull();
    expect(broken).toMatchObject({ verdict: "candidate" });
    expect(broken?.scales.at(-1)?.healthySince).toBe(secondsAfter(NOW, 60));
  });

  it("is broken by a gap in which nobody looked", () => {
    const [observed] = observeInTurn([{}, {}], MAXIMUM_GAP_SECONDS + 1);

    expect(observed).toMatchObject({ verdict: "candidate", scales: [{ healthySince: secondsAfter(NOW, MAXIMUM_GAP_SECONDS + 1) }] });
  });

  it("earns no good verdict while an incident is being handled, but goes on counting", () => {
    const [held] = observeInTurn([{}, {}, { lockHeld: true }]);
    const [free] = observeInTurn([{}, {}, { lockHeld: true }, {}]);

    expect(held).toMatchObject({ verdict: "candidate", scales: [{ verdict: "candidate" }] });
    expect(free).toMatchObject({ verdict: "good", scales: [{ verdict: "good" }] });
  });
});

describe("under a DaemonSet", () => {
  it("Nodes that come and go break no release's run", () => {
    const daemons = (replicas: number) => ({ state: withReplicas(replicas, { kind: "DaemonSet" }) });

    expect(observeInTurn([daemons(3), daemons(4), daemons(3), daemons(5)])[0]?.verdict).toBe("good");
    expect(observeInTurn([3, 4, 3, 5].map((replicas) => ({ state: withReplicas(replicas) })))[0]?.verdict).toBe("candidate");
  });
});

describe("under an autoscaler", () => {
  const scaledTo = (replicas: number, overrides: Partial<WorkloadState> = {}) => ({
    state: withReplicas(replicas, { hpa: "checkout", ...overrides }),
  });
  const starting = (replicas: number, ready: number) => {
    const { status } = withReplicas(replicas);
    return scaledTo(replicas, { status: { ...status, readyReplicas: ready, availableReplicas: ready } });
  };

  it("a release becomes good although its replica count changes all the time and new pods are starting", () => {
    const [observed] = observeInTurn([scaledTo(3), starting(5, 3), scaledTo(4)]);

    expect(observed).toMatchObject({ verdict: "good" });
  });

  it("no replica count becomes good before it has been there for long enough itself", () => {
    const [observed] = observeInTurn([scaledTo(3), starting(5, 3), scaledTo(4)]);

    expect(observed?.scales.map(({ replicas, verdict }) => [replicas, verdict])).toEqual([
      [3, "candidate"],
      [5, "candidate"],
      [4, "candidate"],
    ]);
  });

  it.each<[string, Partial<ObserveReleaseFacts>]>([
    ["a rollout under way", scaledTo(3, { status: { ...aWorkloadState().status, updatedReplicas: 2 } })],
    ["a failing pod", scaledTo(3, { pods: [{ ...aWorkloadState().pods[0], failing: 1 } as WorkloadState["pods"][number]] })],
    ["no pod that is ready", starting(3, 0)],
    ["a spec that is not observed yet", scaledTo(3, { generation: 5 })],
    ["an alarm", { ...scaledTo(3), alarmsInAlarm: ["rollguard-checkout-error-rate"] }],
  ])("the run is still broken by %s", (_what, trouble) => {
    const [observed] = observeInTurn([scaledTo(3), trouble, scaledTo(3)]);

    expect(observed).toMatchObject({ verdict: "candidate" });
  });
});

describe("an alarm", () => {
  const trouble = { alarmsInAlarm: ["rollguard-checkout-error-rate"] };

  it("is noted with the release that was live, until it is seen without", () => {
    const [ill] = observeInTurn([{}, trouble]);
    const [cured] = observeInTurn([{}, trouble, {}]);

    expect(ill).toMatchObject({ alarmAt: secondsAfter(NOW, 30), lastSeenAt: secondsAfter(NOW, 30) });
    expect(cured).toMatchObject({ alarmAt: secondsAfter(NOW, 30), lastSeenAt: secondsAfter(NOW, 60) });
  });

  it("is not held against a release that was just restored: it needs time to clear", () => {
    const [observed] = observeInTurn([{ ...trouble, lockHeld: true }]);

    expect(observed).not.toHaveProperty("alarmAt");
  });
});

describe("a verdict", () => {
  it("good stays when the release falls ill later", () => {
    const [observed] = observeInTurn([{}, {}, {}, { alarmsInAlarm: ["rollguard-checkout-error-rate"] }]);

    expect(observed).toMatchObject({ verdict: "good", verdictBy: "observe-releases", scales: [{ verdict: "good", healthySince: null }] });
  });

  it("bad stays, however healthy the release looks", () => {
    const bad = aReleaseObservation({ templateHash: BAD_HASH, verdict: "bad", verdictBy: "inc-1", lastSeenAt: NOW, scales: [] });
    const first = observeRelease(facts({ observations: [bad] }));
    const later = observeRelease(facts({ observations: [first as ReleaseObservation], now: new Date(secondsAfter(NOW, 600)) }));

    expect(later).toMatchObject({ verdict: "bad", verdictBy: "inc-1" });
  });

  it("bad on a replica count stays and does not make the release good", () => {
    const scales = [aScaleObservation({ replicas: 3, verdict: "bad", lastSeenAt: NOW, healthySince: MOMENTS.changeAt })];
    const known = aReleaseObservation({ templateHash: BAD_HASH, verdict: "candidate", verdictBy: null, lastSeenAt: NOW, scales });

    expect(observeRelease(facts({ observations: [known] }))).toMatchObject({
      verdict: "candidate",
      scales: [{ replicas: 3, verdict: "bad" }],
    });
  });

  it("bad is never changed, whatever is observed (property)", () => {
    const turn = fc.record({
      alarmsInAlarm: fc.constantFrom([], ["rollguard-checkout-error-rate"]),
      lockHeld: fc.boolean(),
      withoutData: fc.boolean(),
      state: fc.constantFrom(aWorkloadState(), withReplicas(2), goodAgain),
    });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
        let observations: ReleaseObservation[] = [
          aReleaseObservation({
            templateHash: BAD_HASH,
            verdict: "bad",
            verdictBy: "inc-1",
            scales: [aScaleObservation({ replicas: 2, verdict: "bad" })],
          }),
        ];
        for (const [index, facing] of turns.entries()) {
          const now = new Date(secondsAfter(NOW, index * 40));
          const saved = observeRelease(facts({ ...facing, observations, now })) as ReleaseObservation;
          observations = [saved, ...observations.filter(({ templateHash }) => templateHash !== saved.templateHash)];
        }
        const release = observations.find(({ templateHash }) => templateHash === BAD_HASH);
        expect(release).toMatchObject({ verdict: "bad", verdictBy: "inc-1" });
        expect(release?.scales.find(({ replicas }) => replicas === 2)?.verdict).toBe("bad");
      }),
    );
  });
});

describe("replica counts", () => {
  it("are kept apart: a new count begins its own run, the old one remembers when it was last seen", () => {
    const [observed] = observeInTurn([{}, {}, {}, { state: withReplicas(2) }]);

    expect(observed?.verdict).toBe("good");
    expect(observed?.scales).toEqual([
      { replicas: 3, since: MOMENTS.changeAt, lastSeenAt: secondsAfter(NOW, 60), healthySince: NOW, verdict: "good" },
      {
        replicas: 2,
        since: secondsAfter(NOW, 90),
        lastSeenAt: secondsAfter(NOW, 90),
        healthySince: secondsAfter(NOW, 90),
        verdict: "candidate",
      },
    ]);
  });

  it("that come back keep their verdict, begin anew and are the newest", () => {
    const [observed] = observeInTurn([{}, {}, {}, { state: withReplicas(2) }, {}]);

    expect(observed?.scales.map(({ replicas, since, verdict }) => ({ replicas, since, verdict }))).toEqual([
      { replicas: 2, since: secondsAfter(NOW, 90), verdict: "candidate" },
      { replicas: 3, since: secondsAfter(NOW, 120), verdict: "good" },
    ]);
  });

  it("are at most ten, and a bad one is not forgotten", () => {
    const bad = aScaleObservation({ replicas: 1, verdict: "bad" });
    const known = aReleaseObservation({ templateHash: BAD_HASH, lastSeenAt: NOW, scales: [bad] });
    let observed = known;
    for (let replicas = 2; replicas < 15; replicas += 1) {
      observed = observeRelease(facts({ observations: [observed], state: withReplicas(replicas) })) as ReleaseObservation;
    }

    expect(observed.scales.map(({ replicas }) => replicas)).toEqual([1, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });
});

describe("a release that comes back after another", () => {
  it("is live since now, has the same replica count as before, and must prove itself anew", () => {
    const turns = [{ state: goodAgain }, { state: goodAgain }, { state: goodAgain }, {}, { state: goodAgain }];
    const observations = observeInTurn(turns);
    const back = observations.find(({ templateHash }) => templateHash === GOOD_HASH);
    const created = aGoodReplicaSet().createdAt;

    expect(back).toMatchObject({ firstSeenAt: NOW, liveSince: secondsAfter(NOW, 120), verdict: "good" });
    expect(back?.scales).toEqual([
      { replicas: 3, since: created, lastSeenAt: secondsAfter(NOW, 120), healthySince: secondsAfter(NOW, 120), verdict: "good" },
    ]);
  });
});
