import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type BaselineItem, BaselineItemSchema } from "../../domain/baselines/baseline-item.ts";
import type { Baselines } from "../../ports/baselines.ts";
import { type AttributeMap, fromAttributes, toAttributes } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { queryAll } from "./query-all.ts";
import { keys } from "./table-keys.ts";
import { unlessRefused } from "./unless-refused.ts";

/** Baselines beside their service in the one table, one for each release and signal. */
export function dynamoBaselines(tableName: string, client: DynamoSender = dynamoClient()): Baselines {
  return {
    async ofService(service) {
      const items = await queryAll(client, {
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":pk": { S: `SVC#${service}` }, ":prefix": { S: "BASE#" } },
      });
      return items.flatMap(fromBaselineItem);
    },

    keep(item) {
      const put = new PutItemCommand({
        TableName: tableName,
        Item: { ...keys.baseline(item.service, item.release, item.signal), ...toAttributes(item) },
        ConditionExpression: "attribute_not_exists(pk) OR #to <= :to",
        ExpressionAttributeNames: { "#to": "to" },
        ExpressionAttributeValues: { ":to": { S: item.to } },
      });
      return unlessRefused(() => callAws("dynamodb:PutItem", () => client.send(put)));
    },

    async forget({ service, release, signal }) {
      const gone = new DeleteItemCommand({ TableName: tableName, Key: keys.baseline(service, release, signal) });
      await callAws("dynamodb:DeleteItem", () => client.send(gone));
    },
  };
}

/** None where the shape is another one: baselines are taken again, so nobody needs to guess. */
function fromBaselineItem(item: AttributeMap): readonly BaselineItem[] {
  const { pk: _pk, sk: _sk, ...baseline } = fromAttributes(item);
  const parsed = BaselineItemSchema.safeParse(baseline);
  return parsed.success ? [parsed.data] : [];
}
