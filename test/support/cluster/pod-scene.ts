import type { ContainerStatus, Pod } from "../../../local/cluster/objects.ts";
import { podsPath } from "../../../local/cluster/seed.ts";
import { waitForObject } from "../../../local/cluster/wait-for-object.ts";
import { eventsAbout } from "../../../local/cluster/workload-seed.ts";
import type { EitherCluster } from "./either-cluster.ts";

let serial = 0;

/** What a test says about its pod; the rest is a container `app` of `demo/web:v1`. */
export interface PodSeed {
  readonly image?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Further fields of the container. */
  readonly container?: Readonly<Record<string, unknown>>;
  /** Further fields of the pod's spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** One pod of a test on either cluster. */
export class PodScene {
  readonly name: string;
  readonly #cluster: EitherCluster;

  private constructor(cluster: EitherCluster, name: string) {
    this.#cluster = cluster;
    this.name = name;
  }

  static async start(cluster: EitherCluster, { image = "demo/web:v1", annotations = {}, container, spec }: PodSeed): Promise<PodScene> {
    serial += 1;
    const scene = new PodScene(cluster, `pod-${serial}`);
    await cluster.client.post(podsPath(cluster.namespace), {
      metadata: { name: scene.name, annotations },
      spec: { containers: [{ name: "app", image, ...container }], ...spec },
    });
    return scene;
  }

  get path(): string {
    return `${podsPath(this.#cluster.namespace)}/${this.name}`;
  }

  until(until: (pod: Pod) => boolean): Promise<Pod> {
    return waitForObject<Pod>(this.#cluster.client, podsPath(this.#cluster.namespace), this.name, { until, withinSeconds: 15 });
  }

  untilReady(): Promise<Pod> {
    return this.until(isReady);
  }

  untilWaiting(reason: string): Promise<Pod> {
    return this.until((pod) => appOf(pod)?.state.waiting?.reason === reason);
  }

  /** `reason: message` of the events about this pod, once one of them has this reason. */
  async eventsWith(reason: string): Promise<string[]> {
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const events = await eventsAbout(this.#cluster.client, this.#cluster.namespace, this.name);
      if (events.some((event) => event.startsWith(`${reason}: `))) return events;
    }
    throw new Error(`${this.name} has no event ${reason}`);
  }

  log(query = ""): Promise<string> {
    return this.#cluster.client.get<string>(`${this.path}/log${query}`);
  }

  patch(patch: unknown): Promise<Pod> {
    return this.#cluster.client.patch<Pod>(this.path, patch);
  }
}

export const appOf = (pod: Pod): ContainerStatus | undefined => pod.status.containerStatuses?.[0];
export const isReady = (pod: Pod): boolean =>
  pod.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
