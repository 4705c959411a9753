import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ROLLGUARD_VERSION } from "../../../functions/adapters/kubernetes/kubernetes-client.ts";
import { PermissionError, TransientUpstreamError, UntrustedClusterError } from "../../../functions/domain/errors.ts";
import { clientOf, failureOf } from "./support/client-of.ts";
import { aStatus, type Reply, recordedApiServer, selfSigned } from "./support/recorded-api-server.ts";

const path = "/apis/apps/v1/namespaces/demo/deployments/checkout";
const ok = { status: 200, body: { kind: "Deployment" } };
const refusedByRbac =
  'deployments.apps "checkout" is forbidden: User "rg" cannot patch resource "deployments" in API group "apps" in the namespace "demo"';
const testFailed = aStatus(422, "Invalid", "the server rejected our request due to an error in our request");

describe("requests", () => {
  it("says who asks, what it takes and how long its body is", async () => {
    const server = await recordedApiServer([ok]);

    await clientOf(server).patch(path, [{ op: "test", path: "/metadata/uid", value: "ü" }]);

    const [request] = server.requests;
    expect(request?.headers).toMatchObject({
      accept: "application/json",
      authorization: "Bearer token-1",
      "content-type": "application/json-patch+json",
      "content-length": String(Buffer.byteLength(request?.body ?? "")),
      "user-agent": `rollguard/${ROLLGUARD_VERSION}`,
    });
  });

  it("knows the version of the package", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));

    expect(ROLLGUARD_VERSION).toBe(version);
  });

  it("keeps its connection", async () => {
    const server = await recordedApiServer([ok]);
    const client = clientOf(server);

    await client.get(path);
    await client.get(path);

    expect(server.requests.map((request) => request.connection)).toEqual([0, 0]);
  });

  it("reads again over a new connection when the kept one had died", async () => {
    const server = await recordedApiServer([ok, "reset", ok]);
    const client = clientOf(server);
    await client.get(path);

    const answer = await client.get(path);

    expect(answer).toEqual(ok.body);
    expect(server.requests.map((request) => request.connection)).toEqual([0, 0, 1]);
  });

  it("never sends a PATCH twice when its connection breaks", async () => {
    const server = await recordedApiServer([ok, "reset", ok]);
    const client = clientOf(server);
    await client.get(path);

    await expect(client.patch(path, [])).rejects.toThrow(TransientUpstreamError);

    expect(server.requests.filter((request) => request.method === "PATCH")).toHaveLength(1);
  });
});

describe("lists", () => {
  it("K8S-39: reads every page with the selector in each request", async () => {
    const page = (items: string[], next?: string) => ({ status: 200, body: { metadata: { continue: next }, items } });
    const server = await recordedApiServer([page(["a", "b"], "t0ken/=="), page(["c", "d"], "more"), page(["e"])]);

    const items = await clientOf(server).list("/api/v1/namespaces/demo/pods", "app=checkout,tier in (web)");

    expect(items).toEqual(["a", "b", "c", "d", "e"]);
    const queries = server.requests.map((request) => new URL(request.path, "https://host").searchParams);
    expect(queries.map((query) => query.get("continue"))).toEqual([null, "t0ken/==", "more"]);
    expect(queries.map((query) => query.get("labelSelector"))).toEqual(Array(3).fill("app=checkout,tier in (web)"));
    expect(queries.map((query) => query.get("limit"))).toEqual(["250", "250", "250"]);
  });

  it("takes a list without items for an empty one, and an unknown resource for none", async () => {
    const server = await recordedApiServer([
      { status: 200, body: { items: null } },
      { status: 404, body: "404 page not found" },
    ]);

    expect(await clientOf(server).list("/api/v1/namespaces/demo/pods")).toEqual([]);
    expect(await clientOf(server).list("/apis/autoscaling/v1/namespaces/demo/horizontalpodautoscalers")).toBeNull();
  });

  it("is transient when a page expired while the list was read", async () => {
    const server = await recordedApiServer([aStatus(410, "Expired", "The provided continue parameter is too old")]);

    await expect(clientOf(server).list("/api/v1/namespaces/demo/pods")).rejects.toThrow(TransientUpstreamError);
  });
});

