import { type Freeze, type GovernanceFacts, NO_GOVERNANCE, type PastRollback } from "../../../functions/domain/governance.ts";
import { MOMENTS, SERVICE, secondsAfter } from "./moments.ts";

/** A rollback of `checkout` a day before this incident, which did not help. */
export function aPastRollback(overrides: Partial<PastRollback> = {}): PastRollback {
  return {
    incidentId: "inc-earlier",
    service: SERVICE,
    at: secondsAfter(MOMENTS.assessedAt, -86_000),
    outcome: "recovered",
    from: "template earlier",
    to: "template before",
    ...overrides,
  };
}

/** An hour without releases of `checkout`, from the opening of the incident. */
export function aFreeze(overrides: Partial<Freeze> = {}): Freeze {
  return {
    scope: "service",
    name: SERVICE,
    since: MOMENTS.openedAt,
    until: secondsAfter(MOMENTS.openedAt, 3600),
    reason: "immediate rollback of checkout",
    by: "rollguard",
    incidentId: "inc-earlier",
    security: false,
    ...overrides,
  };
}

export function governanceFacts(overrides: Partial<GovernanceFacts> = {}): GovernanceFacts {
  return { ...NO_GOVERNANCE, ...overrides };
}
