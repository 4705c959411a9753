import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { TransientUpstreamError } from "../../domain/errors.ts";
import { acknowledgedEvent, acknowledgedNotice, type EscalationNotice, sentNotice } from "../../domain/escalation.ts";
import type { Escalations } from "../../ports/escalations.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { type TransactionPart, transact } from "./dynamo-transaction.ts";
import { DUE_PARTITION, ESCALATION_PREFIX, fromEscalationItem, putEvent, putWhilePending, toEscalationItem } from "./escalation-item.ts";
import { toEventItem } from "./incident-items.ts";
import { queryAll } from "./query-all.ts";

/** So often is an acknowledgement tried anew when a sweep sends something in between. */
const MOST_TRIES = 5;
/** Sorts behind every sort key that begins with the same time. */
const AFTER_ALL = "~";

/** Calls that are due at a time, beside their incident in the one table; the index `due` finds what is pending. */
export function dynamoEscalations(tableName: string, client: DynamoSender = dynamoClient()): Escalations {
  const waiting = async (until: string | null, limit: number) => {
    const items = await queryAll(client, {
      TableName: tableName,
      IndexName: "due",
      KeyConditionExpression: until === null ? "duepk = :due" : "duepk = :due AND duesk <= :until",
      ExpressionAttributeValues: {
        ":due": { S: DUE_PARTITION },
        ...(until === null ? {} : { ":until": { S: `${until}${AFTER_ALL}` } }),
      },
      Limit: limit,
    });
    return items.slice(0, limit).map(fromEscalationItem);
  };
  const of = async (incidentId: string) => {
    const items = await queryAll(client, {
      TableName: tableName,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :kind)",
      ExpressionAttributeValues: { ":pk": { S: `INC#${incidentId}` }, ":kind": { S: ESCALATION_PREFIX } },
    });
    return items.map(fromEscalationItem).sort(byDueTime);
  };
  const send = async (notice: EscalationNotice, at: string) =>
    await transact(client, [
      { write: putWhilePending(tableName, sentNotice(notice, at)), whenRefused: () => "stop" },
      { write: putEvent(tableName, notice, at), whenRefused: () => "stop" },
    ]);

  return {
    of,
    send,

    async schedule(notices, at) {
      for (const notice of notices) {
        const isDue = notice.state === "pending" && notice.dueAt <= at;
        await transact(client, [
          ...(isDue ? [stopWhenRefused(putEvent(tableName, notice, at, notice.dueAt))] : []),
          { write: putUnlessPending(tableName, isDue ? sentNotice(notice, at) : notice), whenRefused: () => "drop" },
        ]);
      }
    },

    async due(now, limit) {
      return await waiting(now, limit);
    },

    async pending(limit) {
      return await waiting(null, limit);
    },

    async acknowledge(incidentId, acknowledgement, tiers) {
      const { by, reason, at } = acknowledgement;
      for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
        const pending = (await of(incidentId)).filter(({ state, tier }) => state === "pending" && (tiers?.includes(tier) ?? true));
        if (pending.length === 0) return [];
        const silenced = pending.map((notice) => acknowledgedNotice(notice, by, reason, at));
        const event = toEventItem(incidentId, acknowledgedEvent(silenced, acknowledgement));
        const written = await transact(client, [
          ...silenced.map((notice) => stopWhenRefused(putWhilePending(tableName, notice))),
          // nobody is called by it, so an event that is there already is enough
          {
            write: { Put: { TableName: tableName, Item: event, ConditionExpression: "attribute_not_exists(pk)" } },
            whenRefused: () => "drop",
          },
        ]);
        if (written) return silenced;
      }
      throw new TransientUpstreamError(`the calls of ${incidentId} kept changing while they were acknowledged`, { tries: MOST_TRIES });
    },
  };
}

function stopWhenRefused(write: TransactWriteItem): TransactionPart {
  return { write, whenRefused: () => "stop" };
}

/** A tier that waits already keeps its own, which may be another call than this one. */
function putUnlessPending(table: string, notice: EscalationNotice): TransactWriteItem {
  return {
    Put: {
      TableName: table,
      Item: toEscalationItem(notice),
      ConditionExpression: notice.state === "sent" ? "attribute_not_exists(pk) OR #state <> :pending" : "attribute_not_exists(pk)",
      ...(notice.state === "sent"
        ? { ExpressionAttributeNames: { "#state": "state" }, ExpressionAttributeValues: { ":pending": { S: "pending" } } }
        : {}),
    },
  };
}

function byDueTime(one: EscalationNotice, other: EscalationNotice): number {
  const [a, b] = [`${one.dueAt}#${one.tier}`, `${other.dueAt}#${other.tier}`];
  return a < b ? -1 : a > b ? 1 : 0;
}
