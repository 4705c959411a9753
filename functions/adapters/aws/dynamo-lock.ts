import {
  ConditionalCheckFailedException,
  GetItemCommand,
  type TransactWriteItem,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { IncidentStore } from "../../ports/incident-store.ts";
import { type AttributeMap, fromAttributes } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { keys } from "./table-keys.ts";
import { unlessRefused } from "./unless-refused.ts";

/**
 * The lease lock of a service (`SVC#s / LOCK`), or of a group (`GROUP#g / OPEN`) by `groupLockName`. The item is never deleted, so its fence only grows; it has no TTL, since DynamoDB may keep
 * an expired item for days. `leaseUntil` is epoch seconds and is compared with the writer's own clock only.
 */
export function dynamoLock(
  table: string,
  client: DynamoSender = dynamoClient(),
): Pick<IncidentStore, "acquire" | "renew" | "release" | "holder"> {
  const update = (input: Omit<UpdateItemCommandInput, "TableName">) =>
    callAws("dynamodb:UpdateItem", () => client.send(new UpdateItemCommand({ TableName: table, ...input })));

  return {
    async acquire(service, owner, incidentId, now, leaseSeconds) {
      const nowSeconds = epochSeconds(now);
      try {
        const { Attributes = {} } = await update({
          Key: keys.lock(service),
          UpdateExpression: "SET #owner = :me, leaseUntil = :until, incidentId = :incident ADD fence :one",
          ConditionExpression: "attribute_not_exists(#owner) OR leaseUntil < :now OR #owner = :me",
          ExpressionAttributeNames: { "#owner": "owner" },
          ExpressionAttributeValues: {
            ":me": { S: owner },
            ":incident": { S: incidentId },
            ":until": { N: String(nowSeconds + leaseSeconds) },
            ":now": { N: String(nowSeconds) },
            ":one": { N: "1" },
          },
          ReturnValues: "ALL_NEW",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        });
        const held = lockItem(Attributes);
        return { outcome: "acquired", lock: { fence: held.fence, leaseUntil: held.leaseUntil } };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        const held = lockItem(error.Item ?? {});
        return { outcome: "held", owner: held.owner, incidentId: held.incidentId, leaseUntil: held.leaseUntil };
      }
    },

    async renew(service, owner, fence, now, leaseSeconds) {
      const until = epochSeconds(now) + leaseSeconds;
      const renewed = await unlessRefused(() =>
        update({
          Key: keys.lock(service),
          UpdateExpression: "SET leaseUntil = :until",
          ConditionExpression: "#owner = :me AND fence = :fence",
          ExpressionAttributeNames: { "#owner": "owner" },
          ExpressionAttributeValues: { ":me": { S: owner }, ":fence": { N: String(fence) }, ":until": { N: String(until) } },
        }),
      );
      return renewed ? { fence, leaseUntil: isoOf(until) } : null;
    },

    release: (service, owner) => unlessRefused(() => update(releaseExpression(service, owner))),

    async holder(service) {
      const { Item } = await callAws("dynamodb:GetItem", () =>
        client.send(new GetItemCommand({ TableName: table, Key: keys.lock(service), ConsistentRead: true })),
      );
      if (Item?.owner === undefined) return null;
      const held = lockItem(Item);
      return { owner: held.owner, incidentId: held.incidentId, leaseUntil: held.leaseUntil };
    },
  };
}

/** Frees the lock in a transaction; refused when `owner` does not hold it (any more). */
export function releaseInTransaction(table: string, service: string, owner: string): TransactWriteItem {
  return { Update: { TableName: table, ...releaseExpression(service, owner) } };
}

/** Only while `owner` holds the lock with this fence. */
export function lockHeldCheck(table: string, service: string, owner: string, fence: number): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: table,
      Key: keys.lock(service),
      ConditionExpression: "#owner = :me AND fence = :fence",
      ExpressionAttributeNames: { "#owner": "owner" },
      ExpressionAttributeValues: { ":me": { S: owner }, ":fence": { N: String(fence) } },
    },
  };
}

function releaseExpression(service: string, owner: string) {
  return {
    Key: keys.lock(service),
    UpdateExpression: "REMOVE #owner, leaseUntil, incidentId",
    ConditionExpression: "#owner = :me",
    ExpressionAttributeNames: { "#owner": "owner" },
    ExpressionAttributeValues: { ":me": { S: owner } },
  };
}

function lockItem(item: AttributeMap) {
  const { owner = "", incidentId = "", fence = 0, leaseUntil = 0 } = fromAttributes(item);
  return { owner: String(owner), incidentId: String(incidentId), fence: Number(fence), leaseUntil: isoOf(Number(leaseUntil)) };
}

function epochSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
