import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type Look, LookSchema } from "../../domain/looks/look.ts";
import type { Looks } from "../../ports/looks.ts";
import { type AttributeMap, fromAttributes, toAttributes } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { queryAll } from "./query-all.ts";
import { keys } from "./table-keys.ts";
import { unlessRefused } from "./unless-refused.ts";

/** `SVC#s / LOOK#release@liveSince#minutes` in the one table. */
export function dynamoLooks(table: string, client: DynamoSender = dynamoClient()): Looks {
  const looksFrom = async (service: string, prefix: string) => {
    const items = await queryAll(client, {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": { S: `SVC#${service}` }, ":prefix": { S: prefix } },
    });
    return items.flatMap(fromLookItem);
  };

  return {
    keep(look) {
      const put = new PutItemCommand({
        TableName: table,
        Item: { ...keys.look(look), ...toAttributes(look) },
        ConditionExpression: "attribute_not_exists(pk)",
      });
      return unlessRefused(() => callAws("dynamodb:PutItem", () => client.send(put)));
    },

    ofRun: ({ service, release, liveSince }) => looksFrom(service, `LOOK#${release}@${liveSince}#`),
    ofService: (service) => looksFrom(service, "LOOK#"),
  };
}

/**
 * None where the shape is another one, so that one look of another version hides no others. Where that is the look that is due, it is judged anew but never kept, and
 * what it starts has the same name as before.
 */
function fromLookItem(item: AttributeMap): readonly Look[] {
  const { pk: _pk, sk: _sk, ...look } = fromAttributes(item);
  const parsed = LookSchema.safeParse(look);
  return parsed.success ? [parsed.data] : [];
}
