import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { enrolNamespace } from "../../local/cluster/enrol.ts";
import type { Deployment, ReplicaSet } from "../../local/cluster/objects.ts";
import {
  createDeployment,
  deploymentPath,
  ensureNamespace,
  getDeployment,
  isRolledOut,
  replicaSetsOfDeployment,
  waitForDeployment,
} from "../../local/cluster/seed.ts";
import type { RunningCluster } from "../../local/cluster/start-cluster.ts";
import { eventually } from "../eventually.ts";
import { type PodWatch, watchPods } from "./watch-pods.ts";

const NAME = "checkout";
const GOOD_IMAGE = "demo/checkout:v1";
const BAD_IMAGE = "demo/checkout:v2-slow";
const ROLLOUT_DEADLINE_SECONDS = 60;
const SETTLE_MILLISECONDS = 300;

export type RollingUpdate = { readonly maxSurge: number | string; readonly maxUnavailable: number | string };
/** What Kubernetes gives a Deployment that does not ask for anything. */
export const DEFAULT_ROLLING_UPDATE: RollingUpdate = { maxSurge: "25%", maxUnavailable: "25%" };
const AT_ONCE: RollingUpdate = { maxSurge: "100%", maxUnavailable: 0 };

/** How long it took until Kubernetes' own test called the rollout finished, and the least pods that were available meanwhile. */
export interface Rollout {
  readonly seconds: number;
  readonly minAvailable: number;
}

/** One Deployment of R replicas in a namespace of its own, which is broken and brought back again and again. */
export class Fleet {
  readonly namespace = `bench-${randomBytes(4).toString("hex")}`;
  readonly name = NAME;
  readonly replicas: number;
  readonly #cluster: RunningCluster;
  #pods: PodWatch | undefined;

  constructor(cluster: RunningCluster, replicas: number) {
    this.#cluster = cluster;
    this.replicas = replicas;
  }

  get client() {
    return this.#cluster.client;
  }

  get path(): string {
    return deploymentPath(this.namespace, NAME);
  }

  /** Makes the namespace, then measures a first Deployment: the fastest that R pods can be had here. */
  async create(): Promise<Rollout> {
    await ensureNamespace(this.client, this.namespace);
    if (this.#cluster.server === "api-server") await enrolNamespace(this.client, this.namespace);
    this.#pods = watchPods(this.client, this.namespace);
    const seed = { namespace: this.namespace, name: NAME, image: GOOD_IMAGE, replicas: this.replicas };
    return this.measure(() => createDeployment(this.client, seed));
  }

  /** The bad release, fully rolled out, nothing of the good one left; the Deployment's own update strategy is then the given one. */
  async breakRelease(own: RollingUpdate): Promise<void> {
    await this.#patch({ ...rolling(AT_ONCE), template: { spec: { containers: [{ name: "app", image: BAD_IMAGE }] } } });
    await this.#whole(BAD_IMAGE);
    await this.#patch(rolling(own));
    await this.#whole(BAD_IMAGE);
  }

  /** From the first request of `act` until the good release is rolled out. */
  async measure(act: () => Promise<unknown>): Promise<Rollout> {
    const pods = this.#watched();
    // The namespace, or the break before, has just kept the controllers busy.
    await pause(SETTLE_MILLISECONDS);
    pods.mark();
    const started = performance.now();
    const done = waitForDeployment(this.client, this.namespace, NAME, {
      until: (deployment) => imageOf(deployment) === GOOD_IMAGE && isRolledOut(deployment),
      withinSeconds: ROLLOUT_DEADLINE_SECONDS,
    });
    await Promise.all([act(), done]);
    const seconds = (performance.now() - started) / 1000;
    const { minAvailable } = pods;
    await this.#whole(GOOD_IMAGE);
    return { seconds, minAvailable };
  }

  /** Oldest revision first: the release that is live is the last one. */
  replicaSets(): Promise<ReplicaSet[]> {
    return replicaSetsOfDeployment(this.client, this.namespace, NAME);
  }

  live(): Promise<Deployment> {
    return getDeployment(this.client, this.namespace, NAME);
  }

  /** Deletes everything and waits until the pods are gone: they must not weigh on the next measurement. */
  async remove(): Promise<void> {
    const pods = this.#pods;
    if (pods === undefined) return;
    try {
      await this.client.delete(this.path, { propagationPolicy: "Background" });
      await eventually(`the pods of ${this.namespace} are gone`, () => pods.total === 0, ROLLOUT_DEADLINE_SECONDS);
      await this.client.delete(`/api/v1/namespaces/${this.namespace}`);
    } finally {
      pods.stop();
    }
  }

  async #whole(image: string): Promise<void> {
    await eventually(
      `${this.namespace} runs ${this.replicas} pods of ${image} and no others`,
      async () => {
        const { total, available } = this.#watched();
        if (total !== this.replicas || available !== this.replicas) return false;
        const live = await this.live();
        return imageOf(live) === image && isRolledOut(live);
      },
      ROLLOUT_DEADLINE_SECONDS,
    );
  }

  #patch(spec: Record<string, unknown>): Promise<unknown> {
    return this.client.patch(this.path, { spec }, "strategic");
  }

  #watched(): PodWatch {
    if (this.#pods === undefined) throw new Error("create the Deployment first");
    return this.#pods;
  }
}

function rolling(rollingUpdate: RollingUpdate) {
  return { strategy: { type: "RollingUpdate", rollingUpdate } };
}

function imageOf({ spec }: Deployment): string | undefined {
  return spec.template.spec.containers[0]?.image;
}
