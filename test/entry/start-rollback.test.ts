import { describe, expect, it } from "vitest";
import { sha256Hex } from "../../functions/adapters/aws/sha256-hex.ts";
import { BlueprintNotFoundError, InvalidInputError, TransientUpstreamError } from "../../functions/domain/errors.ts";
import { RollbackInputSchema } from "../../functions/domain/rollback-document.ts";
import { startRollback } from "../../functions/entry/start-rollback/start-rollback.ts";
import { aBlueprint, aTrigger } from "../support/builders/blueprint.ts";
import {
  aContributorEvent,
  aMutedAlarmEvent,
  anAlarmAction,
  anAlarmEvent,
  aSuppressedCompositeEvent,
} from "../support/events/alarm-events.ts";
import { registryOf } from "../support/fakes/fake-registry.ts";
import { FakeStarter } from "../support/fakes/fake-starter.ts";
import { faultyPort } from "../support/fakes/faulty-port.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryReleaseLedger } from "../support/fakes/in-memory-release-ledger.ts";
import { InMemoryWouldHaves } from "../support/fakes/in-memory-would-haves.ts";
import { recordingLogger, silentLogger } from "../support/fakes/silent-logger.ts";

const request = { service: "checkout", reason: "customers complain", requestedBy: "alex", at: "2026-11-20T03:12:00Z" };

function setUp(now = "2026-11-20T03:12:41Z") {
  const starter = new FakeStarter();
  const ports = {
    starter,
    blueprints: registryOf(aBlueprint(), aBlueprint({ service: "payments", triggers: [aTrigger({ alarmName: "legacy-5xx" })] })),
    clock: fixedClock(now),
    sha256: sha256Hex,
    ledger: new InMemoryReleaseLedger(),
    wouldHaves: new InMemoryWouldHaves(),
    sources: ["aws.cloudwatch", "rollguard.alarm-clock"],
    home: "us-east-1:123456789012",
  };
  return { starter, ports, start: startRollback(ports) };
}

