import * as z from "zod/mini";
import { type ApprovalDecision, type ApprovalRequest, decisionInWords } from "../../domain/approval.ts";
import { decidedEvent } from "../../domain/approval-request.ts";
import { TransientUpstreamError } from "../../domain/errors.ts";
import { isBefore, secondsBetween } from "../../domain/time.ts";
import type { Approvals } from "../../ports/approvals.ts";
import type { Clock } from "../../ports/clock.ts";
import { type AnswerPorts, deliverAnswer } from "../../runtime/deliver-answer.ts";
import type { StepLogger } from "../../runtime/logger.ts";
import type { Step } from "../../runtime/step-handler.ts";

export interface DecideApprovalPorts extends AnswerPorts {
  readonly approvals: Pick<Approvals, "latest" | "decide" | "settle">;
  readonly clock: Clock;
}

const text = z.string().check(z.minLength(1), z.maxLength(500));
const DecideSchema = z
  .strictObject({
    incidentId: text,
    decision: z.enum(["approve", "deny"]),
    /** Who decides. */
    by: text,
    /** A denial needs one. */
    reason: z.optional(z.string().check(z.maxLength(500))),
    /** Of the plan that was looked at; another plan is not decided about. */
    planHash: z.optional(text),
    /** @default "cli" */
    via: z.optional(text),
  })
  .check(
    z.refine(({ decision, reason }) => decision === "approve" || !!reason?.trim(), {
      path: ["reason"],
      error: "a denial needs a reason, for those who find the service as it is",
    }),
  );

/** `decided`: this answer counts. The others changed nothing: `already-decided` by an earlier one, `too-late`, about another plan, or nothing was asked. */
export const DECIDE_OUTCOMES = ["decided", "already-decided", "too-late", "plan-changed", "nothing-asked"] as const;

export const decideApprovalSchemas = {
  input: z.strictObject({ decide: DecideSchema }),
  output: z.strictObject({
    outcome: z.enum(DECIDE_OUTCOMES),
    incidentId: z.string(),
    /** How the request stands now; null when nothing was ever asked. */
    state: z.nullable(z.string()),
    /** Whether the run was told; the sweep tells it when not. */
    delivered: z.boolean(),
    message: z.string(),
  }),
};
export type Decide = z.infer<typeof decideApprovalSchemas.input>["decide"];
export type Decided = z.infer<typeof decideApprovalSchemas.output>;

/** A person's answer: first it is written down, once, then the waiting run is told. Whatever cannot be decided any more is an answer, not an error. */
export function decideApproval(ports: DecideApprovalPorts): Step<z.infer<typeof decideApprovalSchemas.input>, Decided> {
  return async ({ decide }, { logger }) => {
    const { incidentId } = decide;
    const tell = () => told(ports, incidentId, logger);
    const now = ports.clock.now().toISOString();
    const request = await ports.approvals.latest(incidentId);
    if (request === null) {
      const message = `nothing is asked about ${incidentId}: look at rollguard approvals`;
      return { outcome: "nothing-asked", incidentId, state: null, delivered: false, message };
    }
    if (request.state !== "pending") return already(request, now, tell);
    if (decide.planHash !== undefined && decide.planHash !== request.planHash) {
      const message = `the answer is void: it is about plan ${decide.planHash}, and plan ${request.planHash} waits (${request.scope})`;
      return { outcome: "plan-changed", incidentId, state: request.state, delivered: false, message };
    }
    // The sweep decides what is past its deadline, as the blueprint says; a denial asks for less than any of that.
    if (decide.decision === "approve" && !isBefore(now, request.deadlineAt))
      return tooLate(request, `the deadline was ${request.deadlineAt}`);
    const decision = decisionOf(decide, now);
    const outcome = await ports.approvals.decide(request, decision, decidedEvent(request, decision));
    if (outcome === "incident-closed") return tooLate(request, "the incident has ended");
    if (outcome === "not-pending") return already((await ports.approvals.latest(incidentId)) ?? request, now, tell);
    return standing({ ...request, ...decision }, "decided", await tell());
  };
}

/** `later`: it could not be told now, and the sweep tells it. */
type Told = "taken" | "too-late" | "later";

async function told(ports: AnswerPorts, incidentId: string, logger: StepLogger): Promise<Told> {
  try {
    return await deliverAnswer(ports, incidentId);
  } catch (error) {
    if (!(error instanceof TransientUpstreamError)) throw error;
    logger.warn("an answer could not be sent yet", { incidentId, error });
    return "later";
  }
}

/** Whoever decided is still telling the run for so long; after that somebody else may try. */
const TELLING_SECONDS = 30;

/** A decision that the run never took is no decision: who repeats it must not read that all is well. */
async function already(request: ApprovalRequest, now: string, tell: () => Promise<Told>): Promise<Decided> {
  if (request.state === "expired" || request.state === "void") {
    return tooLate(request, `the approval ${decisionInWords(request)}`);
  }
  if (request.delivered) return standing(request, "already-decided", "taken");
  const isBeingTold = secondsBetween(request.decidedAt ?? now, now) < TELLING_SECONDS;
  return standing(request, "already-decided", isBeingTold ? "later" : await tell());
}

function standing(request: ApprovalRequest, outcome: "decided" | "already-decided", told: Told): Decided {
  if (told === "too-late") return tooLate(request, "the run waits no more");
  const { incidentId, service, state } = request;
  const words = `${service}: the approval ${decisionInWords(request)}`;
  const message = told === "taken" ? words : `${words}; the run could not be told yet, and is told within two minutes`;
  return { outcome, incidentId, state, delivered: told === "taken", message };
}

function decisionOf({ decision, by, reason, via }: Decide, decidedAt: string): ApprovalDecision {
  const state = decision === "approve" ? "approved" : "denied";
  return { state, decidedBy: by, via: via ?? "cli", reason: reason?.trim() ?? "", decidedAt };
}

function tooLate({ incidentId, service, state }: ApprovalRequest, why: string): Decided {
  return { outcome: "too-late", incidentId, state, delivered: false, message: `${service}: too late, ${why}; nothing was carried out` };
}
