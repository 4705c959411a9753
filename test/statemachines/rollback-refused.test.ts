import { describe, expect, it } from "vitest";
import { MAXIMUM_EVENT_AGE_SECONDS } from "../../functions/domain/start-decision.ts";
import {
  aBlueprint,
  aGoodReplicaSet,
  aReleaseObservation,
  aReplicaSet,
  aRollbackInput,
  aRollbackTrigger,
  aWorkloadState,
  BAD_HASH,
  GOOD_HASH,
  MOMENTS,
} from "../support/builders/index.ts";
import { play } from "../support/machine/play.ts";
import { runRollback, taskHandlers } from "../support/machine/run-rollback.ts";
import { aScene, type SceneOptions } from "../support/machine/scene.ts";

describe("no rollback", () => {
  const escalations: [string, SceneOptions, RegExp][] = [
    [
      "K8S-07 the first release ever",
      { workload: aWorkloadState({ replicaSets: [aReplicaSet()] }), observations: [] },
      /no change is known/,
    ],
    ["an earlier release that was never observed", { observations: [] }, /never observed/],
    ["an earlier release that is bad", { observations: [aReleaseObservation({ verdict: "bad" })] }, /: bad/],
    ["K8S-13 a paused Deployment", { workload: aWorkloadState({ paused: true }) }, /paused/],
    ["a Deployment that does not exist", { workload: null }, /does not exist/],
    [
      "a change older than the suspicion window",
      {
        workload: aWorkloadState({ replicaSets: [aReplicaSet({ createdAt: "2026-11-18T00:00:00.000Z" }), aGoodReplicaSet()] }),
        observations: [aReleaseObservation({ lastSeenAt: "2026-11-18T00:00:00.000Z" })],
      },
      /outside the suspicion window of 24 h/,
    ],
    [
      "a change that began after the onset",
      { workload: aWorkloadState({ replicaSets: [aReplicaSet({ createdAt: "2026-11-20T03:12:38.000Z" }), aGoodReplicaSet()] }) },
      /after the onset/,
    ],
    [
      "pods that fail under both templates",
      {
        workload: aWorkloadState({
          pods: [BAD_HASH, GOOD_HASH].map((templateHash) => ({ templateHash, total: 3, ready: 0, failing: 3, restarts: 9, reasons: [] })),
        }),
      },
      /earlier release fail too/,
    ],
  ];

  it.each(escalations)("for %s: a human is asked, with the reason", async (_name, options, reason) => {
    const { result, incident, workload, holder } = await play(options);

    expect(result.failure).toMatchObject({ name: "escalated" });
    expect(result.failure?.cause).toMatch(reason);
    expect(workload.writes).toEqual([]);
    expect(incident?.meta.outcome).toBe("escalated");
    expect(incident?.events.at(-1)).toMatchObject({ urgency: "page" });
    expect(holder).toBeNull();
  });

  it("when the alarm is OK again: stand-down", async () => {
    const scene = aScene();
    scene.metrics.setAlarm({ alarmName: "rollguard-checkout-latency-p95", state: "OK" });
    const result = await runRollback(scene.ports, scene.input);

    expect(result.failure).toBeNull();
    expect(result.visited.at(-1)).toBe("NothingToDo");
    expect((await scene.store.read(scene.input.incidentId))?.meta.outcome).toBe("stand-down");
    expect(scene.workload.writes).toEqual([]);
  });

  it("without data: held, assessed again, and escalated as inconclusive, never called a bad release", async () => {
    const scene = aScene();
    for (const alarmName of ["rollguard-checkout-latency-p95", "rollguard-checkout-error-rate"]) {
      scene.metrics.setAlarm({ alarmName, state: "INSUFFICIENT_DATA" });
    }
    const result = await runRollback(scene.ports, scene.input, { onWait: (seconds) => scene.clock.advance(seconds) });

    expect(result.visited.filter((state) => state === "AssessIncident")).toHaveLength(3);
    expect(result.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining("inconclusive after 3 assessments") });
    expect(scene.workload.writes).toEqual([]);
  });

  it("when the approval that the blueprint asks for cannot be had", async () => {
    const { result, workload } = await play({
      blueprint: aBlueprint({ rollback: { enabled: true, automatic: false, triggerOnCriticalFailure: true, maxAttempts: 3 } }),
    });

    expect(result.failure?.cause).toContain("needs-approval by rule automatic");
    expect(workload.writes).toEqual([]);
  });

  it("for a stale transition, and for a switch that is off", async () => {
    const stale = await play({ input: aRollbackInput({ trigger: aRollbackTrigger({ at: "2026-11-20T02:00:00.000Z" }) }) });
    const scene = aScene();
    await scene.store.writeSwitch({ state: "off", by: "ada", reason: "game day", at: MOMENTS.openedAt });
    const off = await runRollback(scene.ports, scene.input);

    expect(stale.result.visited).toEqual(["OpenIncident", "IsNewIncident?", "NothingToDo"]);
    expect(off.visited).toEqual(["OpenIncident", "IsNewIncident?", "NothingToDo"]);
    expect((await scene.store.read(scene.input.incidentId))?.meta).toMatchObject({ outcome: "off" });
    expect([...stale.workload.writes, ...scene.workload.writes]).toEqual([]);
  });

  it("but not for a transition that the starter still took: its name is used, so nobody would start it again", async () => {
    const almost = new Date(Date.parse(MOMENTS.openedAt) - MAXIMUM_EVENT_AGE_SECONDS * 1000 - 60_000).toISOString();
    const { result } = await play({ input: aRollbackInput({ trigger: aRollbackTrigger({ at: almost }) }) });

    expect(result.visited).toContain("AssessIncident");
  });

  it("for an alarm of ours without a blueprint: recorded, paged, failed", async () => {
    const trigger = aRollbackTrigger({ service: "ghost", alarmName: "rollguard-ghost-latency" });
    const { result, incident } = await play({ input: aRollbackInput({ trigger }) });

    expect(result.failure).toMatchObject({ name: "error", cause: expect.stringContaining("rollguard-ghost-latency") });
    expect(incident?.meta).toMatchObject({ service: "ghost", outcome: "error", record: { failure: { error: "BlueprintNotFoundError" } } });
    expect(incident?.events.at(-1)).toMatchObject({ urgency: "page" });
  });
});

