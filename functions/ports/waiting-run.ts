import type { Approval } from "../domain/approval.ts";

/** The run that waits in `RequestApproval`. Throws `TransientUpstreamError` or `PermissionError`; the token is in neither. */
export interface WaitingRun {
  /** `too-late`: the run does not wait under this token (any more). */
  answer(token: string, approval: Approval): Promise<"taken" | "too-late">;
}
