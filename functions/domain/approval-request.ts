import { type ApprovalDecision, type ApprovalRequest, decisionInWords } from "./approval.ts";
import type { Sha256 } from "./execution-name.ts";
import { laneOf } from "./group/lane-document.ts";
import type { TimelineEvent } from "./incident.ts";
import { isLeft } from "./lanes.ts";
import { isRestoring } from "./plan-steps.ts";
import type { Plan, RollbackDocument } from "./rollback-document.ts";
import { inWords, secondsBetween } from "./time.ts";

/** How many steps a question names one by one. */
const NAMED_STEPS = 6;
/** An item of the table has room for so much, and a person for less. */
const MOST_REASONS = 30;
const MOST_CHARACTERS = 400;

/** What an approval is about: the hash that governance gave the plan, else the same of strategy, targets and steps. */
export function planHashOf({ governance, strategy, steps }: Plan, sha256: Sha256): string {
  return governance.planHash ?? sha256(JSON.stringify({ strategy, steps })).slice(0, 12);
}

/** What is asked, in one sentence: what goes back to what, how, and which rule wants a person for it. */
export function scopeOf(document: Pick<RollbackDocument, "trigger" | "plan">): string {
  const { trigger, plan } = document;
  if (plan === undefined) return `${trigger.service}: no plan`;
  const { governance } = plan;
  const check = governance.checks.find(({ rule, outcome }) => rule === governance.rule && outcome === "fail");
  const why = check === undefined ? "" : `; rule ${check.rule} asks for a person: ${check.observed}`;
  const members = plan.waves?.flat() ?? [];
  if (members.length < 2) return `${trigger.service}: ${planInWords(plan)}${why}`;
  const each = members.map((member) => {
    const lane = laneOf(document, "plan", member);
    return lane === undefined || isLeft(lane) ? member : `${member}: ${planInWords(lane)}`;
  });
  return `${trigger.service} and its group, ${members.length} services, wave by wave: ${each.join("; ")}${why}`;
}

/** What people have to go by: what was seen, then what is planned. */
export function reasonsOf({ assessment, plan }: Pick<RollbackDocument, "assessment" | "plan">): string[] {
  const all = [...(assessment?.reasons ?? []), ...(plan?.reasons ?? [])];
  return all.slice(0, MOST_REASONS).map((reason) => (reason.length > MOST_CHARACTERS ? `${reason.slice(0, MOST_CHARACTERS)}...` : reason));
}

function planInWords({ strategy, steps }: Plan): string {
  const restoring = steps.find(isRestoring);
  const goal = restoring?.target?.image ?? (restoring?.replicas == null ? null : `${restoring.replicas} replicas`);
  const ids = steps.slice(0, NAMED_STEPS).map(({ id }) => id);
  const more = steps.length > NAMED_STEPS ? ` and ${steps.length - NAMED_STEPS} more` : "";
  return `${goal === null ? `carry out ${strategy}` : `roll back to ${goal}, ${strategy}`} (${ids.join(", ")}${more})`;
}

/** The page to people, with the command that answers it. Of a request that is void from the beginning it is no more than a line in the timeline. */
export function askedEvent(request: Omit<ApprovalRequest, "n">): TimelineEvent {
  const { incidentId, service, topicArn, planHash, scope, requestedAt, deadlineAt, state } = request;
  const waits = state === "pending";
  const otherwise = { proceed: "it is carried out", abort: "it is dropped", escalate: "it is dropped and on-call is paged" };
  const within = inWords(secondsBetween(requestedAt, deadlineAt));
  return {
    id: `${requestedAt}#RequestApproval#${planHash}`,
    at: requestedAt,
    type: "approval_requested",
    message: waits
      ? `${scope}. Look at it: rollguard show ${incidentId}. Answer within ${within}: rollguard approve ${incidentId}, or rollguard deny ${incidentId} --reason "...". Without an answer ${otherwise[request.onTimeout]}`
      : `${scope}. Nobody is asked: ${request.reason}`,
    urgency: waits ? "page" : "quiet",
    data: { planHash, deadlineAt, onTimeout: request.onTimeout },
    service,
    topicArn,
  };
}

/** What became of it. On-call is paged where nobody answered and the blueprint says `escalate`. */
export function decidedEvent(request: ApprovalRequest, decision: ApprovalDecision): TimelineEvent {
  const { n, service, topicArn, scope, planHash } = request;
  return {
    id: `${decision.decidedAt}#DecideApproval#${n}`,
    at: decision.decidedAt,
    type: `approval_${decision.state}`,
    message: `${service}: the approval ${decisionInWords(decision)}. It was about: ${scope}`,
    urgency: decision.state === "expired" ? "page" : "notice",
    data: { n, planHash, decidedBy: decision.decidedBy, via: decision.via },
    service,
    topicArn,
  };
}
