import { describe, expect, it } from "vitest";
import { parseAlarmTransition } from "../../functions/domain/alarm-event.ts";
import { InvalidInputError } from "../../functions/domain/errors.ts";
import {
  ALARM_ARN,
  aContributorEvent,
  aMutedAlarmEvent,
  anAlarmAction,
  anAlarmEvent,
  aSuppressedCompositeEvent,
} from "../support/events/alarm-events.ts";

describe("parseAlarmTransition", () => {
  it("reads an EventBridge event, with the evaluated datapoints oldest first and a missing one as null", () => {
    expect(parseAlarmTransition(anAlarmEvent())).toEqual({
      source: "aws.cloudwatch",
      alarmName: "rollguard-checkout-latency-p95",
      alarmArn: ALARM_ARN,
      state: "ALARM",
      previousState: "OK",
      transitionAt: "2026-11-20T03:12:40.000Z",
      suppressedBy: null,
      muted: false,
      reason: expect.stringContaining("Threshold Crossed: 2 out of the last 3"),
      datapoints: [
        { at: "2026-11-20T03:12:10.000Z", value: null },
        { at: "2026-11-20T03:12:20.000Z", value: 471 },
        { at: "2026-11-20T03:12:30.000Z", value: 484 },
      ],
      threshold: 200,
    });
  });

  it("reads the same transition from a Lambda alarm action, except for the source", () => {
    expect(parseAlarmTransition(anAlarmAction())).toEqual({ ...parseAlarmTransition(anAlarmEvent()), source: "alarm-action" });
  });

  it("reads what suppresses a composite alarm, which has no datapoints", () => {
    expect(parseAlarmTransition(aSuppressedCompositeEvent())).toMatchObject({ suppressedBy: "Alarm", datapoints: [], threshold: null });
  });

  it("reads that an alarm is muted", () => {
    expect(parseAlarmTransition(aMutedAlarmEvent()).muted).toBe(true);
  });

  it.each([
    ["no reasonData", undefined],
    ["reasonData that is not JSON", "Threshold Crossed"],
    ["reasonData that is not an object", "null"],
    ["broken datapoints", JSON.stringify({ threshold: "high", evaluatedDatapoints: [null, { timestamp: "soon" }, 7] })],
  ])("takes %s for an alarm that says nothing about itself", (_what, reasonData) => {
    expect(parseAlarmTransition(anAlarmEvent({ state: { reasonData } }))).toMatchObject({ datapoints: [], threshold: null });
  });

  it("takes null for absent: an alarm must not end in the failure queue for a field that says nothing", () => {
    const state = { reason: null, reasonData: null, actionsSuppressedBy: null } as object;
    const event = anAlarmEvent({ state, detail: { previousState: null, muteDetail: null } });

    expect(parseAlarmTransition(event)).toMatchObject({
      reason: "",
      datapoints: [],
      suppressedBy: null,
      previousState: null,
      muted: false,
    });
  });

  it.each([
    ["a contributor event", aContributorEvent()],
    ["a contributor under the plain detail-type", anAlarmEvent({ detail: { alarmContributor: { id: "1" } } })],
    ["a configuration change", anAlarmEvent({ detailType: "CloudWatch Alarm Configuration Change" })],
    ["an event without resources", { ...anAlarmEvent(), resources: [] }],
    ["a state without a time", anAlarmEvent({ state: { timestamp: "yesterday" } })],
    ["an alarm action without an ARN", { ...anAlarmAction(), alarmArn: undefined }],
    ["text", "ALARM"],
    ["nothing", null],
  ])("refuses %s", (_what, event) => {
    expect(() => parseAlarmTransition(event)).toThrow(InvalidInputError);
  });

  it("names the field and what was expected", () => {
    expect(() => parseAlarmTransition({ ...anAlarmEvent(), source: 7 })).toThrow(/source: .*expected EventBridge detail-type/s);
  });
});
