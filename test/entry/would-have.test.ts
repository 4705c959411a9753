import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import type { Trigger } from "../../functions/domain/blueprint.ts";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import { secondsAfter } from "../../functions/domain/time.ts";
import { reconcileAlarms } from "../../functions/entry/reconcile-alarms/reconcile-alarms.ts";
import { startRollback, startRollbackSchemas } from "../../functions/entry/start-rollback/start-rollback.ts";
import { aBlueprint, aReleaseObservation, aTrigger, BAD_HASH, GOOD_HASH, MOMENTS } from "../support/builders/index.ts";
import { ALARM_ARN, aMutedAlarmEvent, anAlarmAction, anAlarmEvent, aSuppressedCompositeEvent } from "../support/events/alarm-events.ts";
import { FakeMetricSource } from "../support/fakes/fake-metric-source.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { faultyPort } from "../support/fakes/faulty-port.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { InMemoryReleaseLedger } from "../support/fakes/in-memory-release-ledger.ts";
import { InMemoryWouldHaves } from "../support/fakes/in-memory-would-haves.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

const ALARM = "rollguard-checkout-latency-p95";
const silent = { logger: silentLogger };
const observed = { mode: "observe", modeReason: "preset latency-1.5x" } as const;
const armed = { armed: { afterChangeMinutes: 60 }, periodSeconds: 300 } as const;

/** v1 was good for a day, v2 is live since some minutes before the alarm. */
function setUp(overrides: Partial<Trigger> = {}, minutesLive = 5) {
  const starter = new FakeStarter();
  const wouldHaves = new InMemoryWouldHaves();
  const metrics = new FakeMetricSource();
  const ledger = new InMemoryReleaseLedger().seed(
    aReleaseObservation(),
    aReleaseObservation({
      ...{ templateHash: BAD_HASH, verdict: "candidate", scales: [] },
      ...{ liveSince: secondsAfter(MOMENTS.alarmAt, -60 * minutesLive), lastSeenAt: secondsAfter(MOMENTS.alarmAt, -5) },
    }),
  );
  const common = {
    starter,
    wouldHaves,
    ledger,
    metrics,
    sha256: sha256Hex,
    muteRules: { isMuted: async () => false },
    incidents: new InMemoryIncidentStore(),
  };
  const at = { clock: fixedClock("2026-11-20T03:12:41Z"), sources: ["aws.cloudwatch"], home: "us-east-1:123456789012" };
  const portsWith = (trigger: Partial<Trigger>) => ({
    ...{ ...common, ...at },
    blueprints: registryOf(
      aBlueprint({ triggers: [aTrigger(trigger), aTrigger({ name: "armed", alarmName: "rollguard-checkout-armed" })] }),
    ),
  });
  const ports = portsWith(overrides);
  metrics.setAlarm({ alarmName: ALARM, alarmArn: ALARM_ARN, state: "ALARM", since: "2026-11-20T03:12:40.314Z" });
  return {
    ...{ starter, wouldHaves, metrics, ports },
    start: (event: unknown) => startRollback(ports)(event, silent),
    reconcile: (trigger: Partial<Trigger> = overrides) => reconcileAlarms(portsWith(trigger))({}, silent),
  };
}

