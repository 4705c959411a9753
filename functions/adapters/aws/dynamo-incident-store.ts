import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { IncidentStore, SwitchState } from "../../ports/incident-store.ts";
import { fromAttributes, toAttributes } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { dynamoIncidentWrites } from "./dynamo-incident-writes.ts";
import { dynamoLock } from "./dynamo-lock.ts";
import { dynamoMembers } from "./dynamo-members.ts";
import { fromMetaItem, toIncident } from "./incident-items.ts";
import { queryAll } from "./query-all.ts";
import { keys } from "./table-keys.ts";

const NEVER_SWITCHED: SwitchState = { state: "armed", by: "default", reason: "never switched", at: "1970-01-01T00:00:00.000Z" };

/** Incidents, timeline, lease locks and the global switch in the one table. */
export function dynamoIncidentStore(tableName: string, client: DynamoSender = dynamoClient()): IncidentStore {
  const lock = dynamoLock(tableName, client);
  return {
    ...lock,
    ...dynamoIncidentWrites(tableName, client, lock.release),
    ...dynamoMembers(tableName, client),

    async read(incidentId) {
      const items = await queryAll(client, {
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: `INC#${incidentId}` } },
      });
      return toIncident(items);
    },

    async readMeta(incidentId) {
      const { Item } = await callAws("dynamodb:GetItem", () =>
        client.send(new GetItemCommand({ TableName: tableName, Key: keys.meta(incidentId), ConsistentRead: true })),
      );
      return Item === undefined ? null : fromMetaItem(Item);
    },

    async list({ service, limit }) {
      const index = service === undefined ? { name: "gsi1", key: "INC" } : { name: "gsi2", key: `SVC#${service}` };
      const items = await queryAll(client, {
        TableName: tableName,
        IndexName: index.name,
        KeyConditionExpression: `${index.name}pk = :key`,
        ExpressionAttributeValues: { ":key": { S: index.key } },
        ScanIndexForward: false,
        Limit: limit,
      });
      return items.slice(0, limit).map(fromMetaItem);
    },

    async readSwitch() {
      const { Item } = await callAws("dynamodb:GetItem", () =>
        client.send(new GetItemCommand({ TableName: tableName, Key: keys.globalSwitch(), ConsistentRead: true })),
      );
      if (Item === undefined) return NEVER_SWITCHED;
      const { pk, sk, ...state } = Item;
      return fromAttributes(state) as unknown as SwitchState;
    },

    async writeSwitch(state) {
      await callAws("dynamodb:PutItem", () =>
        client.send(new PutItemCommand({ TableName: tableName, Item: { ...keys.globalSwitch(), ...toAttributes(state) } })),
      );
    },
  };
}
