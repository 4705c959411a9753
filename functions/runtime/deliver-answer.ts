import { type ApprovalRequest, approvalOf } from "../domain/approval.ts";
import type { Approvals } from "../ports/approvals.ts";
import type { Seal } from "../ports/seal.ts";
import type { WaitingRun } from "../ports/waiting-run.ts";
import { openToken } from "./sealed-token.ts";

export interface AnswerPorts {
  readonly approvals: Pick<Approvals, "latest" | "settle">;
  readonly seal: Pick<Seal, "open">;
  readonly run: WaitingRun;
}

/** The state may have been tried again meanwhile, and waits under another token then. */
const MAXIMUM_TOKENS = 3;

/**
 * Tells the waiting run what was decided, and notes that it was told. `too-late` when it does not wait any more: nothing is left to send then either.
 * Sending twice is harmless, since a token is taken once.
 */
export async function deliverAnswer({ approvals, seal, run }: AnswerPorts, incidentId: string): Promise<"taken" | "too-late"> {
  let tried: ApprovalRequest | null = null;
  for (let tokens = 0; tokens < MAXIMUM_TOKENS; tokens += 1) {
    const request = await approvals.latest(incidentId);
    if (request === null || request.tokenSha256 === tried?.tokenSha256) break;
    const approval = approvalOf(request);
    if (approval === null) break;
    if (request.delivered) return "taken";
    const outcome = await run.answer(await openToken(seal, request), approval);
    await approvals.settle(request, outcome === "taken");
    if (outcome === "taken") return outcome;
    tried = request;
  }
  return "too-late";
}
