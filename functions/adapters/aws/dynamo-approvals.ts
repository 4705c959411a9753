import { type QueryCommandInput, type TransactWriteItem, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { ApprovalDecision, ApprovalRequest } from "../../domain/approval.ts";
import { TransientUpstreamError } from "../../domain/errors.ts";
import type { Approvals, NewApprovalRequest } from "../../ports/approvals.ts";
import { APPROVAL_DUE, APPROVAL_PREFIX, decisionUpdate, fromApprovalItem, toApprovalItem, tokenUpdate } from "./approval-item.ts";
import type { AttributeMap } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { type TransactionPart, transact } from "./dynamo-transaction.ts";
import { toEventItem } from "./incident-items.ts";
import { queryAll } from "./query-all.ts";
import { keys } from "./table-keys.ts";
import { unlessRefused } from "./unless-refused.ts";

/** A repetition, a decision and another plan may come between reading and writing: then it is read again. */
const MAXIMUM_ROUNDS = 5;

/** Requests for an approval in the one table. Conditions decide, not what was read before. */
export function dynamoApprovals(table: string, client: DynamoSender = dynamoClient()): Approvals {
  const putNew = (Item: AttributeMap): TransactWriteItem => ({
    Put: { TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" },
  });
  const update = (input: TransactWriteItem["Update"]) =>
    unlessRefused(() => callAws("dynamodb:UpdateItem", () => client.send(new UpdateItemCommand(input as never))));

  const latest = async (incidentId: string): Promise<ApprovalRequest | null> => {
    const items = await queryAll(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": { S: `INC#${incidentId}` }, ":prefix": { S: APPROVAL_PREFIX } },
    });
    return items.map(fromApprovalItem).reduce<ApprovalRequest | null>((newest, one) => (newest && newest.n > one.n ? newest : one), null);
  };

  const inDueIndex = async (input: Omit<QueryCommandInput, "TableName" | "IndexName">, limit: number) => {
    const items = await queryAll(client, { TableName: table, IndexName: "due", Limit: limit, ...input });
    return items.slice(0, limit).map(fromApprovalItem);
  };

  return {
    latest,

    due: (now, limit) =>
      inDueIndex(
        {
          KeyConditionExpression: "duepk = :kind AND duesk <= :until",
          // Behind the time comes what it is due for: `~` is after all of that.
          ExpressionAttributeValues: { ":kind": { S: APPROVAL_DUE }, ":until": { S: `${now}~` } },
        },
        limit,
      ),

    pending: (limit) =>
      inDueIndex(
        {
          KeyConditionExpression: "duepk = :kind",
          FilterExpression: "#state = :pending",
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: { ":kind": { S: APPROVAL_DUE }, ":pending": { S: "pending" } },
        },
        limit,
      ),

    async ask(request, event) {
      for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
        const kept = await latest(request.incidentId);
        if (kept !== null && repeats(request, kept)) {
          const isOld = kept.tokenSha256 === request.tokenSha256 || kept.tokenAt > request.tokenAt;
          if (isOld || (await update(tokenUpdate(table, request, kept)))) return kept;
          continue;
        }
        const asked = { ...request, n: (kept?.n ?? 0) + 1 };
        const asking: TransactionPart[] = [
          { write: putNew(toApprovalItem(asked)), whenRefused: () => "stop" },
          { write: putNew(toEventItem(request.incidentId, event)), whenRefused: () => "drop" },
          ...(kept?.state === "pending" ? [voided(table, kept, request)] : []),
        ];
        if (await transact(client, asking)) return asked;
      }
      throw new TransientUpstreamError(`the approval of ${request.incidentId} was still in conflict after ${MAXIMUM_ROUNDS} tries`);
    },

    async decide(request, decision, event) {
      let refused: "not-pending" | "incident-closed" = "not-pending";
      const decided = await transact(client, [
        { write: { Update: decisionUpdate(table, request, decision, true) }, whenRefused: () => "stop" },
        {
          write: incidentOpen(table, request.incidentId),
          whenRefused: () => {
            refused = "incident-closed";
            return "stop";
          },
        },
        { write: putNew(toEventItem(request.incidentId, event)), whenRefused: () => "drop" },
      ]);
      return decided ? "decided" : refused;
    },

    async settle({ incidentId, n, tokenSha256 }, delivered) {
      await update({
        TableName: table,
        Key: keys.approval(incidentId, n),
        UpdateExpression: "SET delivered = :delivered REMOVE duepk, duesk",
        ConditionExpression: "tokenSha256 = :sha",
        ExpressionAttributeValues: { ":delivered": { BOOL: delivered }, ":sha": { S: tokenSha256 } },
      });
    },

    async abandon(request, decision) {
      await update(decisionUpdate(table, request, decision, false));
    },
  };
}

function repeats(request: NewApprovalRequest, kept: ApprovalRequest): boolean {
  return kept.planHash === request.planHash && kept.execution === request.execution;
}

/** Nobody waits for the answer to an old question: the same state asks a new one. */
function voided(table: string, kept: ApprovalRequest, { requestedAt }: NewApprovalRequest): TransactionPart {
  const decision: ApprovalDecision = {
    state: "void",
    decidedBy: "rollguard",
    via: "policy",
    reason: "there is another plan by now",
    decidedAt: requestedAt,
  };
  return { write: { Update: decisionUpdate(table, kept, decision, false) }, whenRefused: () => "drop" };
}

function incidentOpen(table: string, incidentId: string): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: table,
      Key: keys.meta(incidentId),
      ConditionExpression: "#status = :open",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":open": { S: "open" } },
    },
  };
}