describe("a trigger in mode observe", () => {
  it("starts nothing and records what it would have done", async () => {
    const { start, starter, wouldHaves } = setUp(observed);

    const result = await start(anAlarmEvent());

    expect(startRollbackSchemas.output.parse(result)).toEqual(result);
    expect(result).toMatchObject({ outcome: "recorded" });
    expect(starter.calls).toBe(0);
    expect(await wouldHaves.list("checkout", 10)).toEqual([
      expect.objectContaining({
        ...{ trigger: "latency-p95", at: MOMENTS.alarmAt, alarmName: ALARM, cause: "observe", threshold: 200 },
        ...{ because: "its mode is observe: preset latency-1.5x", strategy: "fast", target: GOOD_HASH, value: 484 },
        live: { templateHash: BAD_HASH, since: "2026-11-20T03:07:40.000Z" },
      }),
    ]);
  });

  it("leaves one record of a transition, however often and by whichever way it arrives, and one of each transition", async () => {
    const { start, reconcile, wouldHaves, starter } = setUp(observed);
    const again = "2026-11-20T03:12:20.000+0000";

    const outcomes = await Promise.all([anAlarmEvent(), anAlarmAction(), anAlarmEvent()].map(start));
    await start(anAlarmEvent({ state: { timestamp: again } }));

    expect(outcomes.map((result) => "outcome" in result && result.outcome).sort()).toEqual([
      "already-recorded",
      "already-recorded",
      "recorded",
    ]);
    expect(await reconcile()).toEqual({ inAlarm: 1, started: 0, alreadyStarted: 0, wouldHave: 1, ignored: 0 });
    expect((await wouldHaves.list(null, 10)).map(({ at }) => at)).toEqual([MOMENTS.alarmAt, "2026-11-20T03:12:20.000Z"]);
    expect(starter.calls).toBe(0);
  });

  it.each([
    ["suppressed", aSuppressedCompositeEvent()],
    ["muted", aMutedAlarmEvent()],
    ["OK", anAlarmEvent({ state: { value: "OK" } })],
    ["part of another alarm", anAlarmEvent({ alarmName: "rgpart-checkout-latency-p95-1short" })],
  ])("leaves no record of an event that is %s", async (reason, event) => {
    const { start, starter, wouldHaves } = setUp(observed);

    expect(await start(event)).toEqual({ ignored: expect.stringContaining(reason) });
    expect(await wouldHaves.list(null, 10)).toEqual([]);
    expect(starter.calls).toBe(0);
  });

  it("fails where the record cannot be written, so that the event is tried again, and starts nothing instead", async () => {
    const { ports, starter, wouldHaves } = setUp(observed);
    const { port } = faultyPort(wouldHaves, { method: "record", when: "before", error: () => new TransientUpstreamError("throttled") });
    const start = startRollback({ ...ports, wouldHaves: port });

    await expect(start(anAlarmEvent(), silent)).rejects.toThrow(TransientUpstreamError);
    expect(starter.calls).toBe(0);
    expect(await start(anAlarmEvent(), silent)).toMatchObject({ outcome: "recorded" });
  });

  it("keeps no other trigger of the service from starting", async () => {
    const { start, starter, wouldHaves } = setUp(observed);

    await start(anAlarmEvent());
    const result = await start(anAlarmEvent({ alarmName: "rollguard-checkout-armed" }));

    expect(result).toMatchObject({ outcome: "started", service: "checkout" });
    expect(starter.started.map(({ trigger }) => trigger.alarmName)).toEqual(["rollguard-checkout-armed"]);
    expect(await wouldHaves.list(null, 10)).toHaveLength(1);
  });

  it("is not started from the transition that was recorded once people have armed it, but from its next one", async () => {
    const { start, reconcile, metrics, starter } = setUp(observed);
    await start(anAlarmEvent());

    expect(await reconcile({})).toMatchObject({ started: 0, ignored: 1 });
    metrics.setAlarm({ alarmName: ALARM, alarmArn: ALARM_ARN, state: "ALARM", since: "2026-11-20T03:40:00.000Z" });
    expect(await reconcile({})).toMatchObject({ started: 1, ignored: 0 });
    expect(starter.started.map(({ trigger }) => trigger.at)).toEqual(["2026-11-20T03:40:00.000Z"]);
  });
});

describe("a trigger that is armed for 60 min after a change", () => {
  it.each([
    [5, { outcome: "started" }, 1],
    [61, { outcome: "recorded", wouldHave: { cause: "not-armed", because: expect.stringContaining("is 61 m 0 s old") } }, 0],
  ])("%s min after the deploy", async (minutes, outcome, starts) => {
    const { start, reconcile, starter } = setUp(armed, minutes);

    expect(await start(anAlarmEvent())).toMatchObject(outcome);
    expect(starter.calls).toBe(starts);
    expect(await reconcile()).toMatchObject({ started: 0, alreadyStarted: starts, wouldHave: 1 - starts });
  });

  it("starts where the ledger cannot be read: its assessment looks for itself", async () => {
    const { ports, starter } = setUp(armed, 61);
    const error = () => new TransientUpstreamError("throttled");
    const { port, hits } = faultyPort(ports.ledger, { method: "observations", when: "before", error });

    expect(await startRollback({ ...ports, ledger: port })(anAlarmEvent(), silent)).toMatchObject({ outcome: "started" });
    expect(hits()).toBe(1);
    expect(starter.calls).toBe(1);
  });

  it("is started late where the ledger learns that there was a change", async () => {
    const { start, reconcile, ports, starter } = setUp(armed, 61);
    await start(anAlarmEvent());
    ports.ledger.seed(
      aReleaseObservation({ templateHash: "5f5f5f5f5f", liveSince: secondsAfter(MOMENTS.alarmAt, -20), lastSeenAt: MOMENTS.alarmAt }),
    );

    expect(await reconcile()).toMatchObject({ started: 1, wouldHave: 0 });
    expect(starter.started.map(({ trigger }) => trigger.source)).toEqual(["reconciler"]);
  });

  it("is not started by its old transition because a deploy came while it was red", async () => {
    const { start, reconcile, ports, starter } = setUp(armed, 61);
    await start(anAlarmEvent());
    ports.ledger.seed(
      aReleaseObservation({
        templateHash: "5f5f5f5f5f",
        liveSince: secondsAfter(MOMENTS.alarmAt, 60),
        lastSeenAt: secondsAfter(MOMENTS.alarmAt, 90),
      }),
    );

    expect(await reconcile()).toMatchObject({ started: 0, wouldHave: 1 });
    expect(starter.calls).toBe(0);
  });
});
