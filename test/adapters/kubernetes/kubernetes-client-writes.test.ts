import { describe, expect, it } from "vitest";
import type { KubernetesClient } from "../../../functions/adapters/kubernetes/kubernetes-client.ts";
import { PermissionError, TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { clientOf, failureOf } from "./support/client-of.ts";
import { aStatus, type Reply, recordedApiServer } from "./support/recorded-api-server.ts";

const path = "/api/v1/namespaces/demo/configmaps/settings";
const stored = { status: 200, body: { kind: "ConfigMap" } };

/** Every verb that writes, with a body that names no secret. */
const writes: readonly { readonly verb: string; readonly method: string; readonly send: (client: KubernetesClient) => Promise<unknown> }[] =
  [
    { verb: "patch", method: "PATCH", send: (client) => client.patch(path, []) },
    { verb: "merge", method: "PATCH", send: (client) => client.merge(path, {}) },
    { verb: "strategic", method: "PATCH", send: (client) => client.strategic(path, {}) },
    { verb: "apply", method: "PATCH", send: (client) => client.apply(path, {}, { force: false }) },
    { verb: "create", method: "POST", send: (client) => client.create(path, {}) },
    { verb: "remove", method: "DELETE", send: (client) => client.remove(path, { uid: "u-1" }) },
  ];

describe("patches", () => {
  it.each<{ verb: string; type: string; query: string; send: (client: KubernetesClient) => Promise<unknown> }>([
    {
      verb: "merge",
      type: "application/merge-patch+json",
      query: "?fieldManager=rollguard",
      send: (client) => client.merge(`${path}?fieldManager=rollguard`, { data: { a: "b" } }),
    },
    {
      verb: "strategic",
      type: "application/strategic-merge-patch+json",
      query: "?dryRun=All",
      send: (client) => client.strategic(`${path}?dryRun=All`, { data: { a: "b" } }),
    },
    {
      verb: "apply",
      type: "application/apply-patch+yaml",
      query: "?fieldManager=rollguard&force=true",
      send: (client) => client.apply(`${path}?fieldManager=rollguard`, { data: { a: "b" } }, { force: true }),
    },
    {
      verb: "apply without a query",
      type: "application/apply-patch+yaml",
      query: "?force=false",
      send: (client) => client.apply(path, { data: { a: "b" } }, { force: false }),
    },
  ])("of kind $verb say what they are", async ({ type, query, send }) => {
    const server = await recordedApiServer([stored]);

    expect(await send(clientOf(server))).toEqual({ outcome: "stored", object: stored.body });

    expect(server.requests[0]).toMatchObject({ method: "PATCH", path: `${path}${query}`, headers: { "content-type": type } });
    expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({ data: { a: "b" } });
  });

  it("may create what is applied", async () => {
    const server = await recordedApiServer([{ status: 201, body: { kind: "ConfigMap" } }]);

    expect(await clientOf(server).apply(path, {}, { force: true })).toEqual({ outcome: "stored", object: { kind: "ConfigMap" } });
  });

  it("K8S-31: tell whose field an apply would take away", async () => {
    const message = 'Apply failed with 1 conflict: conflict with "ci" using apps/v1: .spec.replicas';
    const causes = [{ reason: "FieldManagerConflict", message: 'conflict with "ci" using apps/v1', field: ".spec.replicas" }];
    const server = await recordedApiServer([aStatus(409, "Conflict", message, { causes })]);

    expect(await clientOf(server).apply(path, {}, { force: false })).toEqual({
      outcome: "conflict",
      message: 'Apply failed with 1 conflict: .spec.replicas (conflict with "ci" using apps/v1)',
    });
  });
});

describe("create", () => {
  it.each<{ name: string; reply: Reply; answer: object }>([
    {
      name: "is stored",
      reply: { status: 201, body: { kind: "ConfigMap" } },
      answer: { outcome: "stored", object: { kind: "ConfigMap" } },
    },
    {
      name: "is there already",
      reply: aStatus(409, "AlreadyExists", 'configmaps "settings" already exists'),
      answer: { outcome: "exists" },
    },
    {
      name: "has no namespace",
      reply: aStatus(404, "NotFound", 'namespaces "demo" not found'),
      answer: { outcome: "denied", message: 'namespaces "demo" not found' },
    },
    {
      name: "is beyond the quota",
      reply: aStatus(403, "Forbidden", 'configmaps "settings" is forbidden: exceeded quota: q'),
      answer: { outcome: "denied", message: 'configmaps "settings" is forbidden: exceeded quota: q' },
    },
    {
      name: "is invalid",
      reply: aStatus(422, "Invalid", 'ConfigMap "settings" is invalid: data: Invalid value: "hunter2"', {
        causes: [{ reason: "FieldValueInvalid", field: "data", message: 'Invalid value: "hunter2"' }],
      }),
      answer: { outcome: "denied", message: 'ConfigMap "settings" is invalid: data (FieldValueInvalid)' },
    },
  ])("answers what $name", async ({ reply, answer }) => {
    const server = await recordedApiServer([reply]);

    expect(await clientOf(server).create("/api/v1/namespaces/demo/configmaps", { metadata: { name: "settings" } })).toEqual(answer);

    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: "POST", headers: { "content-type": "application/json" } });
  });

  it("is transient when the quota is being counted by somebody else", async () => {
    const server = await recordedApiServer([aStatus(409, "Conflict", "Operation cannot be fulfilled on resourcequotas: modified")]);

    await expect(clientOf(server).create(path, {})).rejects.toThrow(TransientUpstreamError);
  });
});

