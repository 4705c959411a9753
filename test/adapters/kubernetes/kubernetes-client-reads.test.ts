import { describe, expect, it } from "vitest";
import { PermissionError, TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { clientOf, failureOf } from "./support/client-of.ts";
import { aStatus, recordedApiServer } from "./support/recorded-api-server.ts";

const logPath = "/api/v1/namespaces/demo/pods/checkout-1/log?container=app&previous=true";

describe("lists", () => {
  it.each([
    { selectors: "app=checkout", label: "app=checkout", field: null },
    { selectors: { labelSelector: "app=checkout" }, label: "app=checkout", field: null },
    { selectors: { fieldSelector: "metadata.name=settings" }, label: null, field: "metadata.name=settings" },
    { selectors: { labelSelector: "a=b", fieldSelector: "c=d" }, label: "a=b", field: "c=d" },
    { selectors: {}, label: null, field: null },
  ])("send $selectors with every page", async ({ selectors, label, field }) => {
    const server = await recordedApiServer([
      { status: 200, body: { metadata: { continue: "next" }, items: [1] } },
      { status: 200, body: { items: [2] } },
    ]);

    expect(await clientOf(server).list("/api/v1/namespaces/demo/events", selectors)).toEqual([1, 2]);

    const queries = server.requests.map((request) => new URL(request.path, "https://host").searchParams);
    expect(queries.map((query) => query.get("labelSelector"))).toEqual([label, label]);
    expect(queries.map((query) => query.get("fieldSelector"))).toEqual([field, field]);
  });

  it("K8S-39: refuse an answer that no Lambda could hold", async () => {
    const piece = Buffer.alloc(4 * 1024 * 1024, " ");
    const server = await recordedApiServer([{ stream: Array(9).fill(piece), afterwards: "stall" }]);

    const failure = await failureOf(clientOf(server, { timeoutMilliseconds: 5_000 }).list("/api/v1/pods"));

    expect(failure).toMatchObject({ name: "Error", message: expect.stringContaining("is larger than 32 MiB") });
  });
});

describe("text", () => {
  it("is a log as it stands", async () => {
    const server = await recordedApiServer([{ status: 200, body: "línea 1\nlínea 2\n", headers: { "content-type": "text/plain" } }]);

    expect(await clientOf(server).text(logPath)).toEqual({ outcome: "text", text: "línea 1\nlínea 2\n" });

    expect(server.requests[0]).toMatchObject({ method: "GET", path: logPath, headers: { accept: "*/*" } });
  });

  it("is cut after 256 KiB, between two characters", async () => {
    const server = await recordedApiServer([{ stream: [`a${"é".repeat(150_000)}`], afterwards: "stall" }]);

    const answer = await clientOf(server).text(logPath);

    expect(answer).toEqual({ outcome: "text", text: `a${"é".repeat(131_071)}` });
  });

  it("is refused where a container has not run", async () => {
    const message = 'previous terminated container "app" in pod "checkout-1" not found';
    const server = await recordedApiServer([aStatus(400, "BadRequest", message)]);

    expect(await clientOf(server).text(logPath)).toEqual({ outcome: "refused", message });
  });

  it("is absent with its pod", async () => {
    const server = await recordedApiServer([aStatus(404, "NotFound", 'pods "checkout-1" not found')]);

    expect(await clientOf(server).text(logPath)).toEqual({ outcome: "absent" });
  });

  it("K8S-27, K8S-28: fails as every read does", async () => {
    const sentence = 'pods "checkout-1" is forbidden: User "rg" cannot get resource "pods/log" in API group "" in the namespace "demo"';
    const forbidden = await recordedApiServer([aStatus(403, "Forbidden", sentence)]);
    const broken = await recordedApiServer([aStatus(500, "InternalError", "dial tcp: no kubelet")]);

    const failure = await failureOf(clientOf(forbidden).text(logPath));

    expect(failure).toBeInstanceOf(PermissionError);
    expect(failure.message).toContain('resources: ["pods/log"], verbs: ["get"]');
    await expect(clientOf(broken).text(logPath)).rejects.toThrow(TransientUpstreamError);
  });
});

describe("served", () => {
  const group = { status: 200, body: { kind: "APIGroup", versions: [{ version: "v2" }, { version: "v1" }] } };

  it("tells the versions in the server's order, and asks once", async () => {
    const server = await recordedApiServer([group]);
    const client = clientOf(server);

    expect(await Promise.all([client.served("autoscaling"), client.served("autoscaling")])).toEqual([
      ["v2", "v1"],
      ["v2", "v1"],
    ]);
    expect(await client.served("autoscaling")).toEqual(["v2", "v1"]);

    expect(server.requests.map(({ path }) => path)).toEqual(["/apis/autoscaling"]);
  });

  it("knows the core group without asking", async () => {
    const server = await recordedApiServer([group]);

    expect(await clientOf(server).served("")).toEqual(["v1"]);

    expect(server.requests).toEqual([]);
  });

  it("is empty for a group that the server does not have, until it has it", async () => {
    const server = await recordedApiServer([{ status: 404, body: "404 page not found" }, group]);
    const client = clientOf(server);

    expect(await client.served("argoproj.io")).toEqual([]);
    expect(await client.served("argoproj.io")).toEqual(["v2", "v1"]);
  });

  it("does not remember a failure", async () => {
    const server = await recordedApiServer([{ status: 503 }, group]);
    const client = clientOf(server);

    await expect(client.served("apps")).rejects.toThrow(TransientUpstreamError);

    expect(await client.served("apps")).toEqual(["v2", "v1"]);
  });
});
