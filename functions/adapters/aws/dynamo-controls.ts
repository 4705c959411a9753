import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { type IncidentControl, RUNS } from "../../domain/incident-control.ts";
import type { ControlOutcome, Controls } from "../../ports/controls.ts";
import { fromAttributes, toAttributes } from "./attribute-value.ts";
import { callAws } from "./call-aws.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { transact } from "./dynamo-transaction.ts";
import { toEventItem } from "./incident-items.ts";
import { keys } from "./table-keys.ts";

/** What people tell running plans, beside their incident in the one table. */
export function dynamoControls(tableName: string, client: DynamoSender = dynamoClient()): Controls {
  return {
    async read(incidentId) {
      const { Item } = await callAws("dynamodb:GetItem", () =>
        client.send(new GetItemCommand({ TableName: tableName, Key: keys.control(incidentId), ConsistentRead: true })),
      );
      if (Item === undefined) return RUNS;
      const { pk, sk, ...control } = Item;
      return fromAttributes(control) as unknown as IncidentControl;
    },

    async set(incidentId, control, event) {
      let outcome: ControlOutcome = "set";
      const refusedAs = (refusal: ControlOutcome) => () => {
        outcome = refusal;
        return "stop" as const;
      };
      await transact(client, [
        {
          write: {
            ConditionCheck: {
              TableName: tableName,
              Key: keys.meta(incidentId),
              ConditionExpression: "#status = :open",
              ExpressionAttributeNames: { "#status": "status" },
              ExpressionAttributeValues: { ":open": { S: "open" } },
            },
          },
          whenRefused: refusedAs("closed"),
        },
        {
          write: {
            Put: {
              TableName: tableName,
              Item: { ...keys.control(incidentId), ...toAttributes(control) },
              ConditionExpression: "attribute_not_exists(#state) OR #state <> :aborted",
              ExpressionAttributeNames: { "#state": "state" },
              ExpressionAttributeValues: { ":aborted": { S: "aborted" } },
            },
          },
          whenRefused: refusedAs("aborted"),
        },
        {
          write: {
            Put: {
              TableName: tableName,
              Item: toEventItem(incidentId, event),
              ConditionExpression: "attribute_not_exists(pk)",
            },
          },
          whenRefused: () => "drop",
        },
      ]);
      return outcome;
    },
  };
}
