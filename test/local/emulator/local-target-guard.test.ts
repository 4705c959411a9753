import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { assertLocalTarget, assertLoopback, NotALocalTargetError } from "../../../local/emulator/local-target-guard.ts";

let server: Server | undefined;
afterEach(() => server?.close());

describe("assertLoopback", () => {
  it.each([
    ["http://127.0.0.1:4566", "http://127.0.0.1:4566"],
    ["http://127.0.0.1:4566/", "http://127.0.0.1:4566"],
    ["http://localhost:4566", "http://127.0.0.1:4566"],
    ["http://127.8.9.1:80", "http://127.8.9.1"],
    ["http://[::1]:4566", "http://[::1]:4566"],
  ])("takes %s as %s", (endpoint, expected) => {
    expect(assertLoopback(endpoint)).toBe(expected);
  });

  it.each([
    "https://cloudwatch.us-east-1.amazonaws.com",
    "http://localhost.localstack.cloud:4566",
    "http://127.0.0.1.example.com",
    "http://0.0.0.0:4566",
    "http://10.0.0.1:4566",
    "http://user:secret@127.0.0.1:4566",
    "ftp://127.0.0.1",
    "127.0.0.1:4566",
    "",
  ])("refuses %s and says what to do", (endpoint) => {
    expect(() => assertLoopback(endpoint)).toThrow(NotALocalTargetError);
    expect(() => assertLoopback(endpoint)).toThrow(/only talk to this machine: use http:\/\/127\.0\.0\.1/);
  });
});

describe("assertLocalTarget", () => {
  it("takes an emulator of account 000000000000", async () => {
    const endpoint = await stsThatSays("<GetCallerIdentityResponse><Account>000000000000</Account></GetCallerIdentityResponse>");

    await expect(assertLocalTarget(endpoint)).resolves.toBe(endpoint);
  });

  it("refuses any other account", async () => {
    const endpoint = await stsThatSays("<GetCallerIdentityResponse><Account>123456789012</Account></GetCallerIdentityResponse>");

    await expect(assertLocalTarget(endpoint)).rejects.toThrow(/says account 123456789012, expected 000000000000/);
  });

  it("refuses something that is no AWS emulator", async () => {
    const endpoint = await stsThatSays("hello");

    await expect(assertLocalTarget(endpoint)).rejects.toThrow(/HTTP 200 and no account/);
  });

  it("says when nothing answers", async () => {
    const endpoint = await stsThatSays("");
    await new Promise((resolve) => server?.close(resolve));

    await expect(assertLocalTarget(endpoint)).rejects.toThrow(/nothing answers at .*ECONNREFUSED/);
  });
});

async function stsThatSays(body: string): Promise<string> {
  server = createServer((_request, response) => response.end(body));
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
