import { ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { ReleaseLedger } from "../../ports/release-ledger.ts";
import { callAws } from "./call-aws.ts";
import { type DynamoSender, dynamoClient } from "./dynamo-client.ts";
import { dynamoReleases } from "./dynamo-releases.ts";
import { badVerdictsAsRead, fromObservationItem, toObservationItem } from "./observation-item.ts";
import { queryAll } from "./query-all.ts";

/** Observations and releases in the one table. */
export function dynamoReleaseLedger(tableName: string, client: DynamoSender = dynamoClient()): ReleaseLedger {
  return {
    ...dynamoReleases(tableName, client),

    async observations(service) {
      const items = await queryAll(client, {
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
        ExpressionAttributeValues: { ":pk": { S: `SVC#${service}` }, ":prefix": { S: "OBS#" } },
      });
      return items.map(fromObservationItem).sort((one, other) => other.liveSince.localeCompare(one.liveSince));
    },

    async save(observation, read) {
      try {
        await callAws("dynamodb:PutItem", () =>
          client.send(
            new PutItemCommand({ TableName: tableName, Item: toObservationItem(observation), ...badVerdictsAsRead(observation, read) }),
          ),
        );
      } catch (error) {
        // An incident gave its verdict while we looked: it stands, and the next observation starts from it.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
