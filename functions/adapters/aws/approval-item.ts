import type { ApprovalDecision, ApprovalRequest } from "../../domain/approval.ts";
import { secondsAfter } from "../../domain/time.ts";
import { type AttributeMap, fromAttributes, toAttributes } from "./attribute-value.ts";
import { keys } from "./table-keys.ts";

/** Partition of approvals in the index `due`. What waits in one kind must not keep another kind waiting, so each has its own. */
export const APPROVAL_DUE = "DUE#APPR";
export const APPROVAL_PREFIX = "APPR#";
/** Whoever decides sends the answer himself; the sweep sends it again when that did not happen within so long. */
const SEND_AGAIN_SECONDS = 30;

/** `INC#i / APPR#n`, in the index `due` until nothing is left to send. */
export function toApprovalItem(request: ApprovalRequest): AttributeMap {
  const dueAt = request.state === "pending" ? request.deadlineAt : request.requestedAt;
  return { ...keys.approval(request.incidentId, request.n), ...dueKeys(request, dueAt), ...toAttributes(request) };
}

/** The items are ours, so their shape is trusted here. */
export function fromApprovalItem(item: AttributeMap): ApprovalRequest {
  const { pk, sk, duepk, duesk, ...request } = item;
  return fromAttributes(request) as unknown as ApprovalRequest;
}

/** Decides while it is pending; `sends`: the answer is due at once, and again until it was taken. */
export function decisionUpdate(table: string, request: ApprovalRequest, decision: ApprovalDecision, sends: boolean) {
  const { decidedBy, via, reason, decidedAt, state } = decision;
  const due = dueKeys(request, secondsAfter(decidedAt, SEND_AGAIN_SECONDS));
  const decided = "#state = :state, decidedBy = :by, via = :via, reason = :reason, decidedAt = :at";
  return {
    TableName: table,
    Key: keys.approval(request.incidentId, request.n),
    UpdateExpression: sends ? `SET ${decided}, duepk = :duepk, duesk = :duesk` : `SET ${decided} REMOVE duepk, duesk`,
    ConditionExpression: "#state = :pending AND planHash = :plan",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ...toAttributes({ ":state": state, ":by": decidedBy, ":via": via, ":reason": reason, ":at": decidedAt }),
      ...toAttributes({ ":pending": "pending", ":plan": request.planHash }),
      ...(sends ? { ":duepk": due.duepk, ":duesk": due.duesk } : {}),
    },
  };
}

/** A later try's token for the same question, as long as its answer is the one that was read; an answer that was given is sent again to this token. */
export function tokenUpdate(table: string, { tokenSha256, tokenCipher, tokenAt }: Token, kept: ApprovalRequest) {
  const pending = kept.state === "pending";
  const due = dueKeys(kept, pending ? kept.deadlineAt : tokenAt);
  return {
    TableName: table,
    Key: keys.approval(kept.incidentId, kept.n),
    UpdateExpression: "SET tokenSha256 = :sha, tokenCipher = :cipher, tokenAt = :at, delivered = :no, duepk = :duepk, duesk = :duesk",
    ConditionExpression: "#state = :state AND tokenAt <= :at",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ...toAttributes({ ":sha": tokenSha256, ":cipher": tokenCipher, ":at": tokenAt, ":no": false, ":state": kept.state }),
      ":duepk": due.duepk,
      ":duesk": due.duesk,
    },
  };
}

type Token = Pick<ApprovalRequest, "tokenSha256" | "tokenCipher" | "tokenAt">;

function dueKeys({ incidentId, n }: Pick<ApprovalRequest, "incidentId" | "n">, dueAt: string) {
  return { duepk: { S: APPROVAL_DUE }, duesk: { S: `${dueAt}#${incidentId}#${n}` } };
}
