import { DeleteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoGovernance } from "../../functions/adapters/aws/dynamo-governance.ts";
import { keys } from "../../functions/adapters/aws/table-keys.ts";

const HOUR_MILLISECONDS = 3_600_000;

/**
 * Takes away what governance remembers: rollbacks of these services, the places of this hour and the last, failures that count. A second demo on the same table
 * begins like the first, and a benchmark may roll one service back again and again; else the cooldown would ask a person.
 */
export async function forgetRollbacks(client: DynamoDBClient, tableName: string, services: readonly string[], now: Date): Promise<void> {
  const hours = [0, -HOUR_MILLISECONDS].map((shift) => new Date(now.getTime() + shift).toISOString().slice(0, "2026-11-20T03".length));
  const gone = [...services.map(keys.cooldown), ...hours.map(keys.rate)];
  await Promise.all([
    ...gone.map((Key) => client.send(new DeleteItemCommand({ TableName: tableName, Key }))),
    dynamoGovernance(tableName, client).closeBreaker("rollguard", "a new beginning", now),
  ]);
}
