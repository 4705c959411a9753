import { onTestFinished } from "vitest";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import { followObjects } from "../../../local/cluster/follow-objects.ts";
import type { Deployment, Pod, PodTemplate, ReplicaSet } from "../../../local/cluster/objects.ts";
import {
  createDeployment,
  type DeploymentSeed,
  deploymentPath,
  getDeployment,
  podsPath,
  replicaSetsOfDeployment,
  replicaSetsPath,
  setImage,
  waitForDeployment,
} from "../../../local/cluster/seed.ts";

let serial = 0;

/** One Deployment of a test and everything that was seen of it. */
export class DeploymentScene {
  readonly name: string;
  readonly namespace: string;
  readonly client: ClusterClient;
  /** Pods that serve (ready, not terminating) at every pod event since the last `mark`; a status would lag behind. */
  readonly available: number[] = [];
  readonly #serving = new Set<string>();
  /** Pods that all ReplicaSets together wanted, at every change of one since the last `mark`. */
  readonly wanted: number[] = [];
  readonly #wantedBy = new Map<string, number>();

  private constructor(cluster: { client: ClusterClient; namespace: string }, name: string) {
    this.client = cluster.client;
    this.namespace = cluster.namespace;
    this.name = name;
  }

  static async start(
    cluster: { client: ClusterClient; namespace: string },
    seed: Partial<DeploymentSeed> = {},
    { rolledOut = true } = {},
  ): Promise<DeploymentScene> {
    serial += 1;
    const scene = new DeploymentScene(cluster, `web-${serial}`);
    await createDeployment(cluster.client, { image: "demo/web:v1", replicas: 4, ...seed, name: scene.name, namespace: cluster.namespace });
    scene.#follow();
    if (rolledOut) await scene.until();
    return scene;
  }

  #follow(): void {
    const labelled = encodeURIComponent(`app=${this.name}`);
    const pods = followObjects<Pod>(this.client, `${podsPath(this.namespace)}?labelSelector=${labelled}`, (change, pod) => {
      const isReady = pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
      if (change !== "DELETED" && isReady && !pod.metadata.deletionTimestamp) this.#serving.add(pod.metadata.uid);
      else this.#serving.delete(pod.metadata.uid);
      this.available.push(this.#serving.size);
    });
    const sets = followObjects<ReplicaSet>(this.client, `${replicaSetsPath(this.namespace)}?labelSelector=${labelled}`, (_change, set) => {
      this.#wantedBy.set(set.metadata.uid, set.spec.replicas);
      this.wanted.push([...this.#wantedBy.values()].reduce((sum, size) => sum + size, 0));
    });
    onTestFinished(() => {
      pods.stop();
      sets.stop();
    });
  }

  get path(): string {
    return deploymentPath(this.namespace, this.name);
  }

  mark(): void {
    this.available.splice(0, this.available.length, this.#serving.size);
    this.wanted.length = 0;
  }

  live(): Promise<Deployment> {
    return getDeployment(this.client, this.namespace, this.name);
  }

  replicaSets(): Promise<ReplicaSet[]> {
    return replicaSetsOfDeployment(this.client, this.namespace, this.name);
  }

  deploy(image: string): Promise<Deployment> {
    return setImage(this.client, this.namespace, this.name, image);
  }

  patch(patch: unknown): Promise<Deployment> {
    return this.client.patch<Deployment>(this.path, patch);
  }

  until(until?: (deployment: Deployment) => boolean, withinSeconds = 20): Promise<Deployment> {
    return waitForDeployment(this.client, this.namespace, this.name, { ...(until ? { until } : {}), withinSeconds });
  }

  /** The template of a ReplicaSet as a rollback writes it: without the hash label. */
  async templateOf(image: string): Promise<PodTemplate> {
    const found = (await this.replicaSets()).find((set) => set.spec.template.spec.containers[0]?.image === image);
    if (!found) throw new Error(`${this.name} has no ReplicaSet with ${image}`);
    const template = structuredClone(found.spec.template);
    delete template.metadata?.labels?.["pod-template-hash"];
    return template;
  }

  /** Puts the template back that ran `image`, with a strategy. */
  async rollBackTo(image: string, rollingUpdate: unknown = { maxSurge: "100%", maxUnavailable: 0 }): Promise<Deployment> {
    const patch = [
      { op: "replace", path: "/spec/template", value: await this.templateOf(image) },
      { op: "replace", path: "/spec/strategy", value: { type: "RollingUpdate", rollingUpdate } },
    ];
    return this.client.patch<Deployment>(this.path, patch, "json");
  }
}

/** Status of a condition, `reason` and all: `True MinimumReplicasAvailable`. */
export function conditionText({ status }: Deployment, type: string): string {
  const condition = status.conditions?.find((one) => one.type === type);
  return condition ? `${condition.status} ${condition.reason}` : "absent";
}
