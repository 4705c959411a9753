import type { ApprovalDecision, ApprovalRequest } from "../domain/approval.ts";
import type { TimelineEvent } from "../domain/incident.ts";

/** A request before it has its number. */
export type NewApprovalRequest = Omit<ApprovalRequest, "n">;

/**
 * Why a decision did not count: another one was made before, the incident has ended, or there is another plan by now. Nothing was changed then.
 */
export type DecideOutcome = "decided" | "not-pending" | "incident-closed";

/** Requests for an approval, each with the sealed token of the state that waits for it. Throws `TransientUpstreamError` or `PermissionError`. */
export interface Approvals {
  /**
   * Request and event in one transaction. A repetition of the same execution with the same plan keeps number, deadline and decision, and replaces the
   * token; a pending request about another plan becomes `void`. Answers with the request as it is kept.
   */
  ask(request: NewApprovalRequest, event: TimelineEvent): Promise<ApprovalRequest>;
  /** The newest request of an incident; null when nothing was ever asked. */
  latest(incidentId: string): Promise<ApprovalRequest | null>;
  /** Decision and event in one transaction, once only: while the request is pending and its incident open. */
  decide(request: ApprovalRequest, decision: ApprovalDecision, event: TimelineEvent): Promise<DecideOutcome>;
  /** Nothing is left to send: the answer was taken, or nobody waits for it (any more). No effect once the token was replaced. */
  settle(request: ApprovalRequest, delivered: boolean): Promise<void>;
  /** A pending request whose incident has ended: nobody is told. */
  abandon(request: ApprovalRequest, decision: ApprovalDecision): Promise<void>;
  /** Past their deadline, or decided and not yet sent; soonest first. It may lag behind by a moment. */
  due(now: string, limit: number): Promise<readonly ApprovalRequest[]>;
  /** Those that wait for a decision, soonest deadline first. */
  pending(limit: number): Promise<readonly ApprovalRequest[]>;
}
