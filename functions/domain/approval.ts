import * as z from "zod/mini";
import type { ON_TIMEOUT } from "./rollback-policy.ts";
import { inWords } from "./time.ts";

/** `void`: the plan that was asked about is no longer the one that would be carried out. */
export const APPROVAL_STATES = ["pending", "approved", "denied", "expired", "void"] as const;

/** The slice `approval`: what SendTaskSuccess carries, written by whoever decided. The token is never part of it. */
export const ApprovalSchema = z.strictObject({
  state: z.enum(APPROVAL_STATES),
  /** A person, or `timeout policy`. */
  decidedBy: z.string(),
  /** `cli`, `policy` or a caller's own word. */
  via: z.string(),
  reason: z.string(),
  decidedAt: z.string(),
  planHash: z.string(),
});
export type Approval = z.infer<typeof ApprovalSchema>;

/** `INC#i / APPR#n`: what is kept of a request. The token is sealed; its hash only tells tokens apart. */
export interface ApprovalRequest {
  readonly incidentId: string;
  readonly service: string;
  readonly execution: string;
  /** Where the service runs: with its name the context that the token is sealed in. */
  readonly cluster: string;
  readonly namespace: string;
  /** Where people of the service are told; null = the stack's topic. */
  readonly topicArn: string | null;
  /** First is 1. */
  readonly n: number;
  readonly tokenSha256: string;
  readonly tokenCipher: string;
  /** When the try began that waits under it. A try that was given up and lives on must not put its dead token back. */
  readonly tokenAt: string;
  readonly planHash: string;
  /** What is asked, in one sentence. */
  readonly scope: string;
  /** What was seen and what is planned, a sentence each: an incident's record is written at its end, and people decide before. */
  readonly reasons: readonly string[];
  readonly requestedAt: string;
  readonly deadlineAt: string;
  readonly onTimeout: (typeof ON_TIMEOUT)[number];
  readonly state: (typeof APPROVAL_STATES)[number];
  readonly decidedBy: string | null;
  readonly via: string | null;
  readonly reason: string | null;
  readonly decidedAt: string | null;
  /** Whether Step Functions has taken the answer; a sweep sends it again until it has. */
  readonly delivered: boolean;
}

/** What ends a request: anything but `pending`. */
export type ApprovalDecision = Omit<Approval, "planHash" | "state"> & { readonly state: Exclude<Approval["state"], "pending"> };

/** Who decides when nobody does. */
export const TIMEOUT_POLICY = "timeout policy";

/** From the deadline on the sweep (every 2 min) answers; the lease is held that much longer, so that its answer finds the lock still ours. */
export const APPROVAL_GRACE_SECONDS = 300;

/** What the deadline decides: `proceed` as if approved, `abort` as if denied, `escalate` nothing, and on-call is paged. */
export function decisionAtDeadline(request: ApprovalRequest, now: string): ApprovalDecision {
  const waited = inWords((Date.parse(request.deadlineAt) - Date.parse(request.requestedAt)) / 1000);
  const state = { proceed: "approved", abort: "denied", escalate: "expired" } as const;
  return {
    state: state[request.onTimeout],
    decidedBy: TIMEOUT_POLICY,
    via: "policy",
    reason: `nobody decided within ${waited}, and on_timeout is ${request.onTimeout}`,
    decidedAt: now,
  };
}

/** The slice that a decided request puts into the document; null while it is pending. */
export function approvalOf({ state, decidedBy, via, reason, decidedAt, planHash }: ApprovalRequest): Approval | null {
  if (state === "pending") return null;
  return { state, decidedBy: decidedBy ?? "", via: via ?? "", reason: reason ?? "", decidedAt: decidedAt ?? "", planHash };
}

const IN_WORDS = {
  pending: "waits for an answer",
  approved: "was approved",
  denied: "was denied",
  expired: "ran out unanswered",
  void: "is void",
} as const;

/** `was denied by ada: the fix is on its way`: goes on behind "the approval". */
export function decisionInWords({ state, decidedBy, reason }: Pick<ApprovalRequest, "state" | "decidedBy" | "reason">): string {
  const by = (state === "approved" || state === "denied") && decidedBy ? ` by ${decidedBy}` : "";
  return `${IN_WORDS[state]}${by}${reason ? `: ${reason}` : ""}`;
}

/** Was the plan asked about, and not approved? Then none of it was done. */
export function isRefused(approval: Pick<Approval, "state"> | undefined): boolean {
  return approval !== undefined && approval.state !== "approved";
}

/** Since when the run may act: since its decision where one was waited for, else since it was opened. The waiting takes nothing of its time. */
export function mayActSince(openedAt: string, approval: Approval | undefined): string {
  return approval?.state === "approved" ? approval.decidedAt : openedAt;
}