describe("start-rollback", () => {
  it("starts one execution for an alarm event, with an input that the machine accepts", async () => {
    const { starter, start } = setUp();

    const result = await start(anAlarmEvent(), { logger: silentLogger });

    const [input] = starter.started;
    expect(RollbackInputSchema.parse(input)).toEqual(input);
    expect(input).toMatchObject({ trigger: { kind: "alarm", service: "checkout", source: "aws.cloudwatch", threshold: 200 } });
    expect(result).toEqual({ outcome: "started", execution: input?.execution.name, incidentId: input?.incidentId, service: "checkout" });
  });

  it("starts one execution when the same transition arrives twenty times at once, by event and by alarm action", async () => {
    const { starter, start } = setUp();
    const events = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? anAlarmEvent() : anAlarmAction()));

    const results = await Promise.all(events.map((event) => start(event, { logger: silentLogger })));

    expect(starter.started).toHaveLength(1);
    expect(results.filter((result) => "outcome" in result && result.outcome === "started")).toHaveLength(1);
    expect(results.filter((result) => "outcome" in result && result.outcome === "already-started")).toHaveLength(19);
  });

  it("listens to an existing alarm that a blueprint names, and records which source it was", async () => {
    const { starter, start } = setUp();

    await start(anAlarmEvent({ alarmName: "legacy-5xx", source: "rollguard.alarm-clock" }), { logger: silentLogger });

    expect(starter.started[0]?.trigger).toMatchObject({ service: "payments", source: "rollguard.alarm-clock" });
  });

  it("starts for an alarm of ours without a blueprint, so that it is recorded and paged", async () => {
    const { starter, start } = setUp();

    await start(anAlarmEvent({ alarmName: "rollguard-gone-error-rate" }), { logger: silentLogger });

    expect(starter.started[0]).toMatchObject({
      execution: { name: expect.stringMatching(/^rg-gone-error-20261120T031240Z-/) },
      trigger: { service: "gone-error", alarmName: "rollguard-gone-error-rate" },
    });
  });

  it.each([
    ["suppressed", aSuppressedCompositeEvent()],
    ["muted", aMutedAlarmEvent()],
    ["not ours", anAlarmEvent({ alarmName: "billing" })],
    ["OK", anAlarmEvent({ state: { value: "OK" } })],
    ["not configured", anAlarmEvent({ source: "my.drill" })],
  ])("ignores an event that is %s, with a line in the log", async (reason, event) => {
    const { starter, start } = setUp();
    const logger = recordingLogger();

    const result = await start(event, { logger });

    expect(result).toEqual({ ignored: expect.stringContaining(reason) });
    expect(logger.lines).toEqual([
      { level: "info", message: "alarm event ignored", extra: expect.objectContaining({ reason: expect.stringContaining(reason) }) },
    ]);
    expect(starter.calls).toBe(0);
  });

  it("ignores an event older than 15 minutes", async () => {
    const { start } = setUp("2026-11-20T03:27:41Z");

    expect(await start(anAlarmEvent(), { logger: silentLogger })).toEqual({ ignored: expect.stringContaining("15 m 1 s old") });
  });

  it.each([
    ["a contributor event", aContributorEvent()],
    ["an event of another shape", { hello: "world" }],
    ["a manual request with an unknown key", { manual: { ...request, force: true } }],
    ["a manual request for something else", { manual: { ...request, action: "restart" } }],
    ["a manual request beside something else", { manual: request, dryRun: true }],
    ["a manual request without a reason", { manual: { ...request, reason: "" } }],
    ["a manual request with a local time", { manual: { ...request, at: "yesterday" } }],
  ])("fails on %s, so that the failure queue keeps it", async (_what, event) => {
    const { starter, start } = setUp();

    await expect(start(event, { logger: silentLogger })).rejects.toThrow(InvalidInputError);
    expect(starter.calls).toBe(0);
  });

  it("starts a manual request once, however often it is sent", async () => {
    const { starter, start } = setUp();

    const first = await start({ manual: request }, { logger: silentLogger });
    const second = await start({ manual: request }, { logger: silentLogger });

    expect([first, second]).toMatchObject([{ outcome: "started" }, { outcome: "already-started" }]);
    expect(starter.started).toEqual([
      {
        execution: { name: expect.stringMatching(/^rg-checkout-20261120T031200Z-[0-9a-f]{12}$/) },
        incidentId: expect.stringMatching(/^inc-checkout-20261120T031200Z-[0-9a-f]{12}$/),
        trigger: { ...request, kind: "manual", source: "cli", alarmName: null, alarmArn: null, datapoints: [], threshold: null },
      },
    ]);
  });

  it("starts a request to resume as a run of its own kind, beside a rollback with the same words", async () => {
    const { starter, start } = setUp();

    await start({ manual: request }, { logger: silentLogger });
    const resumed = await start({ manual: { ...request, action: "resume" } }, { logger: silentLogger });

    expect(resumed).toMatchObject({ outcome: "started" });
    expect(starter.started.map(({ trigger }) => trigger.kind)).toEqual(["manual", "resume"]);
    expect(starter.started[1]?.trigger).not.toHaveProperty("action");
  });

  it("tells who asks for an unknown service which ones there are", async () => {
    const { start } = setUp();

    const asked = start({ manual: { ...request, service: "chekout" } }, { logger: silentLogger });

    await expect(asked).rejects.toThrow(BlueprintNotFoundError);
    await expect(asked).rejects.toThrow("service chekout; deployed: checkout, payments");
  });

  it("lets a throttled start fail by its name, and finds the execution there when its reply was lost", async () => {
    const { starter, ports } = setUp();
    const { port, hits } = faultyPort(starter, { method: "start", when: "after", error: () => new TransientUpstreamError("throttled") });
    const start = startRollback({ ...ports, starter: port });

    await expect(start(anAlarmEvent(), { logger: silentLogger })).rejects.toThrow(TransientUpstreamError);
    expect(await start(anAlarmEvent(), { logger: silentLogger })).toMatchObject({ outcome: "already-started" });
    expect(hits()).toBe(1);
  });
});
