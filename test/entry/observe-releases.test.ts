import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import type { Blueprint, Target } from "../../functions/domain/blueprint.ts";
import { PermissionError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import type { WorkloadState } from "../../functions/domain/workload.ts";
import { observeReleases } from "../../functions/entry/observe-releases/observe-releases.ts";
import type { Workload } from "../../functions/ports/workload.ts";
import { aBlueprint, aTarget } from "../support/builders/blueprint.ts";
import { BAD_HASH, MOMENTS } from "../support/builders/moments.ts";
import { aReleaseObservation, aWorkloadState } from "../support/builders/workload.ts";
import { FakeMetricSource } from "../support/fakes/fake-metric-source.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeKeeper, FakeSeal, FakeSnapshots } from "../support/fakes/fake-snapshots.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryArchive } from "../support/fakes/in-memory-archive.ts";
import { InMemoryBaselines } from "../support/fakes/in-memory-baselines.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { recordingLogger, silentLogger } from "../support/fakes/silent-logger.ts";

const alarmNames = aBlueprint().triggers.map(({ alarmName }) => alarmName);

/** Several Deployments by name; an Error is thrown, and any write is a failure of the test. */
function workloads(states: Readonly<Record<string, WorkloadState | Error | null>>, onRead: () => void): Workload {
  return {
    async read({ name }: Target) {
      onRead();
      const state = states[name] ?? null;
      if (state instanceof Error) throw state;
      return structuredClone(state);
    },
    async apply() {
      throw new Error("observe-releases must not write to a cluster");
    },
  };
}

interface SetUpOptions extends Partial<Pick<Blueprint, "triggers" | "signals">> {
  /** Alarms that CloudWatch knows. */
  readonly existing?: readonly string[];
  /** Called when a Deployment is read. */
  readonly onRead?: () => void;
  readonly kind?: Target["kind"];
}

function setUp(
  states: Readonly<Record<string, WorkloadState | Error | null>> = { checkout: aWorkloadState() },
  { existing = alarmNames, onRead = () => undefined, kind = "Deployment", ...parts }: SetUpOptions = {},
) {
  const store = new InMemoryIncidentStore();
  const metrics = new FakeMetricSource();
  for (const alarmName of existing) metrics.setAlarm({ alarmName });
  const clock = fixedClock(MOMENTS.openedAt);
  const starter = new FakeStarter();
  const [snapshots, archive, keeper] = [new FakeSnapshots(), new InMemoryArchive(), new FakeKeeper()];
  const blueprints = registryOf(
    ...Object.keys(states).map((service) => aBlueprint({ service, ...parts, target: aTarget({ kind, name: service }) })),
  );
  const ports = {
    blueprints,
    workload: workloads(states, onRead),
    metrics,
    ledger: store.ledger,
    store,
    starter,
    clock,
    sha256: sha256Hex,
    snapshots,
    seal: new FakeSeal(),
    archive,
    keeper,
    baselines: new InMemoryBaselines(),
  };
  const observe = async (logger = silentLogger, service?: string) =>
    observeReleases(ports)(service === undefined ? {} : { service }, { logger });
  return { store, ledger: store.ledger, metrics, clock, starter, snapshots, archive, keeper, observe };
}

