import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type WouldHave, WouldHaveSchema } from "../../domain/would-have.ts";
import type { WouldHaves } from "../../ports/would-haves.ts";
import { type AttributeMap, fromAttributes, toAttributes } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { queryAll } from "./query-all.ts";
import { keys } from "./table-keys.ts";

/** Partition of the index `gsi1` that holds the records of all services by time. */
const ALL_SERVICES = "WOULD";

/** `SVC#s / WOULD#at#trigger` in the one table. The table has no time to live, so they stay as incidents do. */
export function dynamoWouldHaves(table: string, client: DynamoSender = dynamoClient()): WouldHaves {
  return {
    async record(wouldHave) {
      const put = new PutItemCommand({ TableName: table, Item: toItem(wouldHave), ConditionExpression: "attribute_not_exists(pk)" });
      try {
        await callAws("dynamodb:PutItem", () => client.send(put));
        return "recorded";
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return "already-recorded";
        throw error;
      }
    },

    async of({ service, at, trigger }) {
      const get = new GetItemCommand({ TableName: table, Key: keys.wouldHave(service, at, trigger), ConsistentRead: true });
      const { Item } = await callAws("dynamodb:GetItem", () => client.send(get));
      return Item === undefined ? null : fromItem(Item);
    },

    async list(service, limit) {
      const items = await queryAll(client, {
        TableName: table,
        ...(service === null
          ? {
              IndexName: "gsi1",
              KeyConditionExpression: "gsi1pk = :pk",
              ExpressionAttributeValues: { ":pk": { S: ALL_SERVICES } },
            }
          : {
              ConsistentRead: true,
              KeyConditionExpression: "pk = :pk AND begins_with(sk, :kind)",
              ExpressionAttributeValues: { ":pk": { S: `SVC#${service}` }, ":kind": { S: "WOULD#" } },
            }),
        ScanIndexForward: false,
        Limit: limit,
      });
      return items.slice(0, limit).map(fromItem);
    },
  };
}

function toItem(wouldHave: WouldHave): AttributeMap {
  const { service, at, trigger } = wouldHave;
  return {
    ...keys.wouldHave(service, at, trigger),
    gsi1pk: { S: ALL_SERVICES },
    gsi1sk: { S: `${at}#${service}#${trigger}` },
    ...toAttributes(wouldHave),
  };
}

/** Throws a ZodError when somebody else wrote the item. */
function fromItem(item: AttributeMap): WouldHave {
  const { pk, sk, gsi1pk, gsi1sk, ...wouldHave } = item;
  return WouldHaveSchema.parse(fromAttributes(wouldHave));
}
