import type { ClusterClient, ObjectList, OpenedWatch } from "./cluster-client.ts";
import type { KubernetesObject } from "./objects.ts";

export type ObjectChange = "ADDED" | "MODIFIED" | "DELETED";

const RELIST_PAUSE_MILLISECONDS = 100;

/** Lists a collection, then follows it, and lists again whenever the watch ends: what Kubernetes calls a reflector. */
export function followObjects<T extends KubernetesObject>(
  client: ClusterClient,
  path: string,
  onChange: (change: ObjectChange, object: T) => void,
): { stop(): void } {
  const known = new Map<string, T>();
  let stopped = false;
  let watch: OpenedWatch | undefined;

  function see(change: ObjectChange, object: T): void {
    if (stopped) return;
    if (change === "DELETED") known.delete(object.metadata.uid);
    else known.set(object.metadata.uid, object);
    onChange(change, object);
  }

  async function listAll(): Promise<string> {
    const { items, metadata } = await client.get<ObjectList<T>>(path);
    const uids = new Set(items.map((object) => object.metadata.uid));
    for (const object of [...known.values()]) if (!uids.has(object.metadata.uid)) see("DELETED", object);
    for (const object of items) see(known.has(object.metadata.uid) ? "MODIFIED" : "ADDED", object);
    return metadata.resourceVersion;
  }

  async function followOnce(): Promise<void> {
    const resourceVersion = await listAll();
    if (stopped) return;
    watch = client.watch(`${path}${path.includes("?") ? "&" : "?"}resourceVersion=${resourceVersion}`, (event) => {
      if (event.type === "ERROR") watch?.stop();
      else if (event.type !== "BOOKMARK") see(event.type, event.object as unknown as T);
    });
    await watch.ended;
  }

  async function run(): Promise<void> {
    while (!stopped) {
      // an unreachable server is asked again; whoever started this stops it
      await followOnce().catch(() => undefined);
      if (!stopped) await new Promise((resolve) => setTimeout(resolve, RELIST_PAUSE_MILLISECONDS));
    }
  }

  void run();
  return {
    stop() {
      stopped = true;
      watch?.stop();
    },
  };
}
