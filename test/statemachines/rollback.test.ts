import { describe, expect, it } from "vitest";
import {
  aBlueprint,
  aGoodReplicaSet,
  aManualTrigger,
  aReleaseObservation,
  aReplicaSet,
  aRollbackInput,
  aWorkloadState,
  BAD_HASH,
  GOOD_HASH,
} from "../support/builders/index.ts";
import { afterwards, HAPPY, order, play } from "../support/machine/play.ts";
import { runRollback, taskHandlers } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";

describe("a bad release", () => {
  it("is taken back, verified and recorded, and the lock is free", async () => {
    const { result, incident, workload, holder, ledger } = await play();

    expect(result.failure).toBeNull();
    expect(order(result.visited)).toEqual(HAPPY);
    expect(workload.writes.map((write) => write.kind)).toEqual(["restore-template", "restore-strategy"]);
    expect(workload.state).toMatchObject({ templateHash: GOOD_HASH, strategy: { maxSurge: "25%" }, stamps: { savedStrategy: null } });
    expect(incident?.meta).toMatchObject({ status: "closed", outcome: "recovered", severity: "high" });
    expect(incident?.meta.record?.verification).toMatchObject({ verdict: "pass", recovery: "recovered" });
    expect(holder).toBeNull();
    const verdicts = (await ledger.observations("checkout")).map((one) => [one.templateHash, one.verdict]);
    expect(verdicts).toContainEqual([BAD_HASH, "bad"]);
    expect(verdicts).toContainEqual([GOOD_HASH, "good"]);
  });

  it("lists every check with improvement against the incident's values", async () => {
    const { incident } = await play();

    const checks = incident?.meta.record?.verification?.checks ?? [];
    expect(checks.map((check) => check.check)).toEqual(
      expect.arrayContaining(["replica_count", "pods_ready", "latency_p95", "error_rate", "alarm rollguard-checkout-latency-p95"]),
    );
    expect(checks.find((check) => check.check === "latency_p95")).toMatchObject({
      expected: "< 200ms",
      actual: "125ms",
      verdict: "pass",
      improvement: "Restored from 480ms to 125ms",
    });
  });

  it("keeps the points of every signal for the report", async () => {
    const { incident } = await play();

    expect(incident?.series.map((series) => [series.signal, series.threshold])).toEqual([
      ["error_rate", 1],
      ["latency_p95", 200],
    ]);
    for (const series of incident?.series ?? []) expect(series.points.length).toBeGreaterThan(10);
  });

  it("that does not get better is a failed run that says so, with the strategy put back", async () => {
    const { result, incident, workload, holder } = await play({ recovers: false });

    expect(result.failure).toMatchObject({ name: "not-recovered" });
    expect(result.failure?.cause).toContain("latency_p95");
    expect(incident?.meta.outcome).toBe("not-recovered");
    expect(workload.state?.stamps.savedStrategy).toBeNull();
    expect(incident?.events.at(-1)).toMatchObject({ urgency: "page" });
    expect(holder).toBeNull();
  });

  it("that does not get better is followed by the next target, never by one that is bad", async () => {
    const older = aGoodReplicaSet({ name: "checkout-older", templateHash: "older", revision: 0, image: "demo/checkout:v0" });
    const worse = aGoodReplicaSet({ name: "checkout-worse", templateHash: "worse", revision: 0, image: "demo/checkout:v0-bad" });
    const { workload } = await play({
      recovers: false,
      workload: aWorkloadState({ replicaSets: [aReplicaSet(), aGoodReplicaSet(), older, worse] }),
      observations: [
        aReleaseObservation(),
        aReleaseObservation({ templateHash: "older", lastSeenAt: "2026-11-18T00:00:00.000Z" }),
        aReleaseObservation({ templateHash: "worse", verdict: "bad" }),
      ],
    });

    expect(workload.writes.map((write) => (write.kind === "restore-template" ? write.templateHash : write.kind))).toEqual([
      GOOD_HASH,
      "older",
      "restore-strategy",
    ]);
  });

  it("is not called recovered on the word of an alarm that does not exist", async () => {
    const scene = aScene();
    const alarms = async (names: readonly string[]) => (await scene.metrics.alarms(names)).slice(0, 1);
    const metrics = { series: scene.metrics.series.bind(scene.metrics), alarmsInAlarm: async () => [], alarms };
    const result = await runRollback({ ...scene.ports, metrics }, scene.input, { onWait: scene.onWait });

    expect(result.failure).toMatchObject({ name: "not-recovered", cause: expect.stringContaining("is absent") });
  });

  it("is only reported in mode observe: everything runs, nothing is written", async () => {
    const { result, incident, workload } = await play({ blueprint: aBlueprint({ mode: "observe" }) });

    expect(result.failure).toBeNull();
    expect(workload.writes).toEqual([]);
    expect(incident?.meta).toMatchObject({ outcome: "observed" });
    expect(incident?.meta.summary).toContain("demo/checkout:v1");
  });

  it("asked for by hand is taken back without an alarm", async () => {
    const trigger = aManualTrigger();
    const { result, workload } = await play({ input: aRollbackInput({ trigger }) });

    expect(result.failure).toBeNull();
    expect(workload.writes).toHaveLength(2);
  });
});

