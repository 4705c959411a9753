import { describe, expect, it } from "vitest";
import { type AlarmTransition, parseAlarmTransition } from "../../functions/domain/alarm-event.ts";
import type { Trigger } from "../../functions/domain/blueprint.ts";
import { decideStart, type StartContext } from "../../functions/domain/start-decision.ts";
import { aTrigger } from "../support/builders/blueprint.ts";
import { anAlarmEvent } from "../support/events/alarm-events.ts";

const transition = (overrides: Partial<AlarmTransition> = {}): AlarmTransition => ({
  ...parseAlarmTransition(anAlarmEvent()),
  ...overrides,
});
const context = (overrides: Partial<StartContext> = {}): StartContext => ({
  now: new Date("2026-11-20T03:12:41.000Z"),
  sources: ["aws.cloudwatch"],
  services: ["checkout", "check"],
  home: "us-east-1:123456789012",
  acting: null,
  history: null,
  ...overrides,
});
const acting = (overrides: Partial<Trigger> = {}) => ({ service: "checkout", trigger: aTrigger(overrides) });

describe("decideStart", () => {
  it("starts on a transition of our alarm, with the event reduced to what is used", () => {
    expect(decideStart(transition(), context({ acting: acting() }))).toEqual({
      start: {
        kind: "alarm",
        source: "aws.cloudwatch",
        service: "checkout",
        at: "2026-11-20T03:12:40.000Z",
        reason: expect.stringContaining("Threshold Crossed"),
        alarmName: "rollguard-checkout-latency-p95",
        alarmArn: transition().alarmArn,
        requestedBy: null,
        datapoints: transition().datapoints,
        threshold: 200,
      },
    });
  });

  it("starts on an existing alarm that a blueprint lists", () => {
    expect(decideStart(transition({ alarmName: "legacy-5xx" }), context({ acting: acting() }))).toMatchObject({
      start: { service: "checkout" },
    });
  });

  it.each([
    ["checkout-gone", "checkout"],
    ["check-gone", "check"],
    ["new-shop-error-rate", "new-shop-error"],
    ["lonely", "lonely"],
    ["", "unknown"],
  ])("starts on our alarm rollguard-%s without a blueprint, for the guessed service %s: it gets recorded and paged", (rest, service) => {
    expect(decideStart(transition({ alarmName: `rollguard-${rest}` }), context())).toMatchObject({ start: { service } });
  });

  it.each<[string, Partial<AlarmTransition>, RegExp]>([
    ["an alarm that is not ours", { alarmName: "billing" }, /not ours/],
    ["a helper alarm", { alarmName: "rgpart-checkout-volume" }, /part of another alarm/],
    ["another source", { source: "rollguard.alarm-clock" }, /source rollguard.alarm-clock is not configured/],
    ["recovery", { state: "OK" }, /state is OK/],
    ["lost data", { state: "INSUFFICIENT_DATA" }, /INSUFFICIENT_DATA/],
    ["a repeated ALARM", { previousState: "ALARM" }, /no transition/],
    ["a suppressed alarm", { suppressedBy: "WaitPeriod" }, /suppressed \(WaitPeriod\)/],
    ["a muted alarm", { muted: true }, /muted/],
    [
      "another account",
      { alarmArn: "arn:aws:cloudwatch:us-east-1:111111111111:alarm:rollguard-checkout-latency-p95" },
      /another account or region/,
    ],
    [
      "another region",
      { alarmArn: "arn:aws:cloudwatch:eu-west-1:000000000000:alarm:rollguard-checkout-latency-p95" },
      /another account or region/,
    ],
    ["an old transition", { transitionAt: "2026-11-20T02:57:40.000Z" }, /15 m 1 s old, more than 15 m 0 s/],
  ])("ignores %s and says why", (_what, overrides, reason) => {
    const known = overrides.alarmName === undefined ? acting() : null;

    expect(decideStart(transition(overrides), context({ acting: known }))).toEqual({ ignore: expect.stringMatching(reason) });
  });

  it.each<[string, Partial<AlarmTransition>, RegExp]>([
    ["a helper alarm", { alarmName: "rgpart-checkout-volume" }, /part of another alarm/],
    ["a suppressed alarm", { suppressedBy: "WaitPeriod" }, /suppressed/],
    ["a muted alarm", { muted: true }, /muted/],
    ["recovery", { state: "OK" }, /state is OK/],
    ["a repeated ALARM", { previousState: "ALARM" }, /no transition/],
  ])("does not even record %s of a trigger in observe", (_what, overrides, reason) => {
    const observed = context({ acting: acting({ mode: "observe" }) });

    expect(decideStart(transition(overrides), observed)).toEqual({ ignore: expect.stringMatching(reason) });
  });

  it("answers for a trigger that may not act what it would have started, and why it does not", () => {
    const started = decideStart(transition(), context({ acting: acting() }));
    const decision = decideStart(transition(), context({ acting: acting({ mode: "observe", modeReason: "preset error-rate-2x" }) }));

    expect(decision).toEqual({
      wouldHave: "start" in started && started.start,
      fired: acting({ mode: "observe", modeReason: "preset error-rate-2x" }).trigger,
      held: { cause: "observe", because: "its mode is observe: preset error-rate-2x" },
    });
  });

  it("acts on a transition that is exactly 15 minutes old", () => {
    expect(decideStart(transition({ transitionAt: "2026-11-20T02:57:41.000Z" }), context())).toHaveProperty("start");
  });

  it.each(["reconciler", "alarm-action"])("needs no configured source for %s", (source) => {
    expect(decideStart(transition({ source }), context({ sources: [] }))).toHaveProperty("start");
  });

  it("exempts reconciled alarms from the age rule, and from no other", () => {
    const old = { source: "reconciler", transitionAt: "2026-11-18T00:00:00.000Z", previousState: null };

    expect(decideStart(transition(old), context())).toHaveProperty("start");
    expect(decideStart(transition({ ...old, suppressedBy: "Alarm" }), context())).toHaveProperty("ignore");
  });
});
