import type { AlarmState } from "../alarm-rule.ts";
import { type CompositeRule, childrenOf } from "./composite-rule.ts";

/** The state of an alarm by its name. */
export type StateOf = (alarmName: string) => AlarmState;

/** A composite alarm is in ALARM when its rule is true and OK when it is not; INSUFFICIENT_DATA is only what a new one starts with. */
export function compositeState(rule: CompositeRule, stateOf: StateOf): "ALARM" | "OK" {
  return holds(rule, stateOf) ? "ALARM" : "OK";
}

function holds(rule: CompositeRule, stateOf: StateOf): boolean {
  switch (rule.kind) {
    case "constant":
      return rule.value;
    case "state":
      return stateOf(rule.alarm) === rule.state;
    case "not":
      return !holds(rule.operand, stateOf);
    case "and":
      return rule.operands.every((operand) => holds(operand, stateOf));
    case "or":
      return rule.operands.some((operand) => holds(operand, stateOf));
    case "at-least": {
      const matching = rule.alarms.filter(({ name }) => (stateOf(name) === rule.state) !== rule.negated).length;
      return "count" in rule.needed ? matching >= rule.needed.count : 100 * matching >= rule.needed.percent * rule.alarms.length;
    }
  }
}

/** The children that a composite's event names as triggering: those in ALARM, each once. */
export function triggeringAlarms(rule: CompositeRule, stateOf: StateOf): string[] {
  return [...new Set(childrenOf(rule).map(({ name }) => name))].filter((name) => stateOf(name) === "ALARM");
}

/** `StateReason` of a composite alarm in CloudWatch's wording. */
export function compositeReason(changed: { readonly arn: string; readonly to: AlarmState; readonly at: Date }): string {
  const [, time = ""] = changed.at.toISOString().split("T");
  const day = (options: Intl.DateTimeFormatOptions) => changed.at.toLocaleDateString("en-GB", { ...options, timeZone: "UTC" });
  const date = `${day({ weekday: "long" })} ${day({ day: "2-digit" })} ${day({ month: "long" })}, ${changed.at.getUTCFullYear()}`;
  return `${changed.arn} transitioned to ${changed.to} at ${date} ${time.slice(0, 8)} UTC`;
}
