import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import type { KubernetesObject, Pod } from "../../../local/cluster/objects.ts";
import { podsPath } from "../../../local/cluster/seed.ts";
import { waitForObject } from "../../../local/cluster/wait-for-object.ts";
import type { ControllerRevision, DaemonSet, StatefulSet } from "../../../local/cluster/workload-objects.ts";
import {
  controllerRevisionsOf,
  createDaemonSet,
  createStatefulSet,
  daemonSetsPath,
  eventsAbout,
  statefulSetsPath,
  undoTo,
  type WorkloadSeed,
} from "../../../local/cluster/workload-seed.ts";

let serial = 0;

interface Cluster {
  readonly client: ClusterClient;
  readonly namespace: string;
}

/** One StatefulSet or DaemonSet of a test. */
export class WorkloadScene<T extends StatefulSet | DaemonSet> {
  readonly name: string;
  readonly client: ClusterClient;
  readonly namespace: string;
  readonly #collection: string;
  readonly #isDone: (workload: T) => boolean;

  constructor({ client, namespace }: Cluster, name: string, collection: string, isDone: (workload: T) => boolean) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.#collection = collection;
    this.#isDone = isDone;
  }

  get path(): string {
    return `${this.#collection}/${this.name}`;
  }

  live(): Promise<T> {
    return this.client.get<T>(this.path);
  }

  until(until: (workload: T) => boolean = this.#isDone, withinSeconds = 15): Promise<T> {
    return waitForObject<T>(this.client, this.#collection, this.name, { until, withinSeconds });
  }

  patch(patch: unknown): Promise<T> {
    return this.client.patch<T>(this.path, patch);
  }

  deploy(image: string): Promise<T> {
    const patch = [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: image }];
    return this.client.patch<T>(this.path, patch, "json");
  }

  async revisions(): Promise<ControllerRevision[]> {
    return controllerRevisionsOf(this.client, await this.live());
  }

  /** Undoes to the revision that ran an image. */
  async undoTo(image: string): Promise<void> {
    const found = (await this.revisions()).find(({ data }) => data.spec.template.spec.containers[0]?.image === image);
    if (!found) throw new Error(`${this.name} has no revision with ${image}`);
    await undoTo(this.client, this.path, found);
  }

  pods(): Promise<Pod[]> {
    return this.client.list<Pod>(`${podsPath(this.namespace)}?labelSelector=${encodeURIComponent(`app=${this.name}`)}`);
  }

  /** `web-0 demo/web:v1 ready` of every pod, by name. */
  async look(): Promise<string[]> {
    const isReady = ({ status }: Pod): boolean => status.containerStatuses?.every(({ ready }) => ready) ?? false;
    return (await this.pods())
      .map((pod) => {
        const { name, deletionTimestamp } = pod.metadata;
        const state = deletionTimestamp ? "going" : isReady(pod) ? "ready" : "not ready";
        return `${name.replace(`${this.name}-`, "")} ${pod.spec.containers[0]?.image} ${state}`;
      })
      .sort();
  }

  events(): Promise<string[]> {
    return eventsAbout(this.client, this.namespace, this.name);
  }

  waitForPod(name: string, until: (pod: Pod) => boolean): Promise<Pod> {
    return waitForObject<Pod>(this.client, podsPath(this.namespace), name, { until, withinSeconds: 15 });
  }
}

function observed({ metadata, status }: KubernetesObject & { status: { observedGeneration?: number } }): boolean {
  return (status.observedGeneration ?? 0) >= (metadata.generation ?? 1);
}

/** kubectl's test of a rolled-out StatefulSet, without a partition. */
export function isStatefulSetDone(set: StatefulSet): boolean {
  const { spec, status } = set;
  const all = (count: number | undefined): boolean => (count ?? 0) === spec.replicas;
  return (
    observed(set) &&
    all(status.replicas) &&
    all(status.readyReplicas) &&
    all(status.updatedReplicas) &&
    status.currentRevision === status.updateRevision
  );
}

/** kubectl's test of a rolled-out DaemonSet; one without any Node is not. */
export function isDaemonSetDone(set: DaemonSet): boolean {
  const { desiredNumberScheduled, updatedNumberScheduled = 0, numberAvailable = 0 } = set.status;
  const all = updatedNumberScheduled === desiredNumberScheduled && numberAvailable === desiredNumberScheduled;
  return observed(set) && desiredNumberScheduled > 0 && all;
}

const nextName = (prefix: string): string => {
  serial += 1;
  return `${prefix}-${serial}`;
};

type Seed = Partial<Omit<WorkloadSeed, "name" | "namespace">>;

/** A StatefulSet of 3 with `demo/db:v1`, rolled out unless told otherwise. */
export async function aStatefulSet(cluster: Cluster, seed: Seed = {}, { rolledOut = true } = {}): Promise<WorkloadScene<StatefulSet>> {
  const name = nextName("db");
  await createStatefulSet(cluster.client, { image: "demo/db:v1", replicas: 3, ...seed, name, namespace: cluster.namespace });
  const scene = new WorkloadScene(cluster, name, statefulSetsPath(cluster.namespace), isStatefulSetDone);
  if (rolledOut) await scene.until();
  return scene;
}

/** A DaemonSet with `demo/agent:v1`, rolled out unless told otherwise. */
export async function aDaemonSet(cluster: Cluster, seed: Seed = {}, { rolledOut = true } = {}): Promise<WorkloadScene<DaemonSet>> {
  const name = nextName("agent");
  await createDaemonSet(cluster.client, { image: "demo/agent:v1", ...seed, name, namespace: cluster.namespace });
  const scene = new WorkloadScene(cluster, name, daemonSetsPath(cluster.namespace), isDaemonSetDone);
  if (rolledOut) await scene.until();
  return scene;
}
