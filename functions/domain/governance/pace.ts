import type { GovernanceFacts, PastRollback } from "../governance.ts";
import type { RollbackTrigger } from "../rollback-document.ts";
import type { GovernancePolicy } from "../rollback-policy.ts";
import { inWords, secondsAfter, secondsBetween } from "../time.ts";
import { openBreaker } from "./breaker.ts";
import { decidedByHand, isByHand } from "./by-hand.ts";
import { asks, notChecked, type Ruled } from "./ruled.ts";

/** What the rules on the automation's pace look at; `past` is absent where nobody has looked. */
export interface PaceFacts {
  readonly past: GovernanceFacts | undefined;
  readonly now: string;
  readonly policy: GovernancePolicy;
  readonly trigger: Pick<RollbackTrigger, "kind" | "request">;
}

const HOUR_SECONDS = 3600;
const UNKNOWN = "the past was not looked at";

/** Too many failed rollbacks of the whole deployment: the automation does not know what it is doing. */
export function breakerRule({ past, now, policy: { breaker: limits }, trigger }: PaceFacts): Ruled {
  const limit = `fewer than ${limits.failures} failed rollbacks of the deployment within ${inWords(limits.windowSeconds)}`;
  if (past === undefined) return notChecked("breaker", UNKNOWN, limit);
  const open = openBreaker(past.breaker, limits, now);
  if (open === null) return asks("breaker", true, { observed: "closed", limit });
  return overridable("breaker", trigger, `open since ${open.since}`, limit, open.until);
}

/** Rollbacks of this service, and of all services, that began within the last hour. */
export function rateRule({ past, now, policy, trigger }: PaceFacts): Ruled {
  const limit = `fewer than ${policy.maxPerHour} of the service and ${policy.maxPerHourAll} of all services in an hour`;
  if (past === undefined) return notChecked("rate", UNKNOWN, limit);
  const recent = beganWithin(past.rollbacks, HOUR_SECONDS, now);
  const observed = `${recent.length} of the service, ${past.rollbacksOfAllInTheHour} of all services`;
  const tooMany = recent.length >= policy.maxPerHour;
  if (!tooMany && past.rollbacksOfAllInTheHour < policy.maxPerHourAll) return asks("rate", true, { observed, limit });
  // the service may go on as soon as one of its own is out of the hour; when the others' are, nobody here knows
  const freeing = recent[policy.maxPerHour - 1];
  return overridable("rate", trigger, observed, limit, freeing && secondsAfter(freeing.at, HOUR_SECONDS));
}

/** Time for the last rollback to show what it did. */
export function cooldownRule({ past, now, policy, trigger }: PaceFacts): Ruled {
  const limit = `${inWords(policy.cooldownSeconds)} after the last rollback of the service`;
  if (past === undefined) return notChecked("cooldown", UNKNOWN, limit);
  const [last] = past.rollbacks;
  if (last === undefined) return asks("cooldown", true, { observed: "no rollback before", limit });
  const agoSeconds = secondsBetween(last.at, now);
  const observed = `${inWords(agoSeconds)} after the last rollback (${last.incidentId}, ${last.outcome})`;
  if (agoSeconds >= policy.cooldownSeconds) return asks("cooldown", true, { observed, limit });
  return overridable("cooldown", trigger, observed, limit, secondsAfter(last.at, policy.cooldownSeconds));
}

/** Newest first, as they come. */
export function beganWithin(rollbacks: readonly PastRollback[], seconds: number, now: string): readonly PastRollback[] {
  return rollbacks.filter(({ at }) => secondsBetween(at, now) < seconds);
}

function overridable(rule: string, trigger: PaceFacts["trigger"], observed: string, limit: string, until: string | undefined): Ruled {
  return isByHand(trigger)
    ? asks(rule, true, { observed: decidedByHand(observed, trigger), limit })
    : asks(rule, false, { observed, limit, until });
}