describe("refusals", () => {
  it("K8S-27: signs a new token once after a 401", async () => {
    const server = await recordedApiServer([aStatus(401, "Unauthorized", "Unauthorized"), ok]);

    expect(await clientOf(server).get(path)).toEqual(ok.body);

    expect(server.requests.map((request) => request.headers.authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
  });

  it("K8S-27: asks for an access entry when the new token is refused too", async () => {
    const server = await recordedApiServer([aStatus(401, "Unauthorized", "Unauthorized")]);

    await expect(clientOf(server).get(path)).rejects.toThrow(/EKS access entry/);

    expect(server.requests).toHaveLength(2);
  });

  it("K8S-27: names the rule that RBAC misses, with the server's sentence", async () => {
    const server = await recordedApiServer([aStatus(403, "Forbidden", refusedByRbac)]);

    const failure = await failureOf(clientOf(server).patch(path, []));

    expect(failure).toBeInstanceOf(PermissionError);
    expect(failure.message).toContain(refusedByRbac);
    expect(failure.message).toContain('{apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"]} in namespace demo');
  });

  it("answers null for what does not exist", async () => {
    const server = await recordedApiServer([aStatus(404, "NotFound", 'deployments.apps "checkout" not found')]);

    expect(await clientOf(server).get(path)).toBeNull();
    expect(await clientOf(server).patch(path, [])).toEqual({ outcome: "absent" });
  });

  it.each<{ name: string; reply: Reply; outcome: string; message: RegExp }>([
    {
      name: "a stale resourceVersion",
      reply: aStatus(409, "Conflict", "the object has been modified"),
      outcome: "conflict",
      message: /modified/,
    },
    { name: "a failed test", reply: testFailed, outcome: "conflict", message: /error in our request/ },
    {
      name: "an invalid value",
      reply: aStatus(422, "Invalid", 'Deployment.apps "checkout" is invalid', { causes: [{ field: "spec.replicas" }] }),
      outcome: "denied",
      message: /is invalid/,
    },
    {
      name: "K8S-29: a webhook's 422",
      reply: aStatus(422, "", 'admission webhook "policy.example.com" denied the request: no'),
      outcome: "denied",
      message: /policy.example.com/,
    },
    {
      name: "K8S-29: a webhook's 400",
      reply: aStatus(400, "", 'admission webhook "policy.example.com" denied the request: no'),
      outcome: "denied",
      message: /policy.example.com/,
    },
    {
      name: "K8S-29: an admission plugin's 403",
      reply: aStatus(403, "Forbidden", 'deployments.apps "checkout" is forbidden: exceeded quota'),
      outcome: "denied",
      message: /exceeded quota/,
    },
    {
      name: "K8S-29: a webhook that is down",
      reply: aStatus(500, "InternalError", 'Internal error occurred: failed calling webhook "policy.example.com": connection refused'),
      outcome: "denied",
      message: /failed calling webhook/,
    },
  ])("answers $outcome to a PATCH with $name", async ({ reply, outcome, message }) => {
    const server = await recordedApiServer([reply]);

    const answer = await clientOf(server).patch(path, []);

    expect(answer).toMatchObject({ outcome, message: expect.stringMatching(message) });
  });
});

describe("what the API server says about a refused PATCH", () => {
  it("is told by field, not by value: Kubernetes prints the whole pod template, environment included", async () => {
    const message = `Deployment.apps "checkout" is invalid: spec.template: Invalid value: core.PodSpec{Env:"PASSWORD=hunter2"${"x".repeat(20_000)}`;
    const causes = [{ reason: "FieldValueInvalid", message, field: "spec.template.metadata.labels" }];
    const server = await recordedApiServer([aStatus(422, "Invalid", message, { causes })]);

    expect(await clientOf(server).patch(path, [])).toEqual({
      outcome: "denied",
      message: 'Deployment.apps "checkout" is invalid: spec.template.metadata.labels (FieldValueInvalid)',
    });
  });

  it("is cut where it has no end", async () => {
    const server = await recordedApiServer([aStatus(400, "", `admission webhook "policy" denied the request: ${"no ".repeat(10_000)}`)]);

    const answer = await clientOf(server).patch(path, []);

    expect(answer).toMatchObject({ outcome: "denied", message: expect.stringContaining('admission webhook "policy" denied') });
    expect(JSON.stringify(answer).length).toBeLessThan(600);
  });
});

describe("faults (K8S-28)", () => {
  it("waits as long as a 429 asks for and tries again", async () => {
    const server = await recordedApiServer([{ status: 429, headers: { "retry-after": "0" } }, ok]);

    expect(await clientOf(server).get(path)).toEqual(ok.body);
  });

  it("gives up on a 429 that asks for more than the budget", async () => {
    const server = await recordedApiServer([{ status: 429, headers: { "retry-after": "60" } }]);

    await expect(clientOf(server).get(path)).rejects.toThrow(TransientUpstreamError);

    expect(server.requests).toHaveLength(1);
  });

  it.each<{ name: string; reply: Reply }>([
    { name: "500", reply: aStatus(500, "InternalError", "etcdserver: request timed out") },
    { name: "503", reply: { status: 503, body: "upstream connect error" } },
    { name: "a reset", reply: "reset" },
    { name: "a stall", reply: "stall" },
    { name: "a broken body", reply: { status: 200, body: "<html>" } },
  ])("is transient after $name, for a GET and for a PATCH", async ({ reply }) => {
    const server = await recordedApiServer([reply]);

    await expect(clientOf(server).get(path)).rejects.toThrow(TransientUpstreamError);
    await expect(clientOf(server).patch(path, [])).rejects.toThrow(TransientUpstreamError);
  });

  it("is transient when nothing listens and when the name does not resolve", async () => {
    const server = await recordedApiServer([ok]);
    const nowhere = { ...server.cluster, endpoint: "https://127.0.0.1:1" };
    const unknown = { ...server.cluster, endpoint: "https://gone.invalid" };

    await expect(clientOf({ cluster: nowhere }).get(path)).rejects.toThrow(/ECONNREFUSED/);
    await expect(clientOf({ cluster: unknown }).get(path)).rejects.toThrow(TransientUpstreamError);
  });

  it("never talks to a server that the cluster's CA does not vouch for", async () => {
    const server = await recordedApiServer([ok]);
    const { cert: strangersCa } = await selfSigned();

    const client = clientOf({ cluster: { ...server.cluster, certificateAuthority: strangersCa } });

    const failure = await failureOf(client.get(path));

    expect(failure).toBeInstanceOf(UntrustedClusterError);
    expect(failure.message).toContain("aws eks describe-cluster --name demo");
    expect(server.requests).toEqual([]);
  });

  it("never talks to a server whose certificate is for another host", async () => {
    const server = await recordedApiServer([ok], await selfSigned("elsewhere.example.com"));

    await expect(clientOf(server).get(path)).rejects.toThrow(UntrustedClusterError);

    expect(server.requests).toEqual([]);
  });

  it("takes a CA that is no certificate for an untrusted cluster", async () => {
    const server = await recordedApiServer([ok]);
    const cluster = { ...server.cluster, certificateAuthority: "not a certificate" };

    await expect(clientOf({ cluster }).get(path)).rejects.toThrow(UntrustedClusterError);
  });
});