describe("an autoscaler at work", () => {
  const busy = (overrides = {}) => ({ workload: aWorkloadState({ hpa: "checkout", ...overrides }) });

  it("between assess and patch does not keep the bad release alive (K8S-14)", async () => {
    const scene = aScene(busy());
    const result = await runRollback(scene.ports, scene.input, {
      onWait: scene.onWait,
      overrides: {
        SelectStrategy: async (document) => {
          scene.workload.change({ replicas: 5 });
          scene.workload.settle();
          return taskHandlers(scene.ports).SelectStrategy?.(document);
        },
      },
    });

    expect(result.failure).toBeNull();
    expect(scene.workload.state).toMatchObject({ templateHash: GOOD_HASH, replicas: 5 });
  });

  it("between the first target and the second does not end the run half way", async () => {
    const older = aGoodReplicaSet({ name: "checkout-older", templateHash: "older", revision: 0, image: "demo/checkout:v0" });
    const scene = aScene({
      ...busy({ replicaSets: [aReplicaSet(), aGoodReplicaSet(), older] }),
      recovers: false,
      observations: [aReleaseObservation(), aReleaseObservation({ templateHash: "older", lastSeenAt: "2026-11-18T00:00:00.000Z" })],
    });
    let looks = 0;
    const result = await runRollback(scene.ports, scene.input, {
      onWait: scene.onWait,
      overrides: {
        VerifyStep: async (document) => {
          looks += 1;
          if (looks === 3) {
            scene.workload.change({ replicas: 4 });
            scene.workload.settle();
          }
          return taskHandlers(scene.ports).VerifyStep?.(document);
        },
      },
    });

    expect(result.failure).toMatchObject({ name: "not-recovered" });
    expect(scene.workload.writes.map((write) => (write.kind === "restore-template" ? write.templateHash : write.kind))).toEqual([
      GOOD_HASH,
      "older",
      "restore-strategy",
    ]);
  });
});
