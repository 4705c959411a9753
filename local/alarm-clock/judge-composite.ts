import { alarmTimestamp } from "../../functions/domain/alarm-reason.ts";
import type { AlarmState } from "../../functions/domain/alarm-rule.ts";
import type { CompositeWatch } from "../../functions/domain/blueprint-alarms.ts";
import { InvalidInputError } from "../../functions/domain/errors.ts";
import { parseCompositeRule } from "../../functions/domain/replay/composite-rule.ts";
import { compositeReason, compositeState, triggeringAlarms } from "../../functions/domain/replay/composite-state.ts";
import type { PostedAlarm } from "./alarm-board.ts";
import type { Transition, Verdict } from "./alarm-clock.ts";

/** The new state of a composite; null when it stays. `changed`: what this tick did to its parts; `posted` is from before it. Throws for a broken rule. */
export function judgeComposite(
  watch: CompositeWatch,
  own: PostedAlarm,
  posted: ReadonlyMap<string, PostedAlarm>,
  changed: ReadonlyMap<string, Pick<Transition, "to" | "at">>,
): Verdict | null {
  const parsed = parseCompositeRule(
    watch.rule,
    watch.parts.filter((part) => posted.has(part)),
  );
  if (!parsed.ok) throw new InvalidInputError(`${watch.rule}, character ${parsed.at + 1}: ${parsed.message}`);
  const stateOf = (name: string): AlarmState => changed.get(name)?.to ?? posted.get(name)?.state ?? "INSUFFICIENT_DATA";
  const value = compositeState(parsed.rule, stateOf);
  if (value === own.state) return null;

  const since = (name: string) => changed.get(name)?.at ?? posted.get(name)?.since ?? own.since;
  const arnOf = (name: string) => posted.get(name)?.alarmArn ?? name;
  const newest = [...watch.parts].sort((a, b) => since(b).getTime() - since(a).getTime())[0];
  const reason =
    newest === undefined
      ? `${own.alarmArn} was created and its alarm rule evaluates to ${value}`
      : compositeReason({ arn: arnOf(newest), to: stateOf(newest), at: since(newest) });
  const triggering = triggeringAlarms(parsed.rule, stateOf).map((name) => ({
    arn: arnOf(name),
    state: { value: stateOf(name), timestamp: alarmTimestamp(since(name)) },
  }));
  return { value, reason, reasonData: JSON.stringify({ triggeringAlarms: triggering }) };
}
