import type { ApprovalRequest } from "../../../functions/domain/approval.ts";
import { EXECUTION_NAME, INCIDENT_ID, MOMENTS, SERVICE, secondsAfter } from "./moments.ts";

/** A question that waits for an answer, a quarter of an hour long. */
export function anApprovalRequest(overrides: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    incidentId: INCIDENT_ID,
    service: SERVICE,
    execution: EXECUTION_NAME,
    cluster: "demo",
    namespace: "shop",
    topicArn: null,
    n: 1,
    tokenSha256: "5f2c",
    tokenCipher: '{"dataKey":"","nonce":"","sealed":""}',
    tokenAt: MOMENTS.openedAt,
    planHash: "a1b2c3d4e5f6",
    scope: "checkout: roll back to demo/checkout:v1, fast (restore-template-1)",
    reasons: ["deploy of demo/checkout:v2-slow 15 s before the onset", "back to demo/checkout:v1, verdict good"],
    requestedAt: MOMENTS.openedAt,
    deadlineAt: secondsAfter(MOMENTS.openedAt, 900),
    onTimeout: "escalate",
    state: "pending",
    decidedBy: null,
    via: null,
    reason: null,
    decidedAt: null,
    delivered: false,
    ...overrides,
  };
}
