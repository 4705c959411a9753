import { type ApprovalRequest, decisionAtDeadline } from "../../domain/approval.ts";
import { decidedEvent } from "../../domain/approval-request.ts";
import type { Approvals } from "../../ports/approvals.ts";
import type { Clock } from "../../ports/clock.ts";
import { settleBounded } from "../../runtime/bounded.ts";
import { type AnswerPorts, deliverAnswer } from "../../runtime/deliver-answer.ts";

export interface SweepApprovalsPorts extends AnswerPorts {
  readonly approvals: Approvals;
  readonly clock: Clock;
}

/** Of one pass; what is left is due in the next one. */
const MOST_AT_A_PASS = 50;
const AT_ONCE = 5;

type Swept = "expired" | "sent" | "too-late" | "left";

/** What a pass did. `expired`: decided by the deadline, and told. `sent`: decided before, and told only now. */
export interface SweptApprovals {
  readonly due: number;
  readonly expired: number;
  readonly sent: number;
  readonly tooLate: number;
  /** Reasons of those that stay due, since something failed. */
  readonly failures: readonly unknown[];
}

/** Ends what nobody decided in time as its blueprint says, and tells runs what they were not told yet. One failure does not stop the others. */
export async function sweepApprovals(ports: SweepApprovalsPorts): Promise<SweptApprovals> {
  const now = ports.clock.now().toISOString();
  const due = await ports.approvals.due(now, MOST_AT_A_PASS);
  const results = await settleBounded(due, AT_ONCE, (request) => sweepOne(ports, request, now));
  const count = (swept: Swept) => results.filter((result) => result.status === "fulfilled" && result.value === swept).length;
  return {
    due: due.length,
    expired: count("expired"),
    sent: count("sent"),
    tooLate: count("too-late"),
    failures: results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])),
  };
}

async function sweepOne(ports: SweepApprovalsPorts, request: ApprovalRequest, now: string): Promise<Swept> {
  if (request.state !== "pending") return (await deliverAnswer(ports, request.incidentId)) === "taken" ? "sent" : "too-late";
  // The index may lag behind: what it shows is due, the write decides whether it still is.
  const decision = decisionAtDeadline(request, now);
  const outcome = await ports.approvals.decide(request, decision, decidedEvent(request, decision));
  if (outcome === "not-pending") return "left";
  if (outcome === "incident-closed") {
    await ports.approvals.abandon(request, { ...decision, state: "void", reason: "the incident has ended" });
    return "too-late";
  }
  return (await deliverAnswer(ports, request.incidentId)) === "taken" ? "expired" : "too-late";
}
