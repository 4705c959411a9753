import { describe, expect, it } from "vitest";
import { BlueprintNotFoundError, InvalidInputError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import {
  aBlueprint,
  aGoodReplicaSet,
  aPodGroup,
  aReleaseObservation,
  aReplicaSet,
  aRollbackInput,
  aRollbackTrigger,
  aSignal,
  aTrigger,
  aWorkloadState,
} from "../support/builders/index.ts";
import { faultyPort } from "../support/fakes/faulty-port.ts";
import { play } from "../support/machine/play.ts";
import { runRollback, taskHandlers } from "../support/machine/run-rollback.ts";
import { aScene } from "../support/machine/scene.ts";

describe("a Deployment of 1000 pods and 20 ReplicaSets, with as much to say as Kubernetes lets it", () => {
  const long = (length: number) => "\u00e4".repeat(length);
  const sets = Array.from({ length: 18 }, (_, i) =>
    aGoodReplicaSet({ templateHash: `hash${i}`, name: `${long(240)}${i}`, image: long(255), revision: -i }),
  );
  const reasons = Array.from({ length: 5 }, (_, i) => ({ reason: `${long(50)}${i}`, pods: 10, message: long(200) }));
  const pods = sets.map(({ templateHash }) => ({ templateHash, total: 55, ready: 55, failing: 0, restarts: 9, reasons }));
  const signals = Array.from({ length: 40 }, (_, i) => aSignal({ name: `${long(60)}${i}` }));
  const triggers = signals.map(({ name }, i) =>
    aTrigger({ name: `${long(100)}${i}`, alarmName: `rollguard-${long(200)}${i}`, signal: name }),
  );

  it.each([
    ["a rollback", [aReleaseObservation()]],
    ["an escalation that lists every release", []],
  ])("fits into the payload of Step Functions and an item of DynamoDB: %s", async (_name, observations) => {
    const base = aBlueprint();
    const { result, incident, input } = await play({
      blueprint: aBlueprint({ signals: [...base.signals, ...signals], triggers: [...base.triggers, ...triggers] }),
      workload: aWorkloadState({ replicas: 1000, replicaSets: [aReplicaSet(), aGoodReplicaSet(), ...sets], pods: [aPodGroup(), ...pods] }),
      observations,
      input: aRollbackInput({ trigger: aRollbackTrigger({ reason: long(1023) }) }),
    });
    const largest = Math.max(...result.payloads.map((payload) => Buffer.byteLength(payload)));

    expect(incident?.meta.id).toBe(input.incidentId);
    expect(result.payloads.length).toBeGreaterThan(3);
    expect(largest).toBeLessThan(262_144);
    expect(Buffer.byteLength(JSON.stringify(incident?.meta))).toBeLessThan(400_000);
  });
});

describe("a fault at every Task state", () => {
  const faults = [
    ["an unknown error", () => new Error("boom"), "Error"],
    ["InvalidInputError", () => new InvalidInputError("bad"), "InvalidInputError"],
    ["BlueprintNotFoundError", () => new BlueprintNotFoundError("none"), "BlueprintNotFoundError"],
  ] as const;
  const states = ["OpenIncident", "AssessIncident", "SelectStrategy", "ExecuteStep", "VerifyStep", "DiagnoseCause"] as const;

  it.each(states.flatMap((state) => faults.map(([name, error, errorName]) => ({ state, name, error, errorName }))))(
    "$name in $state: not retried, recorded, lock free, run failed",
    async ({ state, error, errorName }) => {
      let calls = 0;
      const { result, incident, holder } = await play(
        {},
        {
          [state]: async () => {
            calls++;
            throw error();
          },
        },
      );

      expect(calls).toBe(1);
      expect(result.visited.slice(-3)).toEqual(["RecordIncident", "DidRecover?", "NotRecovered"]);
      expect(result.failure).toMatchObject({ name: "error", cause: expect.stringContaining(errorName) });
      expect(incident?.meta).toMatchObject({ status: "closed", outcome: "error", record: { failure: { error: errorName } } });
      expect(incident?.events.at(-1)).toMatchObject({ urgency: "page" });
      expect(holder).toBeNull();
    },
  );

  it.each(states)("a transient error in %s is retried by name, and the run goes on", async (state) => {
    const scene = aScene();
    let failures = 0;
    const result = await runRollback(scene.ports, scene.input, {
      onWait: scene.onWait,
      overrides: {
        [state]: async (document) => {
          if (failures < 2) {
            failures++;
            throw new TransientUpstreamError("503");
          }
          return taskHandlers(scene.ports)[state]?.(document);
        },
      },
    });

    expect(failures).toBe(2);
    expect(result.failure).toBeNull();
    expect(scene.workload.writes).toHaveLength(2);
  });

  it("when recording itself fails, a human is paged without a Lambda, and the lock is left to the status event", async () => {
    const { result, holder, input } = await play(
      {},
      {
        RecordIncident: async () => {
          throw new Error("the table is gone");
        },
      },
    );

    expect(result.visited.slice(-2)).toEqual(["PageHuman", "RecordingFailed"]);
    expect(result.failure).toMatchObject({ name: "recording-failed" });
    expect(result.pages).toEqual([expect.objectContaining({ Message: expect.stringContaining(input.execution.name) })]);
    expect(holder).toMatchObject({ owner: input.execution.name });
  });

  it("when paging fails too, the run still fails", async () => {
    const fail = async () => {
      throw new Error("down");
    };
    const { result } = await play({}, { RecordIncident: fail, PageHuman: fail });

    expect(result.failure).toMatchObject({ name: "recording-failed" });
  });
});

describe("every effect may happen twice", () => {
  const calls = ["acquire", "open", "renew", "append", "saveSeries", "close"] as const;

  it.each(calls.flatMap((method) => (["before", "after"] as const).map((when) => ({ method, when }))))(
    "a table call $method whose reply is lost $when it was applied changes nothing in the end",
    async ({ method, when }) => {
      const scene = aScene();
      const { port, hits } = faultyPort(scene.store, { method, when, error: () => new TransientUpstreamError("reset") });
      const result = await runRollback({ ...scene.ports, store: port }, scene.input, { onWait: scene.onWait });

      expect(hits()).toBe(1);
      expect(result.failure).toBeNull();
      expect(scene.workload.writes).toHaveLength(2);
      expect((await scene.store.read(scene.input.incidentId))?.meta.outcome).toBe("recovered");
      expect(await scene.store.holder("checkout")).toBeNull();
    },
  );

  it("a write whose reply is lost is told to people all the same", async () => {
    const scene = aScene();
    const error = () => new TransientUpstreamError("reset");
    const { port } = faultyPort(scene.workload, { method: "apply", when: "after", error });
    await runRollback({ ...scene.ports, workload: port }, scene.input, { onWait: scene.onWait });
    const told = (await scene.store.read(scene.input.incidentId))?.events.filter(({ urgency }) => urgency === "notice") ?? [];

    expect(told.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/restore-template-1 already-applied.*by this execution/),
    );
  });

  it.each(["before", "after"] as const)(
    "K8S-09 a write whose reply is lost %s it was applied makes exactly one template change",
    async (when) => {
      const scene = aScene();
      const { port, hits } = faultyPort(scene.workload, { method: "apply", when, error: () => new TransientUpstreamError("reset") });
      const result = await runRollback({ ...scene.ports, workload: port }, scene.input, { onWait: scene.onWait });

      expect(hits()).toBe(1);
      expect(result.failure).toBeNull();
      expect(scene.workload.writes.filter((write) => write.kind === "restore-template")).toHaveLength(1);
      expect(scene.workload.state?.generation).toBe(6);
    },
  );
});
