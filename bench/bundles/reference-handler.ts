import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";

const dynamo = new DynamoDBClient({});
const stepFunctions = new SFNClient({});

/** The yardstick for size and start: the two clients that no rollback can do without, and nothing else. It is bundled and loaded, never called. */
export const handler = async ({ table, machineArn }: { readonly table: string; readonly machineArn: string }): Promise<unknown> => {
  await dynamo.send(new GetItemCommand({ TableName: table, Key: { pk: { S: "GLOBAL" }, sk: { S: "SWITCH" } } }));
  return stepFunctions.send(new StartExecutionCommand({ stateMachineArn: machineArn }));
};
