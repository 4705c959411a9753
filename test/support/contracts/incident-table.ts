import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";

const keyed = (name: string) => [
  { AttributeName: `${name}pk`, KeyType: "HASH" as const },
  { AttributeName: `${name}sk`, KeyType: "RANGE" as const },
];

/** Makes a table with the keys and indexes of the state stack's one, for the adapters' contract suites. */
export async function createIncidentTable(client: DynamoDBClient, tableName: string): Promise<void> {
  const index = (IndexName: string) => ({ IndexName, KeySchema: keyed(IndexName), Projection: { ProjectionType: "ALL" as const } });
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["", "gsi1", "gsi2", "due"].flatMap((name) =>
        keyed(name).map(({ AttributeName }) => ({ AttributeName, AttributeType: "S" as const })),
      ),
      KeySchema: keyed(""),
      GlobalSecondaryIndexes: [index("gsi1"), index("gsi2"), index("due")],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30 }, { TableName: tableName });
}
