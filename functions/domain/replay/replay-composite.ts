import type { AlarmState } from "../alarm-rule.ts";
import type { CompositeWatch } from "../blueprint-alarms.ts";
import { InvalidInputError } from "../errors.ts";
import { parseCompositeRule } from "./composite-rule.ts";
import { compositeReason, compositeState } from "./composite-state.ts";
import type { AlarmTransition, ReplayOptions } from "./replay-alarm.ts";

/** How an alarm's state went: where it started, and every change. */
export interface StateTimeline {
  readonly initialState: AlarmState;
  readonly transitions: readonly Pick<AlarmTransition, "at" | "to" | "documented">[];
}

/**
 * Runs a composite alarm over its children's timelines: it is evaluated at the start, with what its children are by then, and whenever a child changes,
 * once for all changes of one instant.
 * Throws `InvalidInputError` for a rule that cannot be read or names a child without a timeline.
 */
export function replayComposite(
  watch: CompositeWatch,
  children: ReadonlyMap<string, StateTimeline>,
  options: Pick<ReplayOptions, "from" | "to" | "initialState">,
): { readonly transitions: readonly AlarmTransition[]; readonly state: AlarmState } {
  const parsed = parseCompositeRule(watch.rule, [...children.keys()]);
  if (!parsed.ok) throw new InvalidInputError(`${watch.rule}, character ${parsed.at + 1}: ${parsed.message}`);
  const states = new Map([...children].map(([name, { initialState }]) => [name, initialState]));
  const changes = [...children]
    .flatMap(([name, { transitions }]) => transitions.map(({ at, to, documented }) => ({ name, at, to, documented })))
    .filter(({ at }) => at <= options.to)
    .sort((a, b) => a.at.getTime() - b.at.getTime());

  const transitions: AlarmTransition[] = [];
  let state = options.initialState ?? "INSUFFICIENT_DATA";
  const evaluate = (at: Date, reason: () => string, documented: boolean) => {
    const next = compositeState(parsed.rule, (name) => states.get(name) ?? "INSUFFICIENT_DATA");
    if (next === state) return;
    transitions.push({ at, from: state, to: next, reason: reason(), documented });
    state = next;
  };
  const before = changes.filter(({ at }) => at <= options.from);
  for (const change of before) states.set(change.name, change.to);
  evaluate(
    options.from,
    () => `${watch.rule} was evaluated at its creation`,
    before.every(({ documented }) => documented),
  );
  for (const [index, change] of changes.entries()) {
    if (index < before.length) continue;
    states.set(change.name, change.to);
    const next = changes[index + 1];
    if (next?.at.getTime() === change.at.getTime()) continue;
    const together = changes.filter(({ at }) => at.getTime() === change.at.getTime());
    evaluate(
      change.at,
      () => compositeReason({ arn: change.name, to: change.to, at: change.at }),
      together.every(({ documented }) => documented),
    );
  }
  return { transitions, state };
}
