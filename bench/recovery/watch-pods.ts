import type { ClusterClient } from "../../local/cluster/cluster-client.ts";
import { followObjects } from "../../local/cluster/follow-objects.ts";
import type { Pod } from "../../local/cluster/objects.ts";
import { podsPath } from "../../local/cluster/seed.ts";

/** What serves, judged at every pod event: a Deployment's status lags, and a dip between two of its updates would be missed. */
export interface PodWatch {
  /** Pods that exist, those on their way out included. */
  readonly total: number;
  readonly available: number;
  /** The least that were available since `mark`. */
  readonly minAvailable: number;
  mark(): void;
  stop(): void;
}

/** Follows the pods of a namespace. Available = ready and not terminating. */
export function watchPods(client: ClusterClient, namespace: string): PodWatch {
  const pods = new Set<string>();
  const available = new Set<string>();
  let minimum = 0;
  const follower = followObjects<Pod>(client, podsPath(namespace), (change, { metadata, status }) => {
    const ready = status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
    if (change === "DELETED") pods.delete(metadata.uid);
    else pods.add(metadata.uid);
    if (change !== "DELETED" && ready && !metadata.deletionTimestamp) available.add(metadata.uid);
    else available.delete(metadata.uid);
    minimum = Math.min(minimum, available.size);
  });
  return {
    get total() {
      return pods.size;
    },
    get available() {
      return available.size;
    },
    get minAvailable() {
      return minimum;
    },
    mark() {
      minimum = available.size;
    },
    stop: () => follower.stop(),
  };
}