describe("observe-releases", () => {
  it("logs that a release which was rolled back is live again, and writes nothing to a cluster for that", async () => {
    const stamps = { execution: "rg-checkout-1", fence: 7, savedStrategy: null };
    const { ledger, starter, observe } = setUp({ checkout: aWorkloadState({ stamps }) });
    ledger.seed(aReleaseObservation({ templateHash: BAD_HASH, verdict: "bad" }));
    const logger = recordingLogger();

    await observe(logger);

    expect(logger.lines.find(({ message }) => message === "a release that was rolled back is live again")?.extra).toMatchObject({
      service: "checkout",
      returned: expect.stringContaining("rg-checkout-1 had replaced"),
    });
    expect(starter.started).toEqual([]);
  });

  it("saves what is live, and calls it good after twice the worst detection time of its alarms without trouble", async () => {
    const { ledger, clock, observe } = setUp();

    const first = await observe();
    // 10 s periods, 2 of 3: twice 40 s at worst, longer than the stabilisation period of 10 s.
    clock.advance(79);
    const early = await observe();
    clock.advance(1);
    const late = await observe();

    expect([first, early, late].map(({ good }) => good)).toEqual([0, 0, 1]);
    expect(await ledger.observations("checkout")).toMatchObject([
      { templateHash: BAD_HASH, verdict: "good", verdictBy: "observe-releases" },
    ]);
  });

  it.each([
    [
      "an alarm of the service is in ALARM",
      (metrics: FakeMetricSource) => metrics.setAlarm({ alarmName: alarmNames[1] ?? "", state: "ALARM" }),
    ],
    [
      "no alarm of the service has data",
      (metrics: FakeMetricSource) => {
        for (const alarmName of alarmNames) metrics.setAlarm({ alarmName, state: "INSUFFICIENT_DATA" });
        return metrics;
      },
    ],
  ])("calls nothing good while %s", async (_what, trouble) => {
    const { ledger, metrics, clock, observe } = setUp();
    trouble(metrics);

    for (let turn = 0; turn < 5; turn += 1) {
      await observe();
      clock.advance(60);
    }

    expect(await ledger.observations("checkout")).toMatchObject([{ verdict: "candidate" }]);
  });

  it("calls nothing good while none of the alarms exists", async () => {
    const { ledger, clock, observe } = setUp({ checkout: aWorkloadState() }, { existing: [] });

    for (let turn = 0; turn < 5; turn += 1) {
      await observe();
      clock.advance(60);
    }

    expect(await ledger.observations("checkout")).toMatchObject([{ verdict: "candidate" }]);
  });

  it("waits twice as long as somebody else's alarm looks back: only CloudWatch knows its window", async () => {
    const theirs = { kind: "alarm" as const, alarmName: "team-5xx" };
    const triggers = aBlueprint().triggers.map((trigger) => ({ ...trigger, rule: null }));
    const signals = aBlueprint().signals.map((signal) => ({ ...signal, source: theirs }));
    const { ledger, metrics, clock, observe } = setUp({ checkout: aWorkloadState() }, { triggers, signals });
    metrics.setAlarm({ alarmName: alarmNames[1] ?? "", windowSeconds: 1500 });
    const verdicts: (string | undefined)[] = [];

    for (let minute = 0; minute <= 60; minute += 1) {
      await observe();
      verdicts.push((await ledger.observations("checkout"))[0]?.verdict);
      clock.advance(60);
    }

    // 25 minutes, a publication and an evaluation of a minute each, twice.
    expect(verdicts.indexOf("good")).toBe(54);
  });

  it("dates what it saw by when it began to look: a deploy may come before the answers do", async () => {
    const { ledger, clock, observe } = setUp({ checkout: aWorkloadState() }, { onRead: () => clock.advance(7) });

    await observe();

    expect(await ledger.observations("checkout")).toMatchObject([{ lastSeenAt: MOMENTS.openedAt }]);
  });

  it("calls nothing good while an incident holds the lock, but does once its lease is over", async () => {
    const { store, ledger, clock, observe } = setUp();
    await store.acquire("checkout", "rg-one", "inc-one", clock.now(), 90);

    await observe();
    clock.advance(60);
    await observe();
    const [held] = await ledger.observations("checkout");
    clock.advance(60);
    await observe();

    expect(held?.verdict).toBe("candidate");
    expect(await ledger.observations("checkout")).toMatchObject([{ verdict: "good" }]);
  });

  it("leaves a bad verdict alone", async () => {
    const { ledger, clock, observe } = setUp();
    await observe();
    ledger.writeVerdict("checkout", { templateHash: BAD_HASH, verdict: "bad", replicas: null }, "inc-1", MOMENTS.openedAt);
    clock.advance(120);

    await observe();

    expect(await ledger.observations("checkout")).toMatchObject([{ verdict: "bad", verdictBy: "inc-1" }]);
  });

  it("observes the others when one service fails, says which, and fails at the end", async () => {
    const { ledger, observe } = setUp({ search: new TransientUpstreamError("API server away"), checkout: aWorkloadState() });
    const logger = recordingLogger();

    await expect(observe(logger)).rejects.toThrow("search could not be observed");

    expect(await ledger.observations("checkout")).toHaveLength(1);
    expect(logger.lines).toMatchObject([{ level: "error", extra: { service: "search" } }]);
  });

  it("reports a failure that waiting cannot cure by its own name", async () => {
    const { observe } = setUp({ a: new TransientUpstreamError("away"), b: new PermissionError("add verb list to rollguard:read") });

    await expect(observe()).rejects.toThrow(PermissionError);
  });

  it("counts a service without a Deployment, and one whose ReplicaSet is not made yet, as absent", async () => {
    const { ledger, observe } = setUp({
      gone: null,
      paused: aWorkloadState({ templateHash: null, paused: true }),
      checkout: aWorkloadState(),
    });

    expect(await observe()).toMatchObject({
      observed: 1,
      good: 0,
      absent: 2,
      mended: [],
      releases: [{ service: "checkout", isNew: true }],
    });
    expect(await ledger.observations("gone")).toEqual([]);
  });

  it("names the kind of what is absent", async () => {
    const { observe } = setUp({ gone: null }, { kind: "StatefulSet" });
    const logger = recordingLogger();

    await observe(logger);

    expect(logger.lines).toMatchObject([{ level: "warn", message: "the StatefulSet does not exist, or runs no revision yet" }]);
  });
});

