import { describe, expect, it } from "vitest";
import { formatNotification, notificationOf, readOutboxRecord } from "../../functions/domain/notification.ts";
import { anEvent } from "../support/builders/incident.ts";
import { INCIDENT_ID } from "../support/builders/moments.ts";
import { aMetaRecord, anEventRecord } from "../support/events/stream-records.ts";

describe("readOutboxRecord", () => {
  it.each(["page", "notice"] as const)("delivers the insert of an event with urgency %s", (urgency) => {
    expect(readOutboxRecord(anEventRecord({ urgency, topicArn: "arn:aws:sns:us-east-1:123456789012:team" }))).toEqual({
      kind: "deliver",
      notification: {
        eventId: anEvent().id,
        incidentId: INCIDENT_ID,
        service: "checkout",
        topicArn: "arn:aws:sns:us-east-1:123456789012:team",
        urgency,
        type: "incident_opened",
        at: anEvent().at,
        message: anEvent().message,
      },
    });
  });

  it("finds the service in the incident id where the event does not carry it, and uses the default topic", () => {
    expect(readOutboxRecord(anEventRecord({ service: undefined, topicArn: null }))).toMatchObject({
      notification: { service: "checkout", topicArn: null },
    });
    expect(readOutboxRecord(anEventRecord({ service: undefined }, "inc-odd"))).toMatchObject({ notification: { service: "unknown" } });
  });

  it.each([
    ["a quiet event", anEventRecord({ urgency: "quiet" })],
    ["an item that is no event", aMetaRecord()],
    ["a changed event", { ...anEventRecord(), eventName: "MODIFY" }],
    ["a removed event", { ...anEventRecord(), eventName: "REMOVE" }],
  ])("passes over %s", (_what, record) => {
    expect(readOutboxRecord(record)).toEqual({ kind: "skip" });
  });

  it.each([
    ["an event without its message", { ...anEventRecord(), dynamodb: { ...anEventRecord().dynamodb, NewImage: { id: { S: "x" } } } }],
    ["an event of an unknown urgency", anEventRecord({ urgency: "shout" as never })],
    ["a record of a stream without images", { ...anEventRecord(), dynamodb: { Keys: anEventRecord().dynamodb.Keys } }],
    ["anything else", { hello: "world" }],
    ["nothing", null],
  ])("calls %s poison, with the reason", (_what, record) => {
    expect(readOutboxRecord(record)).toMatchObject({ kind: "poison", reason: expect.stringMatching(/: /) });
  });
});

describe("formatNotification", () => {
  const incident = { id: INCIDENT_ID, service: "checkout", topicArn: null };

  it("says what happened, where and to which incident, without links", () => {
    const message = formatNotification(notificationOf(anEvent(), incident));

    expect(message).toEqual({
      topicArn: null,
      subject: "Rollguard checkout: incident opened",
      text: `${anEvent().message}\n\nService:  checkout\nIncident: ${INCIDENT_ID}\nEvent:    incident_opened at ${anEvent().at}\n\nDetails: rollguard show ${INCIDENT_ID}`,
      attributes: { eventId: anEvent().id, incidentId: INCIDENT_ID, service: "checkout", urgency: "notice", type: "incident_opened" },
    });
    expect(message.text).not.toMatch(/https?:/);
  });

  it("makes a page stand out", () => {
    const message = formatNotification(notificationOf(anEvent({ urgency: "page" }), incident));

    expect(message.subject).toMatch(/^\[PAGE\] /);
    expect(message.text).toContain("A human must look at this now.");
  });
});
