import { describe, expect, it } from "vitest";
import { BlueprintNotFoundError, InvalidInputError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import { MAXIMUM_EVENT_AGE_SECONDS } from "../../functions/domain/start-decision.ts";
import {
  aBlueprint,
  aGoodReplicaSet,
  aManualTrigger,
  aPodGroup,
  aReleaseObservation,
  aReplicaSet,
  aRollbackInput,
  aRollbackTrigger,
  aSignal,
  aTrigger,
  aWorkloadState,
  BAD_HASH,
  GOOD_HASH,
  MOMENTS,
} from "../support/builders/index.ts";
import { faultyPort } from "../support/fakes/faulty-port.ts";
import { runRollback, taskHandlers } from "../support/machine/run-rollback.ts";
import { aScene, type SceneOptions } from "../support/machine/scene.ts";

const HAPPY = [
  "OpenIncident",
  "IsNewIncident?",
  "AssessIncident",
  "ShouldRollBack?",
  "SelectStrategy",
  "NeedsApproval?",
  "ExecuteStep",
  "Bake",
  "VerifyStep",
  "PlanFinished?",
  "DiagnoseCause",
  "RecordIncident",
  "DidRecover?",
  "Recovered",
];

/** Loops are collapsed: what matters is the order in which new states are met. */
const order = (visited: readonly string[]) => [...new Set(visited)];

/** A port of which something happens right after each call of one method. */
function afterwards<Port extends object>(target: Port, method: keyof Port, then: () => Promise<unknown>): { readonly port: Port } {
  const port = new Proxy(target, {
    get(store, property) {
      const value: unknown = Reflect.get(store, property, store);
      if (typeof value !== "function") return value;
      return async (...parameters: unknown[]) => {
        const answer: unknown = await value.apply(store, parameters);
        if (property === method) await then();
        return answer;
      };
    },
  });
  return { port };
}

async function play(options: SceneOptions = {}, overrides = {}) {
  const scene = aScene(options);
  const result = await runRollback(scene.ports, scene.input, { onWait: scene.onWait, overrides });
  const incident = await scene.store.read(scene.input.incidentId);
  return { ...scene, result, incident, holder: await scene.store.holder("checkout") };
}

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

describe("no rollback", () => {
  const escalations: [string, SceneOptions, RegExp][] = [
    [
      "K8S-07 the first release ever",
      { workload: aWorkloadState({ replicaSets: [aReplicaSet()] }), observations: [] },
      /no change is known/,
    ],
    ["an earlier release that was never observed", { observations: [] }, /never observed/],
    ["an earlier release that is bad", { observations: [aReleaseObservation({ verdict: "bad" })] }, /: bad/],
    ["a Deployment owned by Argo CD", { workload: aWorkloadState({ owner: { kind: "argo-cd", ref: "checkout" } }) }, /argo-cd/],
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
