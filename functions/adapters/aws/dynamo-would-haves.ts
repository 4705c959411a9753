import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { arrivalKey, type WouldHave, WouldHaveSchema } from "../../domain/would-have.ts";
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
  /** Null when it was put, else what was there before. */
  const putUnlessThere = async (Item: AttributeMap): Promise<AttributeMap | null> => {
    const onlyNew = { ConditionExpression: "attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;
    try {
      await callAws("dynamodb:PutItem", () => client.send(new PutItemCommand({ TableName: table, Item, ...onlyNew })));
      return null;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return error.Item ?? {};
      throw error;
    }
  };

  /** The time of the record. The first arrival of a finding is kept beside it (`ARRIVED#...`), before it: who dies between leaves the time for the next one. */
  const firstArrival = async (wouldHave: WouldHave): Promise<string> => {
    const { service, at } = wouldHave;
    const key = arrivalKey(wouldHave);
    if (key === null) return at;
    const before = await putUnlessThere({ pk: { S: `SVC#${service}` }, sk: { S: `ARRIVED#${key}` }, at: { S: at } });
    return before?.at?.S ?? at;
  };

  return {
    async record(wouldHave) {
      const at = await firstArrival(wouldHave);
      const there = await putUnlessThere(toItem({ ...wouldHave, at }));
      return there === null ? "recorded" : "already-recorded";
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
