import { ConditionalCheckFailedException, PutItemCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { IncidentEndedError, InvalidInputError, TransientUpstreamError } from "../../domain/errors.ts";
import { locksOf } from "../../domain/group/locks.ts";
import type { IncidentMeta, TimelineEvent } from "../../domain/incident.ts";
import type { IncidentStore } from "../../ports/incident-store.ts";
import type { AttributeMap } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import type { DynamoSender } from "./dynamo-client.ts";
import { lockHeldCheck, releaseInTransaction } from "./dynamo-lock.ts";
import { type TransactionPart, transact } from "./dynamo-transaction.ts";
import { escalationParts } from "./escalation-item.ts";
import { governanceParts } from "./governance-items.ts";
import { toAlarmItem, toEventItem, toMetaItem, toSeriesItem } from "./incident-items.ts";
import { ledgerParts } from "./release-item.ts";
import { verdictParts } from "./verdict-parts.ts";

type Writes = Pick<IncidentStore, "open" | "attach" | "append" | "saveSeries" | "close">;

/** State change and timeline event go into one transaction, so that neither is ever without the other. */
export function dynamoIncidentWrites(table: string, client: DynamoSender, release: IncidentStore["release"]): Writes {
  const putNew = (Item: AttributeMap): TransactWriteItem => ({
    Put: { TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" },
  });
  const putOnce = (Item: AttributeMap): TransactionPart => ({ write: putNew(Item), whenRefused: () => "drop" });

  /** An alarm that was OK in between and fires again is news: the last look has to see it. */
  const putLatest = (Item: AttributeMap): TransactionPart => ({
    write: {
      Put: {
        TableName: table,
        Item,
        ConditionExpression: "attribute_not_exists(pk) OR #at < :at",
        ExpressionAttributeNames: { "#at": "at" },
        ExpressionAttributeValues: { ":at": Item.at ?? { S: "" } },
      },
    },
    whenRefused: () => "drop",
  });

  return {
    async open(meta, event, fence) {
      const lockLost = () => {
        // Retried by name: the next try acquires again, or learns who holds the lock and joins.
        throw new TransientUpstreamError(`the lock of ${meta.service} was lost while incident ${meta.id} was being opened`, { fence });
      };
      await transact(client, [
        { write: lockHeldCheck(table, meta.service, meta.execution, fence), whenRefused: lockLost },
        { write: putNew(toMetaItem(meta)), whenRefused: (stored) => openedBefore(meta, stored) },
        putOnce(toEventItem(meta.id, outboxed(meta, event))),
      ]);
    },

    async attach(incidentId, alarm, event) {
      await transact(client, [putLatest(toAlarmItem(incidentId, alarm)), putOnce(toEventItem(incidentId, event))]);
    },

    async append(incidentId, events) {
      // One after the other: the stream delivers in the order of writing.
      for (const event of events) await putUnlessThere(client, table, toEventItem(incidentId, event));
    },

    async saveSeries(incidentId, series) {
      await Promise.all(
        series.map((one) =>
          callAws("dynamodb:PutItem", () => client.send(new PutItemCommand({ TableName: table, Item: toSeriesItem(incidentId, one) }))),
        ),
      );
    },

    async close(meta, event, verdicts, ledger = { badRelease: null, quarantine: [] }, after = { governance: null, escalations: [] }) {
      const closed = await transact(client, [
        { write: putUnlessClosed(table, meta), whenRefused: () => "stop" },
        putOnce(toEventItem(meta.id, outboxed(meta, event))),
        // A lock lost long ago must not keep the record from being written.
        ...locksOf(meta).map(
          (name): TransactionPart => ({ write: releaseInTransaction(table, name, meta.execution), whenRefused: () => "drop" }),
        ),
        ...verdictParts(table, client, meta, verdicts),
        ...ledgerParts(table, meta, ledger),
        ...(after.governance === null ? [] : governanceParts(table, meta, after.governance)),
        ...escalationParts(table, after.escalations, event.at),
      ]);
      if (!closed) for (const name of locksOf(meta)) await release(name, meta.execution);
    },
  };
}

function outboxed(meta: IncidentMeta, event: TimelineEvent): TimelineEvent {
  return { service: meta.service, topicArn: meta.topicArn, ...event };
}

/** Our own earlier try wrote it. A closed one is the tombstone of its execution: nothing may be done under it. */
function openedBefore(meta: IncidentMeta, stored: AttributeMap | undefined): "stop" {
  const execution = stored?.execution?.S;
  if (execution !== undefined && execution !== meta.execution) {
    throw new InvalidInputError(`incident ${meta.id} belongs to execution ${execution}, not to ${meta.execution}`);
  }
  if (stored?.status?.S === "closed") throw new IncidentEndedError(`incident ${meta.id} was closed before it could be opened`);
  return "stop";
}

function putUnlessClosed(table: string, meta: IncidentMeta): TransactWriteItem {
  return {
    Put: {
      TableName: table,
      Item: toMetaItem(meta),
      ConditionExpression: "attribute_not_exists(pk) OR #status <> :closed",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":closed": { S: "closed" } },
    },
  };
}

async function putUnlessThere(client: DynamoSender, table: string, Item: AttributeMap): Promise<void> {
  try {
    await callAws("dynamodb:PutItem", () =>
      client.send(new PutItemCommand({ TableName: table, Item, ConditionExpression: "attribute_not_exists(pk)" })),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
