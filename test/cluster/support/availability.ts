import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { followObjects } from "../../../local/cluster/follow-objects.ts";
import type { Pod } from "../../../local/cluster/objects.ts";

/** Counts the pods that serve (ready, not terminating) at every pod watch event: what users feel, not what a status says later. */
export class Availability {
  readonly counts: number[] = [];
  private readonly serving = new Set<string>();
  private readonly follower: { stop(): void };

  constructor(client: ClusterClient, namespace: string) {
    this.follower = followObjects<Pod>(client, `/api/v1/namespaces/${namespace}/pods`, (change, pod) => {
      const ready = pod.status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
      if (change !== "DELETED" && ready && !pod.metadata.deletionTimestamp) this.serving.add(pod.metadata.uid);
      else this.serving.delete(pod.metadata.uid);
      this.counts.push(this.serving.size);
    });
  }

  get now(): number {
    return this.serving.size;
  }

  /** Forgets what was so far: the minimum counts from here. */
  mark(): void {
    this.counts.length = 0;
    this.counts.push(this.serving.size);
  }

  get minimum(): number {
    return Math.min(...this.counts);
  }

  stop(): void {
    this.follower.stop();
  }
}