describe("remove", () => {
  it("K8S-26: names the very object in a body with its length", async () => {
    const server = await recordedApiServer([{ status: 200, body: { kind: "Status", status: "Success" } }]);

    expect(await clientOf(server).remove(path, { uid: "u-1", resourceVersion: "7" })).toEqual({ outcome: "removed" });

    const [request] = server.requests;
    expect(request).toMatchObject({ method: "DELETE", headers: { "content-length": String(request?.body.length) } });
    expect(JSON.parse(request?.body ?? "")).toEqual({
      kind: "DeleteOptions",
      apiVersion: "v1",
      preconditions: { uid: "u-1", resourceVersion: "7" },
    });
  });

  it("K8S-26: leaves the resourceVersion open when none is given", async () => {
    const server = await recordedApiServer([{ status: 202, body: {} }]);

    expect(await clientOf(server).remove(path, { uid: "u-1" })).toEqual({ outcome: "removed" });

    expect(JSON.parse(server.requests[0]?.body ?? "").preconditions).toEqual({ uid: "u-1" });
  });

  it.each<{ name: string; reply: Reply; answer: object }>([
    { name: "is gone", reply: aStatus(404, "NotFound", "not found"), answer: { outcome: "absent" } },
    {
      name: "was made anew",
      reply: aStatus(409, "Conflict", "Precondition failed: UID in precondition: u-1, UID in object meta: u-2"),
      answer: { outcome: "conflict", message: expect.stringContaining("u-2") },
    },
    {
      name: "a webhook protects",
      reply: aStatus(403, "Forbidden", 'admission webhook "keep" denied the request: no'),
      answer: { outcome: "denied", message: expect.stringContaining("keep") },
    },
  ])("answers what $name", async ({ reply, answer }) => {
    const server = await recordedApiServer([reply]);

    expect(await clientOf(server).remove(path, { uid: "u-1" })).toEqual(answer);
  });
});

describe.each(writes)("faults of $verb (K8S-28)", ({ method, send }) => {
  it.each<{ name: string; replies: Reply[] }>([
    { name: "500", replies: [aStatus(500, "InternalError", "etcdserver: request timed out")] },
    { name: "503", replies: [{ status: 503, body: "no healthy upstream" }] },
    { name: "a reset", replies: ["reset"] },
    { name: "a stall", replies: ["stall"] },
    { name: "a kept connection that had died", replies: [{ status: 200, body: {} }, "reset"] },
  ])("is transient after $name, and was sent once", async ({ replies }) => {
    const server = await recordedApiServer(replies);
    const client = clientOf(server, { timeoutMilliseconds: 300 });
    if (replies.length > 1) await client.get(path);

    await expect(send(client)).rejects.toThrow(TransientUpstreamError);

    expect(server.requests.filter((request) => request.method === method)).toHaveLength(1);
  });

  it("K8S-27: names the rule that RBAC misses", async () => {
    const verb = method === "POST" ? "create" : method === "DELETE" ? "delete" : "patch";
    const sentence = `configmaps "settings" is forbidden: User "rg" cannot ${verb} resource "configmaps" in API group "" in the namespace "demo"`;
    const server = await recordedApiServer([aStatus(403, "Forbidden", sentence)]);

    const failure = await failureOf(send(clientOf(server)));

    expect(failure).toBeInstanceOf(PermissionError);
    expect(failure.message).toContain(`{apiGroups: [""], resources: ["configmaps"], verbs: ["${verb}"]} in namespace demo`);
  });

  it("signs anew after a 401 and waits out a 429", async () => {
    const server = await recordedApiServer([
      aStatus(401, "Unauthorized", "Unauthorized"),
      { status: 429, headers: { "retry-after": "0" } },
      stored,
    ]);

    await send(clientOf(server));

    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-2", "Bearer token-2"]);
  });

  it.each([413, 414, 415])("answers %i with a plain error", async (status) => {
    const server = await recordedApiServer([{ status, body: { message: "too much" } }]);

    const failure = await failureOf(send(clientOf(server)));

    expect(failure).toMatchObject({ name: "Error", message: expect.stringContaining(`was answered ${status}: too much`) });
  });

  it.each([
    { name: "validation without causes", status: 422, message: 'ConfigMap "settings" is invalid: data: Invalid value: "hunter2": no' },
    {
      name: "a decoder",
      status: 400,
      message:
        'Secret in version "v1" cannot be handled as a Secret: v1.Secret.Data: base64Codec, error found in #10 byte of ...|"hunter2"|..., bigger context ...|"password":"hunter2"|...',
    },
    { name: "an unsupported value", status: 400, message: 'type: Unsupported value: "hunter2": supported values: "a"' },
  ])("keeps the values of $name to itself", async ({ status, message }) => {
    const server = await recordedApiServer([aStatus(status, "Invalid", message)]);

    const told = await send(clientOf(server)).catch((error: Error) => error.message);

    expect(JSON.stringify(told)).toMatch(/settings|v1.Secret.Data|Unsupported value/);
    expect(JSON.stringify(told)).not.toContain("hunter2");
  });
});
