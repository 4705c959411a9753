import type { AlarmTransition } from "./alarm-event.ts";
import { ALARM_PREFIX, type Trigger } from "./blueprint.ts";
import { type HeldBack, heldBack } from "./may-start.ts";
import type { RollbackTrigger } from "./rollback-document.ts";
import type { ServiceHistory } from "./service-history.ts";
import { inWords, secondsBetween } from "./time.ts";

/** Helper alarms (parts of a composite rule) are named so and start nothing. */
export const PART_ALARM_PREFIX = "rgpart-";

/** An event older than this is not acted on; the reconciler is exempt, since the alarms it finds are old by nature. */
export const MAXIMUM_EVENT_AGE_SECONDS = 900;

export interface StartContext {
  readonly now: Date;
  /** EventBridge sources that may start a rollback. */
  readonly sources: readonly string[];
  /** The trigger whose acting alarm this is (or that listens to it), and its service; null when no blueprint has one. */
  readonly acting: { readonly service: string; readonly trigger: Trigger } | null;
  /** Of that service; null where nobody looked, or could not. Only a restrained trigger is asked about it. */
  readonly history: ServiceHistory | null;
  readonly services: readonly string[];
  /** `<region>:<account>` of this deployment; null = not checked. An alarm of the same name elsewhere is not ours. */
  readonly home: string | null;
}

export type StartDecision =
  | { readonly start: RollbackTrigger }
  | { readonly ignore: string }
  /** It would have started: the trigger may not act now, and what it would have done is recorded. */
  | { readonly wouldHave: RollbackTrigger; readonly fired: Trigger; readonly held: HeldBack };

/**
 * Does this transition start a rollback? Only a compiled acting alarm does. An alarm with our prefix but without a blueprint does: OpenIncident refuses it by name, which is recorded
 * and paged, where a line in a log would be seen by nobody.
 */
export function decideStart(transition: AlarmTransition, context: StartContext): StartDecision {
  const { alarmName } = transition;
  const { acting, history } = context;
  if (alarmName.startsWith(PART_ALARM_PREFIX)) return { ignore: `${alarmName} is part of another alarm, which acts for it` };
  if (acting === null && !alarmName.startsWith(ALARM_PREFIX)) {
    return { ignore: `${alarmName} is not ours: its name does not begin with ${ALARM_PREFIX} and no blueprint lists it` };
  }
  const ignore = notFromHere(transition, context) ?? notAnOnset(transition) ?? silenced(transition) ?? tooOld(transition, context.now);
  if (ignore !== null) return { ignore };
  const start = toTrigger(transition, acting?.service ?? guessedService(alarmName, context.services));
  const held = acting === null ? null : heldBack(acting.trigger, start.at, history, start.datapoints);
  return acting === null || held === null ? { start } : { wouldHave: start, fired: acting.trigger, held };
}

/** `<region>:<account>` of an ARN. */
export function homeOf(arn: string): string {
  return arn.split(":").slice(3, 5).join(":");
}

function notFromHere({ source, alarmArn }: AlarmTransition, { sources, home }: StartContext): string | null {
  const configured = source === "alarm-action" || source === "reconciler" || sources.includes(source);
  if (!configured) return `source ${source} is not configured (${sources.join(", ")})`;
  return home === null || home === homeOf(alarmArn) ? null : `${alarmArn} is an alarm of another account or region, ours is ${home}`;
}

function notAnOnset({ state, previousState }: AlarmTransition): string | null {
  if (state !== "ALARM") return `the state is ${state}, not ALARM`;
  return previousState === "ALARM" ? "the alarm was in ALARM before: no transition" : null;
}

function silenced({ suppressedBy, muted }: AlarmTransition): string | null {
  if (suppressedBy !== null) return `the alarm's actions are suppressed (${suppressedBy})`;
  return muted ? "the alarm is muted" : null;
}

function tooOld({ source, transitionAt }: AlarmTransition, now: Date): string | null {
  const ageSeconds = secondsBetween(transitionAt, now.toISOString());
  if (source === "reconciler" || ageSeconds <= MAXIMUM_EVENT_AGE_SECONDS) return null;
  return `the transition is ${inWords(ageSeconds)} old, more than ${inWords(MAXIMUM_EVENT_AGE_SECONDS)}`;
}

function toTrigger(transition: AlarmTransition, service: string): RollbackTrigger {
  const { source, transitionAt, reason, alarmName, alarmArn, datapoints, threshold } = transition;
  return {
    kind: "alarm",
    source,
    service,
    at: transitionAt,
    reason,
    alarmName,
    alarmArn,
    requestedBy: null,
    datapoints: [...datapoints],
    threshold,
  };
}

/** `rollguard-<service>-<trigger>` or `…-tuned`: a known service if one fits, else all but the last word. */
function guessedService(alarmName: string, services: readonly string[]): string {
  const rest = alarmName.slice(ALARM_PREFIX.length);
  const fitting = services.filter((service) => rest.startsWith(`${service}-`)).sort((one, other) => other.length - one.length);
  return fitting[0] ?? (rest.replace(/-[^-]*$/, "") || rest || "unknown");
}
