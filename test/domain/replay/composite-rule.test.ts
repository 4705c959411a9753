import { describe, expect, it } from "vitest";
import type { AlarmState } from "../../../functions/domain/alarm-rule.ts";
import { parseCompositeRule } from "../../../functions/domain/replay/composite-rule.ts";
import { compositeReason, compositeState, triggeringAlarms } from "../../../functions/domain/replay/composite-state.ts";

const STATES: Readonly<Record<string, AlarmState>> = { a: "ALARM", b: "OK", c: "INSUFFICIENT_DATA", d: "ALARM", "a b": "ALARM" };
const stateOf = (name: string) => STATES[name] ?? "INSUFFICIENT_DATA";

describe("a composite rule", () => {
  it.each([
    ["ALARM(a)", "ALARM"],
    ["ALARM(b)", "OK"],
    ["OK(b) AND INSUFFICIENT_DATA(c)", "ALARM"],
    ["ALARM(a) AND ALARM(b)", "OK"],
    ["ALARM(b) OR ALARM(a)", "ALARM"],
    ["ALARM(b) AND ALARM(c) OR ALARM(a)", "ALARM"],
    ["ALARM(b) AND (ALARM(c) OR ALARM(a))", "OK"],
    ["NOT ALARM(b) AND NOT OK(a)", "ALARM"],
    ["NOT (ALARM(a) OR ALARM(b))", "OK"],
    ["TRUE", "ALARM"],
    ["FALSE OR ALARM(b)", "OK"],
    ['ALARM("a b")', "ALARM"],
    ["ALARM(arn:aws:cloudwatch:eu-central-1:123456789012:alarm:a)", "ALARM"],
    ["AT_LEAST(2, ALARM, (a, b, d))", "ALARM"],
    ["AT_LEAST(3, ALARM, (a, b, d))", "OK"],
    ['AT_LEAST("60%", ALARM, (a, b, d))', "ALARM"],
    ['AT_LEAST("67%", ALARM, (a, b, d))', "OK"],
    ["AT_LEAST(2, NOT ALARM, (a, b, c))", "ALARM"],
    ['AT_LEAST("50%", OK, (a, b, c)) OR FALSE', "OK"],
  ])("%s is %s", (text, state) => {
    const parsed = parseCompositeRule(text, Object.keys(STATES));

    expect(parsed.ok && compositeState(parsed.rule, stateOf)).toBe(state);
  });

  it.each([
    { text: "", at: 0, says: "the rule ends too early" },
    { text: "ALARM(z)", at: 6, says: 'no alarm is named "z": expected one of a, b' },
    { text: "AT_LEAST(1, ALARM, (a, z))", at: 23, says: 'no alarm is named "z"' },
    { text: "ALARM(a) ALARM(b)", at: 9, says: "expected AND, OR or the end" },
    { text: "ALARM(a", at: 7, says: 'expected ")"' },
    { text: "ALARMED(a)", at: 0, says: '"ALARMED" cannot stand here: expected ALARM, OK or INSUFFICIENT_DATA' },
    { text: "ALARM()", at: 6, says: "expected the name of an alarm" },
    { text: "(ALARM(a)", at: 9, says: 'expected ")"' },
    { text: 'ALARM("a)', at: 6, says: "a quotation mark is not closed" },
    { text: "AT_LEAST(0, ALARM, (a))", at: 9, says: "expected a number of alarms" },
    { text: 'AT_LEAST("150%", ALARM, (a))', at: 9, says: "expected a number of alarms" },
    { text: `TRUE${" ".repeat(10_300)}`, at: 10_240, says: "longer than 10240 characters" },
  ])("is refused: $text", ({ text, at, says }) => {
    const parsed = parseCompositeRule(text, ["a", "b"]);

    expect(parsed).toMatchObject({ ok: false, at });
    expect(parsed.ok ? "" : parsed.message).toContain(says);
  });

  it("names the children in ALARM, once each", () => {
    const parsed = parseCompositeRule("ALARM(a) AND ALARM(b) OR ALARM(a) AND ALARM(d)");

    expect(parsed.ok && triggeringAlarms(parsed.rule, stateOf)).toEqual(["a", "d"]);
  });

  it("gives its reason in CloudWatch's words", () => {
    const at = new Date("2023-08-04T12:54:46.138Z");

    expect(compositeReason({ arn: "arn:aws:cloudwatch:us-east-1:111122223333:alarm:CompositeDemo.FirstChild", to: "ALARM", at })).toBe(
      "arn:aws:cloudwatch:us-east-1:111122223333:alarm:CompositeDemo.FirstChild transitioned to ALARM at Friday 04 August, 2023 12:54:46 UTC",
    );
  });
});
