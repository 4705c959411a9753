import { describe, expect, it } from "vitest";
import { TransientUpstreamError } from "../../functions/domain/errors.ts";
import type { IncidentStore } from "../../functions/ports/incident-store.ts";
import { LEASE_SECONDS } from "../../functions/steps/open-incident/step.ts";
import { recordIncident } from "../../functions/steps/record-incident/step.ts";
import { anEvent, anIncidentAlarm, anOpenIncidentMeta } from "../support/builders/incident.ts";
import { aBlueprint, anOpening, aRollbackDocument, MOMENTS, SERVICE, secondsAfter } from "../support/builders/index.ts";
import { faultyPort } from "../support/fakes/faulty-port.ts";
import { fixedClock } from "../support/fakes/fixed-clock.ts";
import { InMemoryIncidentStore } from "../support/fakes/in-memory-incident-store.ts";
import { silentLogger } from "../support/fakes/silent-logger.ts";

const context = { logger: silentLogger };
const topicArn = "arn:aws:sns:us-east-1:123456789012:team";
const { record: _record, ...document } = aRollbackDocument({
  opening: anOpening({ blueprint: aBlueprint({ notificationTopicArn: topicArn }) }),
});

/** An alarm joins right before the incident is closed. */
async function recording(alarmAt: string) {
  const store = new InMemoryIncidentStore();
  const clock = fixedClock(MOMENTS.closedAt);
  const taken = await store.acquire(SERVICE, document.execution.name, document.incidentId, clock.now(), LEASE_SECONDS);
  if (taken.outcome !== "acquired") throw new Error("the lock was not free");
  await store.open(
    anOpenIncidentMeta({ id: document.incidentId, execution: document.execution.name, topicArn }),
    anEvent(),
    taken.lock.fence,
  );
  const joined = anIncidentAlarm({ alarmName: "rollguard-checkout-errors", at: alarmAt });
  const joining: IncidentStore = new Proxy(store, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== "function") return value;
      return async (...all: unknown[]) => {
        if (property === "close") await store.attach(document.incidentId, joined, anEvent({ id: "joined", urgency: "quiet" }));
        return value.apply(target, all);
      };
    },
  });
  const record = (port: IncidentStore) => recordIncident({ store: port, ledger: store.ledger, clock })(document, context);
  const pages = () => store.eventsOf(document.incidentId).filter(({ urgency }) => urgency === "page");
  return { store, joining, record, pages };
}

describe("an alarm that joins while RecordIncident closes the incident", () => {
  it("is not lost behind a recovery: people are called, and the run does not end green", async () => {
    const { joining, record, pages } = await recording(secondsAfter(MOMENTS.recoveredAt, 5));

    expect(await record(joining)).toMatchObject({
      outcome: "escalated",
      summary: expect.stringContaining("rollguard-checkout-errors joined after the last look"),
    });

    expect(pages()).toMatchObject([{ service: SERVICE, topicArn, message: expect.stringContaining("rollguard-checkout-errors") }]);
  });

  it("calls people once, also when the try broke off before it had said so", async () => {
    const { joining, record, pages } = await recording(secondsAfter(MOMENTS.recoveredAt, 5));
    const { port, hits } = faultyPort(joining, { method: "append", when: "before", error: () => new TransientUpstreamError("throttled") });
    await expect(record(port)).rejects.toThrow(TransientUpstreamError);
    expect([hits(), pages().length]).toEqual([1, 0]);

    expect(await record(joining)).toMatchObject({ outcome: "escalated" });
    expect(await record(joining)).toMatchObject({ outcome: "escalated" });

    expect(pages()).toHaveLength(1);
  });

  it("calls nobody for one that the last look has seen", async () => {
    const { joining, record, pages } = await recording(MOMENTS.alarmAt);

    expect(await record(joining)).toMatchObject({ outcome: "recovered" });
    expect(pages()).toEqual([]);
  });
});
