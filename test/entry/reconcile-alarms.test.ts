import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import { PermissionError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import { reconcileAlarms } from "../../functions/entry/reconcile-alarms/reconcile-alarms.ts";
import { startRollback } from "../../functions/entry/start-rollback/start-rollback.ts";
import { aBlueprint, aTrigger } from "../support/builders/blueprint.ts";
import { ALARM_ARN, anAlarmEvent } from "../support/events/alarm-events.ts";
import { FakeMetricSource } from "../support/fakes/fake-metric-source.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { faultyPort } from "../support/fakes/faulty-port.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { InMemoryReleaseLedger } from "../support/fakes/in-memory-release-ledger.ts";
import { InMemoryWouldHaves } from "../support/fakes/in-memory-would-haves.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

const inAlarm = {
  alarmName: "rollguard-checkout-latency-p95",
  alarmArn: ALARM_ARN,
  state: "ALARM",
  since: "2026-11-20T03:12:40.977Z",
} as const;

function setUp() {
  const starter = new FakeStarter();
  const metrics = new FakeMetricSource();
  const muted = new Set<string>();
  const ports = {
    starter,
    metrics,
    muteRules: { isMuted: async (alarmName: string) => muted.has(alarmName) },
    blueprints: registryOf(aBlueprint(), aBlueprint({ service: "payments", triggers: [aTrigger({ alarmName: "legacy-5xx" })] })),
    clock: fixedClock("2026-11-20T09:00:00Z"),
    sha256: sha256Hex,
    ledger: new InMemoryReleaseLedger(),
    incidents: new InMemoryIncidentStore(),
    wouldHaves: new InMemoryWouldHaves(),
  };
  return { starter, metrics, muted, ports, reconcile: reconcileAlarms(ports) };
}

describe("reconcile-alarms", () => {
  it("starts alarms in ALARM without an execution: ours, existing ones that are listed, and ours without a blueprint; however old", async () => {
    const { starter, metrics, reconcile } = setUp();
    metrics
      .setAlarm({ ...inAlarm, threshold: 200, datapoints: [{ at: "2026-11-20T03:12:30.000Z", value: 484 }] })
      .setAlarm({ ...inAlarm, alarmName: "legacy-5xx", alarmArn: "arn:legacy" })
      .setAlarm({ ...inAlarm, alarmName: "rollguard-gone-x", alarmArn: "arn:gone" })
      .setAlarm({ ...inAlarm, alarmName: "billing", alarmArn: "arn:billing" })
      .setAlarm({ ...inAlarm, alarmName: "rollguard-checkout-error-rate", state: "OK" });

    const result = await reconcile({}, { logger: silentLogger });

    expect(result).toEqual({ inAlarm: 3, started: 3, alreadyStarted: 0, wouldHave: 0, ignored: 0 });
    const started = starter.started.map(({ trigger }) => [trigger.service, trigger.source, trigger.at, trigger.threshold]);
    expect(started.sort()).toEqual([
      ["checkout", "reconciler", "2026-11-20T03:12:40.000Z", 200],
      ["gone", "reconciler", "2026-11-20T03:12:40.000Z", null],
      ["payments", "reconciler", "2026-11-20T03:12:40.000Z", null],
    ]);
  });

  it("does nothing about a transition whose event was handled, also long ago", async () => {
    const { starter, metrics, ports, reconcile } = setUp();
    const byEvent = startRollback({
      ...ports,
      clock: fixedClock("2026-11-20T03:12:41Z"),
      sources: ["aws.cloudwatch"],
      home: "us-east-1:123456789012",
    });
    await byEvent(anAlarmEvent(), { logger: silentLogger });
    metrics.setAlarm(inAlarm);

    const result = await reconcile({}, { logger: silentLogger });

    expect(result).toEqual({ inAlarm: 1, started: 0, alreadyStarted: 1, wouldHave: 0, ignored: 0 });
    expect(starter.started).toHaveLength(1);
  });

  it("leaves a suppressed alarm alone", async () => {
    const { starter, metrics, reconcile } = setUp();
    metrics.setAlarm({ ...inAlarm, suppressedBy: "Alarm" });

    expect(await reconcile({}, { logger: silentLogger })).toMatchObject({ inAlarm: 1, ignored: 1 });
    expect(starter.calls).toBe(0);
  });

  it("leaves an alarm alone while a mute rule covers it, and starts it afterwards", async () => {
    const { starter, metrics, muted, reconcile } = setUp();
    metrics.setAlarm(inAlarm);
    muted.add(inAlarm.alarmName);

    const during = await reconcile({}, { logger: silentLogger });
    muted.clear();
    const afterwards = await reconcile({}, { logger: silentLogger });

    expect(during).toMatchObject({ started: 0, ignored: 1 });
    expect(afterwards).toMatchObject({ started: 1, ignored: 0 });
    expect(starter.started).toHaveLength(1);
  });

  it("starts the others when one start fails, and fails at the end", async () => {
    const { starter, metrics, ports } = setUp();
    for (const name of ["a", "b", "c"]) metrics.setAlarm({ ...inAlarm, alarmName: `rollguard-${name}-x`, alarmArn: `arn:${name}` });
    const { port, hits } = faultyPort(starter, { method: "start", when: "before", error: () => new TransientUpstreamError("throttled") });

    await expect(reconcileAlarms({ ...ports, starter: port })({}, { logger: silentLogger })).rejects.toThrow("1 of 3 alarms");

    expect(hits()).toBe(1);
    expect(starter.started).toHaveLength(2);
  });

  it("reports a failure that waiting cannot cure by its own name", async () => {
    const { starter, metrics, ports } = setUp();
    metrics.setAlarm(inAlarm);
    const { port } = faultyPort(starter, { method: "start", when: "before", error: () => new PermissionError("no") });

    await expect(reconcileAlarms({ ...ports, starter: port })({}, { logger: silentLogger })).rejects.toThrow(PermissionError);
  });
});