describe("one incident per service", () => {
  it("an alarm that joins after the last look is not lost: the run ends escalated", async () => {
    const scene = aScene();
    const result = await runRollback(scene.ports, scene.input, {
      onWait: scene.onWait,
      overrides: {
        DiagnoseCause: async (document) => {
          const at = scene.clock.now().toISOString();
          const event = { id: `${at}#OpenIncident#joined`, at, type: "incident_opening", message: "", urgency: "quiet", data: {} } as const;
          await scene.store.attach(scene.input.incidentId, { alarmName: "rollguard-checkout-error-rate", at, reason: "" }, event);
          return taskHandlers(scene.ports).DiagnoseCause?.(document);
        },
      },
    });

    expect(result.failure).toMatchObject({
      name: "escalated",
      cause: expect.stringContaining("rollguard-checkout-error-rate joined after the last look"),
    });
    expect(scene.workload.writes).toHaveLength(2);
  });

  it("a second alarm joins the open incident and ends there", async () => {
    const scene = aScene();
    await scene.store.acquire("checkout", "rg-checkout-other", "inc-checkout-other", scene.clock.now(), 900);
    const result = await runRollback(scene.ports, scene.input);

    expect(result.visited).toEqual(["OpenIncident", "IsNewIncident?", "NothingToDo"]);
    expect(result.output).toMatchObject({ opening: { outcome: "merged", mergedInto: "inc-checkout-other" } });
    expect(await scene.store.holder("checkout")).toMatchObject({ owner: "rg-checkout-other" });
  });

  it("an alarm that joins an incident at the moment of its end is not lost: it opens its own", async () => {
    const scene = aScene();
    await scene.store.acquire("checkout", "rg-checkout-other", "inc-checkout-other", scene.clock.now(), 900);
    const { port } = afterwards(scene.store, "attach", () => scene.store.release("checkout", "rg-checkout-other"));
    const result = await runRollback({ ...scene.ports, store: port }, scene.input, { onWait: scene.onWait });

    expect(result.failure).toBeNull();
    expect((await scene.store.read(scene.input.incidentId))?.meta).toMatchObject({ outcome: "recovered" });
  });

  it("a run whose lock another took does not write", async () => {
    const { result, workload, holder } = await play({}, {});
    expect(result.failure).toBeNull();
    expect(holder).toBeNull();
    expect(workload.writes).toHaveLength(2);

    const scene = aScene();
    const stolen = await runRollback(scene.ports, scene.input, {
      overrides: {
        SelectStrategy: async (document) => {
          scene.clock.advance(1000);
          await scene.store.acquire("checkout", "rg-checkout-thief", "inc-checkout-thief", scene.clock.now(), 900);
          return taskHandlers(scene.ports).SelectStrategy?.(document);
        },
      },
    });
    expect(stolen.failure).toMatchObject({ name: "escalated", cause: expect.stringContaining("lock was lost") });
    expect(scene.workload.writes).toEqual([]);
    expect(await scene.store.holder("checkout")).toMatchObject({ owner: "rg-checkout-thief" });
  });

  it("K8S-11 a human deploys v3 between assess and patch: v3 is untouched", async () => {
    const scene = aScene();
    const result = await runRollback(scene.ports, scene.input, {
      overrides: {
        SelectStrategy: async (document) => {
          scene.workload.change({ templateHash: "v3", image: "demo/checkout:v3" });
          return taskHandlers(scene.ports).SelectStrategy?.(document);
        },
      },
    });

    expect(result.failure).toMatchObject({ name: "escalated" });
    expect(scene.workload.state?.image).toBe("demo/checkout:v3");
    expect(scene.workload.writes).toEqual([]);
  });
});
