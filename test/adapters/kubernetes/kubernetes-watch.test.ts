import { describe, expect, it } from "vitest";
import { PermissionError, TransientUpstreamError } from "../../../functions/domain/errors.ts";
import { clientOf, failureOf } from "./support/client-of.ts";
import { aStatus, type RecordedApiServer, type Reply, recordedApiServer } from "./support/recorded-api-server.ts";

const path = "/api/v1/namespaces/demo/pods?labelSelector=app%3Dcheckout";

function line(type: string, resourceVersion: string, name = "checkout-1"): string {
  return `${JSON.stringify({ type, object: { metadata: { name, resourceVersion } } })}\n`;
}

/** Watches to its end and tells what was seen. */
async function watched(server: RecordedApiServer, { signal, resourceVersion }: { signal?: AbortSignal; resourceVersion?: string } = {}) {
  const seen: string[] = [];
  const options = { timeoutSeconds: 1, ...(resourceVersion ? { resourceVersion } : {}) };
  const end = await clientOf(server).watch<{ metadata: { name: string } }>(
    path,
    options,
    ({ type, object }) => seen.push(`${type} ${object.metadata.name}`),
    signal,
  );
  return { end, seen };
}

describe("watch", () => {
  it("asks with bookmarks from a version on, and tells every event until the server ends it", async () => {
    const server = await recordedApiServer([
      { stream: [line("ADDED", "5") + line("MODIFIED", "6"), line("DELETED", "7", "checkout-2")], afterwards: "end" },
    ]);

    const { end, seen } = await watched(server, { resourceVersion: "4" });

    expect(seen).toEqual(["ADDED checkout-1", "MODIFIED checkout-1", "DELETED checkout-2"]);
    expect(end).toEqual({ ended: "timeout", resourceVersion: "7" });
    const { searchParams } = new URL(server.requests[0]?.path ?? "", "https://host");
    expect(Object.fromEntries(searchParams)).toEqual({
      labelSelector: "app=checkout",
      watch: "1",
      allowWatchBookmarks: "true",
      timeoutSeconds: "1",
      resourceVersion: "4",
    });
  });

  it("goes on from a bookmark without telling it", async () => {
    const server = await recordedApiServer([{ stream: [line("ADDED", "5"), line("BOOKMARK", "90")], afterwards: "end" }]);

    expect(await watched(server)).toEqual({ end: { ended: "timeout", resourceVersion: "90" }, seen: ["ADDED checkout-1"] });
  });

  it("reads lines that come in pieces, between the bytes of a character too", async () => {
    const bytes = Buffer.from(line("ADDED", "5", "café") + line("ADDED", "6", "b"));
    const cut = bytes.indexOf(0xc3) + 1;
    const server = await recordedApiServer([
      { stream: [bytes.subarray(0, 10), bytes.subarray(10, cut), bytes.subarray(cut)], afterwards: "end" },
    ]);

    expect((await watched(server)).seen).toEqual(["ADDED café", "ADDED b"]);
  });

  it.each<{ name: string; reply: Reply }>([
    { name: "as an answer", reply: aStatus(410, "Expired", "too old resource version") },
    {
      name: "as an event",
      reply: {
        stream: [`${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 410, reason: "Expired", message: "too old" } })}\n`],
        afterwards: "stall",
      },
    },
  ])("says that a forgotten version ($name) needs a new list", async ({ reply }) => {
    const server = await recordedApiServer([reply]);

    expect(await watched(server, { resourceVersion: "1" })).toEqual({ end: { ended: "expired", resourceVersion: null }, seen: [] });
  });

  it.each<{ name: string; reply: Reply; last: string | null }>([
    { name: "breaks", reply: { stream: [line("ADDED", "5")], afterwards: "reset" }, last: "5" },
    { name: "breaks in the middle of a line", reply: { stream: [line("ADDED", "5"), '{"type":"ADD'], afterwards: "reset" }, last: "5" },
    { name: "ends in the middle of a line", reply: { stream: [line("ADDED", "5"), '{"type":"ADD'], afterwards: "end" }, last: "5" },
    { name: "sends something that is no event", reply: { stream: [line("ADDED", "5"), "<html>\n"], afterwards: "stall" }, last: "5" },
    { name: "breaks before the first event", reply: { stream: [" "], afterwards: "reset" }, last: null },
  ])("can go on where it was lost when the connection $name", async ({ reply, last }) => {
    const server = await recordedApiServer([reply]);

    expect((await watched(server)).end).toEqual({ ended: "lost", resourceVersion: last });
  });

  it("ends a few seconds after its time when the server does not", { timeout: 15_000 }, async () => {
    const server = await recordedApiServer([{ stream: [line("ADDED", "5")], afterwards: "stall" }]);
    const started = performance.now();

    expect((await watched(server)).end).toEqual({ ended: "lost", resourceVersion: "5" });

    expect(performance.now() - started).toBeLessThan(8_000);
  });

  it("stops when it is told to, also before it began", async () => {
    const server = await recordedApiServer([{ stream: [line("ADDED", "5")], afterwards: "stall" }]);
    const stop = new AbortController();
    const seen: string[] = [];

    const end = await clientOf(server).watch(
      path,
      { timeoutSeconds: 60 },
      ({ type }) => {
        seen.push(type);
        stop.abort();
      },
      stop.signal,
    );

    expect(end).toEqual({ ended: "stopped", resourceVersion: "5" });
    expect(seen).toEqual(["ADDED"]);
    expect((await watched(server, { signal: AbortSignal.abort() })).end).toEqual({ ended: "stopped", resourceVersion: null });
    expect(server.requests).toHaveLength(1);
  });

  it("does not swallow what the listener throws", async () => {
    const server = await recordedApiServer([{ stream: [line("ADDED", "5")], afterwards: "stall" }]);

    const watch = clientOf(server).watch(path, { timeoutSeconds: 60 }, () => {
      throw new Error("the listener's");
    });

    await expect(watch).rejects.toThrow("the listener's");
  });

  it("K8S-27, K8S-28: fails as every read does when it cannot begin, or is refused later", async () => {
    const sentence = 'pods is forbidden: User "rg" cannot watch resource "pods" in API group "" in the namespace "demo"';
    const forbidden = await recordedApiServer([aStatus(403, "Forbidden", sentence)]);
    const down = await recordedApiServer([{ status: 503, body: "down" }]);
    const reset = await recordedApiServer(["reset"]);
    const failing = await recordedApiServer([
      { stream: [`${JSON.stringify({ type: "ERROR", object: { kind: "Status", code: 500, message: "etcd" } })}\n`], afterwards: "end" },
    ]);

    const failure = await failureOf(watched(forbidden));

    expect(failure).toBeInstanceOf(PermissionError);
    expect(failure.message).toContain('resources: ["pods"], verbs: ["watch"]');
    for (const server of [down, reset, failing]) await expect(watched(server)).rejects.toThrow(TransientUpstreamError);
  });

  it("signs anew after a 401", async () => {
    const server = await recordedApiServer([
      aStatus(401, "Unauthorized", "Unauthorized"),
      { stream: [line("ADDED", "5")], afterwards: "end" },
    ]);

    expect((await watched(server)).seen).toEqual(["ADDED checkout-1"]);
  });
});
