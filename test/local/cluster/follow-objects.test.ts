import { describe, expect, it } from "vitest";
import { ClusterClient, type ClusterTransport } from "../../../local/cluster/cluster-client.ts";
import { followObjects } from "../../../local/cluster/follow-objects.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";

const anObject = (name: string): unknown => ({ metadata: { name, uid: `uid-${name}` } });

/** A server that gives one list after the other, and whose watches end as soon as they have said their one event. */
function aServer(lists: readonly (readonly string[])[], event: unknown): ClusterClient {
  let round = 0;
  const transport: ClusterTransport = {
    async send() {
      const names = lists[Math.min(round, lists.length - 1)] ?? [];
      round += 1;
      if (names.includes("unreachable")) throw new Error("connection refused");
      return { code: 200, headers: {}, body: { metadata: { resourceVersion: "7" }, items: names.map(anObject) } };
    },
    watch(_path, onEvent) {
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      queueMicrotask(() => onEvent(event as never));
      return { ended, stop: resolve };
    },
    close: () => undefined,
  };
  return new ClusterClient(transport);
}

const EXPIRED = { type: "ERROR", object: { kind: "Status", code: 410 } };

describe("following a collection", () => {
  it("lists again when the watch has expired, and tells what has vanished meanwhile", async () => {
    const client = aServer([["a", "b"], ["unreachable"], ["b", "c"]], EXPIRED);

    const seen = await new Promise<string[]>((resolve) => {
      const changes: string[] = [];
      const follower = followObjects<KubernetesObject>(client, "/pods", (change, { metadata }) => {
        changes.push(`${change} ${metadata.name}`);
        if (metadata.name !== "c") return;
        follower.stop();
        resolve(changes);
      });
    });

    expect(seen).toEqual(["ADDED a", "ADDED b", "DELETED a", "MODIFIED b", "ADDED c"]);
  });
});
