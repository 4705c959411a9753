import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type TunedAlarm, TunedAlarmSchema } from "../../domain/tuning/tuned-alarm.ts";
import type { Tunings } from "../../ports/tunings.ts";
import { type AttributeMap, fromAttributes, toAttributes } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { queryAll } from "./query-all.ts";
import { keys } from "./table-keys.ts";
import { unlessRefused } from "./unless-refused.ts";

/** Tunings beside their service in the one table. */
export function dynamoTunings(tableName: string, client: DynamoSender = dynamoClient()): Tunings {
  const key = ({ service, trigger }: TunedAlarm) => keys.tuning(service, trigger);
  const thisRevision = (revision: number) => ({
    TableName: tableName,
    ConditionExpression: "revision = :revision",
    ExpressionAttributeValues: { ":revision": { N: String(revision) } },
  });

  return {
    async ofService(service) {
      const items = await queryAll(client, {
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":pk": { S: `SVC#${service}` }, ":prefix": { S: "ALARM#" } },
      });
      return items.map(fromTuningItem);
    },

    keep(record) {
      const Item = { ...key(record), ...toAttributes(record) };
      const condition =
        record.revision === 1
          ? { TableName: tableName, ConditionExpression: "attribute_not_exists(pk)" }
          : thisRevision(record.revision - 1);
      return unlessRefused(() => callAws("dynamodb:PutItem", () => client.send(new PutItemCommand({ ...condition, Item }))));
    },

    applied(record, at) {
      const { ExpressionAttributeValues, ...condition } = thisRevision(record.revision);
      const update = new UpdateItemCommand({
        ...condition,
        Key: key(record),
        UpdateExpression: "SET appliedAt = :at",
        ExpressionAttributeValues: { ...ExpressionAttributeValues, ":at": { S: at } },
      });
      return unlessRefused(() => callAws("dynamodb:UpdateItem", () => client.send(update)));
    },

    forget(record) {
      const gone = new DeleteItemCommand({ ...thisRevision(record.revision), Key: key(record) });
      return unlessRefused(() => callAws("dynamodb:DeleteItem", () => client.send(gone)));
    },
  };
}

/** Throws a ZodError when somebody else wrote the item. */
function fromTuningItem(item: AttributeMap): TunedAlarm {
  const { pk: _pk, sk: _sk, ...record } = fromAttributes(item);
  return TunedAlarmSchema.parse(record);
}
