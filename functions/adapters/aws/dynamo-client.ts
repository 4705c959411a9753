import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_SETTINGS } from "./call-aws.ts";

/** The one thing the adapters need of a client; tests pass their own. */
export type DynamoSender = Pick<DynamoDBClient, "send">;

let shared: DynamoDBClient | null = null;

/** One client (one connection pool, one credential lookup) for all adapters of a Lambda. */
export function dynamoClient(): DynamoDBClient {
  shared ??= new DynamoDBClient(AWS_CLIENT_SETTINGS);
  return shared;
}