describe("observe-releases and the leftovers of a killed rollback", () => {
  const stamped = "rg-checkout-20261120T020000Z-0123456789ab";
  const leftover = { checkout: aWorkloadState({ stamps: { execution: stamped, fence: 4, savedStrategy: '{"type":"RollingUpdate"}' } }) };

  it("tries again the next day where nothing came of it: the switch may have been off", async () => {
    const { starter, clock, observe } = setUp(leftover);

    await observe();
    clock.advance(24 * 3600);
    const { mended } = await observe();

    expect(mended).toHaveLength(1);
    expect(new Set(starter.started.map(({ execution }) => execution.name)).size).toBe(2);
  });

  it("starts the machine to mend them, once", async () => {
    const { starter, clock, observe } = setUp(leftover);

    const first = await observe();
    clock.advance(60);
    const second = await observe();

    expect(first.mended).toEqual([expect.stringMatching(/^rg-checkout-20261120T020000Z-[0-9a-f]{12}$/)]);
    expect(second.mended).toEqual([]);
    expect(starter.started).toMatchObject([{ trigger: { kind: "mend", service: "checkout", reason: expect.stringContaining(stamped) } }]);
  });

  it("leaves a mark that Flagger copied to its primary to the target's own look", async () => {
    const { starter, observe } = setUp({ checkout: { ...leftover.checkout, flagger: "primary" } });

    expect((await observe()).mended).toEqual([]);
    expect(starter.calls).toBe(0);
  });

  it.each(["its own execution", "another execution"])("waits while %s holds the lock", async (who) => {
    const { store, starter, clock, observe } = setUp(leftover);
    await store.acquire("checkout", who === "its own execution" ? stamped : "rg-other", "inc-x", clock.now(), 60);

    await observe();
    const meanwhile = starter.calls;
    clock.advance(62);
    await observe();

    expect([meanwhile, starter.calls]).toEqual([0, 1]);
  });

  it("starts it for a pause of ours that was left without a saved strategy", async () => {
    const stamps = { execution: stamped, fence: 4, savedStrategy: null, paused: true as const };
    const { starter, observe } = setUp({ checkout: aWorkloadState({ paused: true, stamps }) });

    expect((await observe()).mended).toHaveLength(1);
    expect(starter.started).toMatchObject([{ trigger: { reason: `execution ${stamped} ended and left the rollout paused` } }]);
  });

  it("starts nothing where no strategy was saved", async () => {
    const { starter, observe } = setUp({ checkout: aWorkloadState({ stamps: { execution: stamped, fence: 4, savedStrategy: null } }) });

    await observe();

    expect(starter.calls).toBe(0);
  });
});
