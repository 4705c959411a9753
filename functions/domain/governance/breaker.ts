import type { Breaker } from "../governance.ts";
import type { GovernancePolicy } from "../rollback-policy.ts";
import { secondsAfter, secondsBetween } from "../time.ts";

/** Open since the failure that was one too many. */
export interface OpenBreaker {
  readonly since: string;
  readonly until: string;
}

/**
 * Is the breaker open by these limits? Null when it is closed. Nobody opens it: the failures are all that is kept, so that rollbacks that fail at once write
 * nothing in common, and every service asks with its own limits. It closes by time; a failure after that opens it again while the earlier ones count.
 */
export function openBreaker(
  breaker: Breaker,
  { failures: most, windowSeconds, openSeconds }: GovernancePolicy["breaker"],
  now: string,
): OpenBreaker | null {
  const counted = countedFailures(breaker);
  const tooMany = counted.filter(
    ({ at }) => counted.filter((other) => secondsBetween(other.at, at) >= 0 && secondsBetween(other.at, at) < windowSeconds).length >= most,
  );
  const since = tooMany.at(-1)?.at;
  if (since === undefined) return null;
  const until = secondsAfter(since, openSeconds);
  return secondsBetween(now, until) > 0 ? { since, until } : null;
}

/** Failures since a person closed the breaker, oldest first; an incident counts once, whatever its services. */
export function countedFailures({ failures, closedAt }: Breaker): Breaker["failures"] {
  const since = failures.filter(({ at }) => closedAt === null || secondsBetween(closedAt, at) > 0);
  const ordered = since.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return ordered.filter(({ incidentId }, index) => ordered.findIndex((one) => one.incidentId === incidentId) === index);
}
