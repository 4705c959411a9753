import type { EscalationNotice } from "../../../functions/domain/escalation.ts";
import type { EscalationFacts } from "../../../functions/domain/escalation-situation.ts";
import { DEFAULT_ROLLBACK_POLICY } from "../../../functions/domain/rollback-policy.ts";
import { INCIDENT_ID, MOMENTS, SERVICE, secondsAfter } from "./moments.ts";

/** Management is still to be called, five minutes after the end. */
export function anEscalation(overrides: Partial<EscalationNotice> = {}): EscalationNotice {
  return {
    incidentId: INCIDENT_ID,
    service: SERVICE,
    tier: "management",
    dueAt: secondsAfter(MOMENTS.closedAt, 300),
    topicArn: null,
    urgency: "page",
    message: "checkout was rolled back to demo/checkout:v1 but did not recover",
    state: "pending",
    settledAt: null,
    settledBy: null,
    settledReason: null,
    ...overrides,
  };
}

/** The rollback of the latency regression, as if it had failed. */
export function anEscalationFacts(overrides: Partial<EscalationFacts> = {}): EscalationFacts {
  return {
    incidentId: INCIDENT_ID,
    service: SERVICE,
    outcome: "not-recovered",
    severity: "high",
    classes: ["performance"],
    strategy: "fast",
    rollback: "unproven",
    openedAt: MOMENTS.openedAt,
    summary: "checkout was rolled back to demo/checkout:v1 but did not recover: latency_p95 is 455 ms",
    policy: DEFAULT_ROLLBACK_POLICY.escalation,
    serviceTopicArn: null,
    closing: "page",
    now: MOMENTS.closedAt,
    ...overrides,
  };
}
