import { describeAwsAdapters } from "../support/contracts/aws-adapters.ts";
import { describeDynamoAdapters } from "../support/contracts/dynamo-adapters.ts";

function endpoint(): string {
  const address = process.env.AWS_ENDPOINT_URL;
  if (address === undefined)
    throw new Error("AWS_ENDPOINT_URL is not set: expected the address of an emulator, like http://127.0.0.1:4566");
  return address;
}

describeDynamoAdapters(endpoint);
describeAwsAdapters(endpoint);
