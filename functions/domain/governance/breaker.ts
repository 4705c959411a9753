import type { Breaker } from "../governance.ts";
import type { GovernancePolicy } from "../rollback-policy.ts";
import { later, secondsAfter, secondsBetween } from "../time.ts";

/** The most that `spec.rollback.governance.breaker.failures` can ask for. */
const MOST_FAILURES = 100;

/** Until when the breaker is open; null when it is closed. A failure after it closed by time opens it again as long as the earlier ones are in the window. */
export function openUntil({ openedAt, closedAt }: Breaker, openSeconds: number, now: string): string | null {
  if (openedAt === null || (closedAt !== null && secondsBetween(openedAt, closedAt) >= 0)) return null;
  const until = secondsAfter(openedAt, openSeconds);
  return secondsBetween(now, until) > 0 ? until : null;
}

/** Failures that count: within the window before `now`, and since a person closed the breaker. */
export function countedFailures({ failures, closedAt }: Breaker, windowSeconds: number, now: string): Breaker["failures"] {
  return failures.filter(({ at }) => secondsBetween(at, now) <= windowSeconds && (closedAt === null || secondsBetween(closedAt, at) > 0));
}

/** The breaker after one more failed rollback. The same incident counts once. */
export function withFailure(
  breaker: Breaker,
  failure: Breaker["failures"][number],
  { failures: most, windowSeconds }: Pick<GovernancePolicy["breaker"], "failures" | "windowSeconds">,
): Breaker {
  if (breaker.failures.some(({ incidentId }) => incidentId === failure.incidentId)) return breaker;
  const failures = [...breaker.failures, failure].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(-MOST_FAILURES);
  const counted = countedFailures({ ...breaker, failures }, windowSeconds, failure.at);
  if (counted.length < most) return { ...breaker, failures };
  return { ...breaker, failures, openedAt: breaker.openedAt === null ? failure.at : later(breaker.openedAt, failure.at) };
}
