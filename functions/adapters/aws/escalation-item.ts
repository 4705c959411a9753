import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { type EscalationNotice, escalationEvent, sentNotice } from "../../domain/escalation.ts";
import { type AttributeMap, fromAttributes, toAttributes } from "./attribute-value.ts";
import type { TransactionPart } from "./dynamo-transaction.ts";
import { toEventItem } from "./incident-items.ts";
import { keys } from "./table-keys.ts";

/** Partition of the index `due` for calls: what is due of other kinds has others, since an index cannot filter by a key. */
export const DUE_PARTITION = "DUE";
export const ESCALATION_PREFIX = "ESC#";

/** `INC#i / ESC#tier`. In the index `due` only while it is pending. */
export function toEscalationItem(notice: EscalationNotice): AttributeMap {
  const { incidentId, tier, dueAt, state } = notice;
  const due: AttributeMap = state === "pending" ? { duepk: { S: DUE_PARTITION }, duesk: { S: `${dueAt}#${incidentId}#${tier}` } } : {};
  return { ...keys.escalation(incidentId, tier), ...due, ...toAttributes(notice) };
}

/** The items are ours, so their shape is trusted here. */
export function fromEscalationItem(item: AttributeMap): EscalationNotice {
  const { pk, sk, duepk, duesk, ...notice } = item;
  return fromAttributes(notice) as unknown as EscalationNotice;
}

/**
 * What a closing incident leaves to be called, for the transaction that closes it (which is made once, so nothing here happens twice). A new call takes the place
 * of one of the same tier: the end is news to whoever was called before. What is due by `at` is sent by this very transaction; an acknowledged notice
 * silences a pending one, if it still is.
 */
export function escalationParts(table: string, notices: readonly EscalationNotice[], at: string): TransactionPart[] {
  return notices.flatMap((notice): TransactionPart[] => {
    if (notice.state === "acknowledged") return [{ write: putWhilePending(table, notice), whenRefused: () => "drop" }];
    const isDue = notice.state === "pending" && notice.dueAt <= at;
    const Item = toEscalationItem(isDue ? sentNotice(notice, at) : notice);
    const kept: TransactionPart = { write: { Put: { TableName: table, Item } }, whenRefused: () => "drop" };
    return isDue ? [kept, { write: putEvent(table, notice, at), whenRefused: () => "drop" }] : [kept];
  });
}

/** The notice in its new state, if the one of its tier and due time is still pending. */
export function putWhilePending(table: string, notice: EscalationNotice): TransactWriteItem {
  return {
    Put: {
      TableName: table,
      Item: toEscalationItem(notice),
      ConditionExpression: "#state = :pending AND dueAt = :dueAt",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: { ":pending": { S: "pending" }, ":dueAt": { S: notice.dueAt } },
    },
  };
}

/** The outbox delivers inserts only: an event is never written over. */
export function putEvent(table: string, notice: EscalationNotice, at: string, idAt: string = at): TransactWriteItem {
  return {
    Put: {
      TableName: table,
      Item: toEventItem(notice.incidentId, escalationEvent(notice, at, idAt)),
      ConditionExpression: "attribute_not_exists(pk)",
    },
  };
}
