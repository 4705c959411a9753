import type { AlarmState } from "../alarm-rule.ts";
import type { StateTimeline } from "./replay-composite.ts";

/** ActionsSuppressor of a composite alarm, with its WaitPeriod and ExtensionPeriod. */
export interface Suppressor {
  readonly timeline: StateTimeline;
  readonly waitSeconds: number;
  readonly extensionSeconds: number;
}

/** A window of an alarm mute rule: [from, to). */
export interface MuteWindow {
  readonly from: Date;
  readonly to: Date;
}

/** Actions that an alarm takes for the state it is in. */
export interface AlarmAction {
  readonly at: Date;
  readonly state: AlarmState;
}

/** Why actions are held back; as in `actionsSuppressedBy` of the event. */
export type SuppressedBy = "WaitPeriod" | "ExtensionPeriod" | "Alarm";

/** A time over which a composite held its actions back, and the cause. `to` null: it still does. */
export interface Suppression {
  readonly from: Date;
  readonly to: Date | null;
  readonly by: SuppressedBy;
}

type Change = { readonly at: Date; readonly to: AlarmState; readonly of: "suppressor" | "composite" };
type Holding = { readonly by: SuppressedBy; readonly since: Date; readonly until: number };

/**
 * When a composite with a suppressor takes its actions (AWS, "Suppressing composite alarm actions"). State changes and their events happen all the same:
 * only actions are held back. A change at the very end of a period still counts as within it.
 */
export function suppressedActions(
  composite: StateTimeline,
  suppressor: Suppressor,
  to: Date,
): { readonly actions: readonly AlarmAction[]; readonly suppressions: readonly Suppression[] } {
  const actions: AlarmAction[] = [];
  const suppressions: Suppression[] = [];
  let state = composite.initialState;
  let suppressing = suppressor.timeline.initialState === "ALARM";
  const now: { holding: Holding | null } = { holding: null };

  const act = (at: Date) => actions.push({ at, state });
  const release = (at: Date) => {
    if (now.holding !== null) suppressions.push({ from: now.holding.since, to: at, by: now.holding.by });
    now.holding = null;
  };
  const hold = (by: SuppressedBy, at: Date, seconds: number) => {
    release(at);
    if (seconds === 0) act(at);
    else now.holding = { by, since: at, until: at.getTime() + seconds * 1000 };
  };
  const expire = (before: number) => {
    if (now.holding === null || now.holding.until >= before) return;
    const at = new Date(now.holding.until);
    release(at);
    act(at);
  };

  for (const change of changesOf(composite, suppressor.timeline)) {
    if (change.at > to) break;
    expire(change.at.getTime());
    if (change.of === "composite") {
      state = change.to;
      if (suppressing) hold("Alarm", change.at, Number.POSITIVE_INFINITY);
      else hold("WaitPeriod", change.at, suppressor.waitSeconds);
      continue;
    }
    const was = suppressing;
    suppressing = change.to === "ALARM";
    // With nothing to hold back, a suppressor that comes or goes changes nothing.
    if (now.holding === null || was === suppressing) continue;
    if (suppressing) hold("Alarm", change.at, Number.POSITIVE_INFINITY);
    else hold("ExtensionPeriod", change.at, suppressor.extensionSeconds);
  }
  expire(to.getTime() + 1);
  if (now.holding !== null) suppressions.push({ from: now.holding.since, to: null, by: now.holding.by });
  return { actions, suppressions };
}

/** In order; at one instant the suppressor first, as it is there to be in time. */
function changesOf(composite: StateTimeline, suppressor: StateTimeline): Change[] {
  const marked = (of: Change["of"], timeline: StateTimeline) => timeline.transitions.map(({ at, to }) => ({ at, to, of }));
  return [...marked("suppressor", suppressor), ...marked("composite", composite)].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/**
 * Withholds actions during mute windows. When a window ends, the actions for ALARM are made up for if something was withheld and the alarm is still in it
 * (AWS, "Alarm mute rules"). A mute rule beats a suppressor, so it goes over what that lets through.
 */
export function mutedActions(
  actions: readonly AlarmAction[],
  timeline: StateTimeline,
  mutes: readonly MuteWindow[],
  to: Date,
): AlarmAction[] {
  const muteOf = (at: Date) => mutes.find((mute) => at >= mute.from && at < mute.to);
  const taken = actions.filter(({ at }) => muteOf(at) === undefined);
  const ends = new Set(actions.flatMap(({ at }) => muteEnd(at, muteOf)?.getTime() ?? []));
  const late = [...ends]
    .map((end) => new Date(end))
    .filter((end) => end <= to && stateAt(timeline, end) === "ALARM")
    .map((at): AlarmAction => ({ at, state: "ALARM" }));
  return [...taken, ...late].sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** When the muting that covers `at` ends, through windows that follow on one another; null when nothing mutes. */
function muteEnd(at: Date, muteOf: (at: Date) => MuteWindow | undefined): Date | null {
  let end: Date | null = null;
  for (let mute = muteOf(at); mute !== undefined; mute = muteOf(end)) end = mute.to;
  return end;
}

function stateAt({ initialState, transitions }: StateTimeline, at: Date): AlarmState {
  return transitions.findLast((transition) => transition.at <= at)?.to ?? initialState;
}
