import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeAlarm, describeRule } from "../../../functions/domain/alarms/describe-alarm.ts";
import { worstDetectionSeconds } from "../../../functions/domain/alarms/detection-time.ts";
import { compileAlarms } from "../../../functions/domain/blueprint-alarms.ts";
import { aBlueprint, aRatioSignal, aSignal, aTrigger } from "../../support/builders/index.ts";
import { alarmOf } from "./support/preset-alarms.ts";
import { randomTriggers } from "./support/random-triggers.ts";

describe("a rule in words", () => {
  it.each([
    ["error-rate-slo", "errors_slo >= 1% in 2 of 3 x 60 s"],
    ["error-rate-2x-percent", "errors_doubled > 2 x baseline (at least 1%) in 1 of 2 x 300 s"],
    ["error-rate-plus-5", "errors_plus > baseline + 5 points in 2 of 3 x 300 s"],
    ["throughput-drop", "requests < seasonal baseline - 30% in 2 of 2 x 300 s"],
    ["canary-errors", "errors > 2 x errors_stable (at least 1%) in 2 of 3 x 60 s"],
    ["canary-latency", "latency > latency_stable + 50 ms (at least 100 ms) in 2 of 3 x 60 s"],
    ["orders-drop", "orders < the period before - 30% in 1 of 1 x 3600 s"],
    ["burn", "errors burns 14.4 x the budget of 99.9% over 1 h and 5 min, or 6 x over 6 h and 30 min"],
    ["leak", "heap > 70% in 2 of 3 x 60 s, then on the way to 95% within 1 h"],
    ["silent", "no data of orders in 3 of 3 x 60 s"],
    ["theirs", "the alarm team-5xx"],
  ])("of %s", (name, words) => {
    const { trigger, signal } = alarmOf(name);

    expect(describeRule(trigger, signal)).toBe(words);
  });

  it("of a floor under a drop is what it is at most", () => {
    const form = { type: "baseline", operator: "<", against: "season", by: "factor", amount: 0.5, floor: 80, control: null } as const;

    expect(describeRule(aTrigger({ rule: null, form }), aSignal({ unit: "per-second" }))).toBe(
      "latency_p95 < 0.5 x seasonal baseline (at most 80/s) in 2 of 3 x 10 s",
    );
  });
});

describe("an alarm's description", () => {
  it("says what it is judged from, how long it takes at worst, and that it starts nothing in observe", () => {
    const { description } = alarmOf("latency-api-p95");

    expect(description).toBe(
      "Rollguard: latency_p95 > 1500 ms in 2 of 2 x 300 s, judged from 200 samples per period; preset-requests (performance, high). " +
        "Detects a lasting breach within 720 s of its onset. Starts nothing: it is only observed.",
    );
  });

  it.each([
    ["burn", "Detects a total failure within 172 s of its onset."],
    ["silent", "Detects silence within 420 s of the last datapoint; people are called, nothing is rolled back for it alone."],
    ["leak", "Asks within 240 s of the onset; the trend itself is judged then."],
    ["error-rate-2x", "Its threshold is tuned by Rollguard, not by CloudFormation."],
  ])("of %s says what is special about it", (name, sentence) => {
    expect(alarmOf(name).description).toContain(sentence);
  });

  it("prints the worst detection time of every form, in no more characters than CloudWatch takes", () => {
    fc.assert(
      fc.property(randomTriggers, ({ blueprint, trigger }) => {
        const alarms = compileAlarms(blueprint);
        const [{ signal } = { signal: aSignal() }] = alarms;

        expect(alarms.at(-1)?.description).toContain(` ${worstDetectionSeconds(trigger, signal)} s `);
        expect(Math.max(...alarms.map(({ description }) => description.length))).toBeLessThanOrEqual(1024);
      }),
    );
  });

  it("is cut where CloudWatch ends", () => {
    const signal = aRatioSignal({ name: `error_rate_${"of_everything_".repeat(100)}` });
    const text = describeAlarm("checkout", aTrigger({ signal: signal.name }), signal);
    const [alarm] = compileAlarms(aBlueprint({ signals: [signal], triggers: [aTrigger({ signal: signal.name })] }));

    expect([text.length, text.at(-1), alarm?.description]).toEqual([1024, "…", text]);
  });
});
