import { describe, expect, it } from "vitest";
import type { IncidentControl } from "../../functions/domain/incident-control.ts";
import { aReleaseObservation, aReplicaSet, aWorkloadState } from "../support/builders/index.ts";
import { runRollback } from "../support/machine/run-rollback.ts";
import { aScene, type SceneOptions } from "../support/machine/scene.ts";

type Word = IncidentControl["state"];
const REASON = "by ada@desk: the database is at fault";

/** Plays the usual night. `words` are what ExecuteStep finds said, look by look; the last one stays. */
async function night(words: readonly Word[], options: SceneOptions = {}) {
  const scene = aScene(options);
  let looks = 0;
  const read = async (): Promise<IncidentControl> => {
    const state = words[Math.min(looks, words.length - 1)] ?? "run";
    looks += 1;
    return { state, by: "ada@desk", reason: "the database is at fault", at: scene.clock.now().toISOString() };
  };
  const ports = { ...scene.ports, controls: { read, set: async () => "set" as const } };
  const result = await runRollback(ports, scene.input, { onWait: scene.onWait });
  const incident = await scene.store.read(scene.input.incidentId);
  return {
    ...{ result, looks, incident },
    outcome: incident?.meta.outcome,
    written: scene.workload.writes.map(({ kind }) => kind),
    savedStrategy: scene.workload.state?.stamps.savedStrategy,
    holder: await scene.store.holder("checkout"),
    minutes: (scene.clock.now().getTime() - Date.parse(incident?.meta.openedAt ?? "")) / 60_000,
  };
}

/** Two earlier releases: when the first does not help, the plan goes to the second. */
const twoTargets: SceneOptions = {
  recovers: false,
  observations: [
    aReleaseObservation(),
    aReleaseObservation({ templateHash: "older", replicaSet: "checkout-older", lastSeenAt: "2026-11-18T09:00:00.000Z" }),
  ],
  workload: aWorkloadState({
    replicaSets: [
      ...aWorkloadState().replicaSets,
      aReplicaSet({ name: "checkout-older", templateHash: "older", revision: 0, replicas: 0, readyReplicas: 0 }),
    ],
  }),
};

describe("a plan that a person aborts", () => {
  it("before its first step writes nothing, and ends escalated in that person's words", async () => {
    const { result, written, outcome, holder } = await night(["aborted"]);

    expect(result.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining(`aborted ${REASON}`) });
    expect({ written, outcome, holder }).toEqual({ written: [], outcome: "escalated", holder: null });
  });

  it("between two targets tries no other, and puts the Deployment's own strategy back", async () => {
    const { outcome, written, savedStrategy, incident } = await night(["run", "aborted"], twoTargets);

    expect(outcome).toBe("escalated");
    expect(written).toEqual(["restore-template", "restore-strategy"]);
    expect(savedStrategy).toBeNull();
    expect(incident?.meta.summary).toContain(`aborted ${REASON}; restore-template-2 was not applied`);
  });

  it("after its restoring step has begun finishes that one, puts the strategy back and stays recovered", async () => {
    const { outcome, written, savedStrategy, incident } = await night(["run", "aborted"]);

    expect(outcome).toBe("recovered");
    expect(written).toEqual(["restore-template", "restore-strategy"]);
    expect(savedStrategy).toBeNull();
    expect(incident?.meta.summary).toContain("quarantine-replica-set was not applied");
  });
});

describe("a plan that a person pauses", () => {
  it("waits before its next step, with one event, and goes on as if nothing had been said", async () => {
    const { outcome, written, incident, looks, minutes } = await night(["paused", "paused", "paused", "paused", "run"]);

    expect(outcome).toBe("recovered");
    expect(written).toEqual(["restore-template", "restore-strategy"]);
    expect(looks).toBeGreaterThan(5);
    expect(minutes).toBeGreaterThanOrEqual(2);
    expect(incident?.events.filter(({ message }) => message.includes(`paused ${REASON}`))).toHaveLength(1);
    expect(incident?.meta.record?.plan?.steps.length).toBeGreaterThan(0);
  });

  it("keeps what was proven before the pause", async () => {
    const { outcome, incident } = await night(["run", "paused", "paused", "run"]);

    expect(outcome).toBe("recovered");
    expect(incident?.meta.summary).toMatch(/recovered .* after the onset/);
    expect(incident?.meta.record?.verification?.reason).toContain("checks pass");
  });

  it("keeps a failure that was found before the pause, too", async () => {
    const { outcome, incident } = await night(["run", "paused", "run"], { recovers: false });

    expect(outcome).toBe("not-recovered");
    expect(incident?.meta.record?.verification?.verdict).toBe("fail");
  });

  it("can still be aborted", async () => {
    const { outcome, written } = await night(["paused", "paused", "aborted"]);

    expect({ outcome, written }).toEqual({ outcome: "escalated", written: [] });
  });

  it("ends by itself when the incident is four hours old, with nothing written since", async () => {
    const { outcome, written, minutes, incident } = await night(["paused"]);

    expect({ outcome, written }).toEqual({ outcome: "escalated", written: [] });
    expect(minutes).toBeGreaterThan(239);
    expect(incident?.meta.summary).toContain("the incident is 4 h");
  });
});
