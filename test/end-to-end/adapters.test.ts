import { describeDynamoAdapters } from "../support/contracts/dynamo-adapters.ts";

describeDynamoAdapters(() => {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (endpoint === undefined)
    throw new Error("AWS_ENDPOINT_URL is not set: expected the address of an emulator, like http://127.0.0.1:4566");
  return endpoint;
});
