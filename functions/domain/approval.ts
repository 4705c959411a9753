import * as z from "zod/mini";
import type { ON_TIMEOUT } from "./rollback-policy.ts";

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
  /** First is 1. */
  readonly n: number;
  readonly tokenSha256: string;
  readonly tokenCipher: string;
  readonly planHash: string;
  /** What is asked, in one sentence. */
  readonly scope: string;
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
