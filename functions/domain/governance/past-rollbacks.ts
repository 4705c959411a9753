import type { PastRollback } from "../governance.ts";

/** Kept per service: as many as `max_per_hour` can ask for. */
export const MOST_ROLLBACKS = 60;

/** Newest first, with this one in the place of what was known of its incident. The end of a rollback keeps the time at which it began, and from what to what where it cannot tell. */
export function withRollback(rollbacks: readonly PastRollback[], rollback: PastRollback): readonly PastRollback[] {
  const known = rollbacks.find(({ incidentId }) => incidentId === rollback.incidentId);
  const others = rollbacks.filter(({ incidentId }) => incidentId !== rollback.incidentId);
  const kept = known === undefined ? rollback : { ...known, ...rollback, at: known.at };
  return [...others, kept].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, MOST_ROLLBACKS);
}

/** What was reserved and came to nothing is forgotten. */
export function withoutOpen(rollbacks: readonly PastRollback[], incidentId: string): readonly PastRollback[] {
  return rollbacks.filter((one) => one.incidentId !== incidentId || one.outcome !== "open");
}
