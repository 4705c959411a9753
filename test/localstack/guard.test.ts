import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { localStackEndpoint } from "./support/local-stack-endpoint.ts";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

/** An emulator that knows its account, and says `health` to LocalStack's question. */
async function anEmulator(health: { readonly code: number; readonly body: string }): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === "/_localstack/health") response.writeHead(health.code).end(health.body);
    else response.end("<GetCallerIdentityResponse><Account>000000000000</Account></GetCallerIdentityResponse>");
  });
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("the LocalStack suite", () => {
  it("says how to start one when AWS_ENDPOINT_URL is not set", async () => {
    await expect(localStackEndpoint({})).rejects.toThrow(/AWS_ENDPOINT_URL is not set.*npm run test:localstack/);
  });

  it.each(["https://sts.amazonaws.com", "http://10.0.0.7:4566", "http://localstack.example:4566"])(
    "refuses %s, which is not this machine",
    async (address) => {
      await expect(localStackEndpoint({ AWS_ENDPOINT_URL: address })).rejects.toThrow("is not on this machine");
    },
  );

  it("refuses an emulator that is no LocalStack", async () => {
    const endpoint = await anEmulator({ code: 404, body: "not found" });

    await expect(localStackEndpoint({ AWS_ENDPOINT_URL: endpoint })).rejects.toThrow("no LocalStack: GET /_localstack/health answers 404");
  });

  it("takes a LocalStack on this machine", async () => {
    const endpoint = await anEmulator({ code: 200, body: '{"services": {"lambda": "available"}}' });

    expect(await localStackEndpoint({ AWS_ENDPOINT_URL: endpoint })).toBe(endpoint);
  });
});
