import { describe, expect, it } from "vitest";
import { isListenedTo, judgesValues, signalRule, signalRules } from "../../../functions/domain/alarms/signal-rule.ts";
import { alarmOf, presetBlueprints } from "./support/preset-alarms.ts";

describe("what a trigger holds its signal to", () => {
  it.each([
    ["error-rate-slo", 7, { operator: ">=", threshold: 1 }],
    ["leak", 7, { operator: ">", threshold: 70 }],
    ["error-rate-plus-5", 7, { operator: ">", threshold: 7 }],
    ["error-rate-plus-5", null, null],
    ["throughput-drop", 900, { operator: "<", threshold: 900 }],
    ["canary-errors", 0, null],
    ["orders-drop", 0, null],
    ["burn", null, null],
    ["silent", 1, null],
    ["theirs", 7, null],
  ])("of %s with an alarm at %s", (name, alarmThreshold, expected) => {
    expect(signalRule(alarmOf(name).trigger, alarmThreshold)).toEqual(expected);
  });

  it("is the alarm's own threshold only for the alarm that fired", () => {
    const { trigger } = alarmOf("error-rate-plus-5");

    expect(signalRules([trigger], "errors_plus", { alarmName: trigger.alarmName, threshold: 6 })).toEqual([
      { operator: ">", threshold: 6 },
    ]);
    expect(signalRules([trigger], "errors_plus", { alarmName: "rollguard-another", threshold: 6 })).toEqual([]);
    expect(signalRules([trigger], "errors_slo", { alarmName: trigger.alarmName, threshold: 6 })).toEqual([]);
  });

  it("is nothing that anybody else decides", () => {
    const blueprint = presetBlueprints.find(({ service }) => service === "preset-forms");
    if (blueprint === undefined) throw new Error("no blueprint of the forms");

    expect(blueprint.triggers.filter((trigger) => isListenedTo(trigger, blueprint)).map(({ name }) => name)).toEqual(["theirs"]);
    expect(blueprint.triggers.filter((trigger) => !judgesValues(trigger)).map(({ name }) => name)).toEqual([
      "burn",
      "burn-one",
      "silent",
      "theirs",
    ]);
  });
});
