import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, it } from "vitest";
import { AWS_CLIENT_SETTINGS, callAws } from "../../../functions/adapters/aws/call-aws.ts";
import { PermissionError, TransientUpstreamError } from "../../../functions/domain/errors.ts";

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** Plays DynamoDB for one answer; null = never answers. */
async function answering(answer: { readonly status: number; readonly body: string } | null): Promise<string> {
  const started = createServer((_request, response) => {
    if (answer === null) return;
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(answer.body);
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

const awsError = (status: number, type: string, message = "no") => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }),
});

function getItem(endpoint: string, requestTimeout = 4_000): Promise<unknown> {
  const client = new DynamoDBClient({
    ...AWS_CLIENT_SETTINGS,
    maxAttempts: 1,
    requestHandler: { ...AWS_CLIENT_SETTINGS.requestHandler, requestTimeout },
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: "test" },
  });
  const command = new GetItemCommand({ TableName: "rollguard", Key: { pk: { S: "a" }, sk: { S: "b" } } });
  return callAws("dynamodb:GetItem", () => client.send(command)).finally(() => client.destroy());
}

describe("callAws", () => {
  it.each([
    ["ProvisionedThroughputExceededException", 400],
    ["ThrottlingException", 400],
    ["RequestLimitExceeded", 400],
    ["TransactionConflictException", 400],
    ["InternalServerError", 500],
    ["ServiceUnavailable", 503],
  ])("makes %s (%i) a TransientUpstreamError that names the action and keeps the cause", async (type, status) => {
    const call = getItem(await answering(awsError(status, type)));

    await expect(call).rejects.toThrow(TransientUpstreamError);
    await expect(call).rejects.toMatchObject({
      message: expect.stringContaining("dynamodb:GetItem"),
      details: { action: "dynamodb:GetItem", status },
      cause: { name: type },
    });
  });

  it("makes an answer that is no AWS answer transient when it is a 502", async () => {
    await expect(getItem(await answering({ status: 502, body: "<html>Bad Gateway</html>" }))).rejects.toThrow(TransientUpstreamError);
  });

  it("makes an endpoint where nobody listens transient", async () => {
    const endpoint = await answering(null);
    server?.close();

    await expect(getItem(endpoint)).rejects.toThrow(TransientUpstreamError);
  });

  it("does not wait for ever for an answer", async () => {
    await expect(getItem(await answering(null), 100)).rejects.toThrow(TransientUpstreamError);
  });

  it.each(["AccessDeniedException", "UnrecognizedClientException", "ExpiredTokenException"])(
    "makes %s a PermissionError that names the action to allow",
    async (type) => {
      const call = getItem(await answering(awsError(400, type, "User is not authorized")));

      await expect(call).rejects.toThrow(PermissionError);
      await expect(call).rejects.toThrow("allow dynamodb:GetItem in the role of this function");
    },
  );

  it("lets everything else through as it is, for the caller to judge", async () => {
    await expect(getItem(await answering(awsError(400, "ConditionalCheckFailedException")))).rejects.toThrow(
      ConditionalCheckFailedException,
    );
    await expect(getItem(await answering(awsError(400, "ResourceNotFoundException")))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(callAws("x:Y", async () => Promise.reject(new TypeError("a bug")))).rejects.toThrow(TypeError);
  });
});
