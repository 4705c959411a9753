import type { Trigger } from "./blueprint.ts";
import type { RollbackTrigger } from "./rollback-document.ts";
import { lastChangeBefore, lastSeenBefore, type ServiceHistory } from "./service-history.ts";
import { inWords, secondsBetween } from "./time.ts";
import type { WouldHave } from "./would-have.ts";

/** Observers look every minute. Whoever looked within two of them has seen what is live, however short the trigger's window; a deploy in between is found by the reconciler. */
const FRESH_SECONDS = 120;
/** An observation older than this tells nothing, however late the trigger's points are. */
const LONGEST_FRESH_SECONDS = 600;

/** Why a trigger that fired starts nothing. */
export type HeldBack = Pick<WouldHave, "cause" | "because">;

/** May this trigger start nothing for a reason that the ledger knows more about? Then its history is worth a read. */
export function isRestrained({ mode, armed }: Pick<Trigger, "mode" | "armed">): boolean {
  return mode === "observe" || armed !== undefined;
}

/**
 * Why a trigger that fired at `at` may start nothing; null where it may. A mode counts here only where it is the trigger's own: a service in `observe` runs its
 * incidents and writes nothing. A history that nobody could read, or that ends too long before, holds nothing back: the assessment looks at the cluster
 * itself. `points`: those that made it fire; a change after the newest of them is none of their cause.
 */
export function heldBack(
  trigger: Trigger,
  at: string,
  history: ServiceHistory | null,
  points: RollbackTrigger["datapoints"] = [],
): HeldBack | null {
  const notArmed = whyNotArmed(trigger, at, history, points);
  if (trigger.mode !== "observe") return notArmed === null ? null : { cause: "not-armed", because: notArmed };
  const inAuto = notArmed !== null ? `in auto it would start nothing either: ${notArmed}` : otherInAuto(trigger);
  return { cause: "observe", because: [modeWords(trigger.modeReason), ...(inAuto === null ? [] : [inAuto])].join("; ") };
}

/** What a record in observe would be taken for, and is not: an absence calls people, and of a trend the alarm is only where it begins. */
function otherInAuto({ form }: Trigger): string | null {
  if (form?.type === "absence") return "in auto it would call people, and roll nothing back";
  return form?.type === "trend" ? "in auto the trend itself would be judged first" : null;
}

function whyNotArmed(trigger: Trigger, at: string, history: ServiceHistory | null, points: RollbackTrigger["datapoints"]): string | null {
  const { armed } = trigger;
  if (armed === undefined || history === null) return null;
  const seenAt = lastSeenBefore(history, at);
  const changedAt = lastChangeBefore(history, at);
  const freshSeconds = Math.min(LONGEST_FRESH_SECONDS, FRESH_SECONDS + ageOfNewest(trigger, points, at));
  if (seenAt === null || changedAt === null || secondsBetween(seenAt, at) > freshSeconds) return null;
  const ageSeconds = secondsBetween(changedAt, at);
  if (ageSeconds <= armed.afterChangeMinutes * 60) return null;
  return `it acts within ${armed.afterChangeMinutes} min of a change, and the last one (${changedAt}) is ${inWords(ageSeconds)} old`;
}

/** How long before the transition the newest point with a value ended; 0 where that is not known. */
function ageOfNewest({ periodSeconds }: Trigger, points: RollbackTrigger["datapoints"], at: string): number {
  const newest = points.findLast(({ value }) => value !== null);
  return newest === undefined ? 0 : Math.max(0, secondsBetween(newest.at, at) - periodSeconds);
}

/** Of a trigger, or of the findings, in mode observe. */
export function modeWords(reason: string | undefined): string {
  return reason === undefined ? "its mode is observe" : `its mode is observe: ${reason}`;
}

/**
 * An alarm may stay red while people arm its trigger. Its old transition was recorded as one that starts nothing, and that stands; null where it does not. One
 * that was not armed for want of a change is judged anew by what the ledger has learnt about that time.
 */
export function recordedBefore(trigger: Pick<Trigger, "armed">, record: WouldHave | null): string | null {
  if (record === null || (record.cause === "not-armed" && trigger.armed !== undefined)) return null;
  return `the transition at ${record.at} was recorded as one that starts nothing (${record.because}); its next one counts`;
}
