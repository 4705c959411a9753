import type { Target } from "../../../functions/domain/blueprint.ts";
import { TransientUpstreamError } from "../../../functions/domain/errors.ts";
import type { WorkloadState, WorkloadWrite, WriteResult } from "../../../functions/domain/workload.ts";
import type { Workload } from "../../../functions/ports/workload.ts";
import type { ClusterClient } from "../../../local/cluster/cluster-client.ts";
import type { FaultSpec } from "../../../local/cluster/front/faults.ts";
import type { Deployment } from "../../../local/cluster/objects.ts";
import { createDeployment, deploymentPath, replicaSetsOfDeployment, scaleDeployment, setImage } from "../../../local/cluster/seed.ts";
import { eventsAbout } from "../../../local/cluster/workload-seed.ts";
import { eventually } from "./eventually.ts";

export const STAMP = { execution: "rg-cells-20260724T120000Z-0a1b2c3d", fence: 7 };
const MOST_TRIES = 4;

/** Which write meets a fault. */
export const WRITES = ["restore-template", "restore-scale", "restore-strategy"] as const satisfies readonly WorkloadWrite["kind"][];
export type CellWrite = (typeof WRITES)[number];

/** Where in the write: `METHOD pattern`, and the how-manieth of these. */
export type CellCall = Pick<FaultSpec, "method" | "pathPattern" | "nth">;

/** The calls of a write on a Deployment of this name. */
export const callsOf = (name: string) => ({
  read: { method: "GET", pathPattern: `/deployments/${name}$`, nth: 1 },
  write: { method: "PATCH", pathPattern: `/deployments/${name}\\?`, nth: 1 },
  giveFieldsBack: { method: "PATCH", pathPattern: `/deployments/${name}\\?`, nth: 2 },
  tell: { method: "POST", pathPattern: "/events$", nth: 1 },
  verify: { method: "GET", pathPattern: `/deployments/${name}$`, nth: 2 },
});
export type CellCallName = keyof ReturnType<typeof callsOf>;

/** What is compared between a run with a fault and one without. */
export interface Effect {
  readonly generations: number;
  readonly image: string | undefined;
  readonly replicas: number;
  readonly strategy: unknown;
  readonly stamps: unknown;
  readonly replicaSets: number;
}

/** What a write came to, after as many tries as the state machine makes. */
export interface CellRun {
  readonly result: WriteResult | null;
  readonly tries: number;
  readonly slowestSeconds: number;
  readonly effect: Effect;
  /** What VerifyStep sees. */
  readonly seen: WorkloadState | null;
  readonly events: number;
  readonly holdsFields: boolean;
}

/** One Deployment of its own: what went wrong with it, and the write that takes it back. */
export class FaultCell {
  readonly name: string;
  readonly #client: ClusterClient;
  readonly #namespace: string;
  readonly #workload: Workload;

  constructor({ client, namespace, workload }: { client: ClusterClient; namespace: string; workload: Workload }, name: string) {
    this.#client = client;
    this.#namespace = namespace;
    this.#workload = workload;
    this.name = name;
  }

  get target(): Target {
    return { cluster: "demo", namespace: this.#namespace, kind: "Deployment", name: this.name };
  }

  live(): Promise<Deployment> {
    return this.#client.get<Deployment>(deploymentPath(this.#namespace, this.name));
  }

  /** A Deployment that is good; `breakIt` makes the incident. */
  async start(): Promise<void> {
    await createDeployment(this.#client, { namespace: this.#namespace, name: this.name, image: "demo/web:v1", replicas: 2 });
    await this.#observed(1);
    // what a stale answer shows
    await this.live();
  }

  /** Makes what the write is to take back, and answers with the write. */
  async breakIt(kind: CellWrite): Promise<WorkloadWrite> {
    if (kind === "restore-scale") {
      await scaleDeployment(this.#client, this.#namespace, this.name, 1);
      await this.#observed(1);
      return { kind, replicas: 2, expect: await this.#expected(), stamp: STAMP };
    }
    await setImage(this.#client, this.#namespace, this.name, "demo/web:v2");
    await this.#observed(2);
    const [good] = await replicaSetsOfDeployment(this.#client, this.#namespace, this.name);
    const templateHash = good?.metadata.labels?.["pod-template-hash"] ?? "";
    const replicaSet = good?.metadata.name ?? "";
    const restore: WorkloadWrite = { kind: "restore-template", replicaSet, templateHash, expect: await this.#expected(), stamp: STAMP };
    if (kind === "restore-template") return restore;
    await this.#workload.apply(this.target, restore);
    return { kind, expect: await this.#expected(), stamp: STAMP };
  }

  /** ExecuteStep and the read of VerifyStep, each called again while it is transient. */
  async run(write: WorkloadWrite, before: Deployment): Promise<CellRun> {
    const started = await eventsAbout(this.#client, this.#namespace, this.name);
    const applied = await this.#retried(() => this.#workload.apply(this.target, write));
    const read = await this.#retried(() => this.#workload.read(this.target));
    const { metadata, spec } = await this.live();
    const { annotations = {}, managedFields = [] } = metadata;
    const told = await eventsAbout(this.#client, this.#namespace, this.name);
    return {
      result: applied.value,
      tries: applied.tries,
      slowestSeconds: Math.max(applied.slowestSeconds, read.slowestSeconds),
      effect: {
        generations: (metadata.generation ?? 0) - (before.metadata.generation ?? 0),
        image: spec.template.spec.containers[0]?.image,
        replicas: spec.replicas,
        strategy: spec.strategy,
        stamps: Object.entries(annotations).filter(([key]) => key.startsWith("rollguard.dev/")),
        replicaSets: (await replicaSetsOfDeployment(this.#client, this.#namespace, this.name)).length,
      },
      seen: read.value,
      events: told.filter((line) => line.startsWith("Rollguard")).length - started.filter((line) => line.startsWith("Rollguard")).length,
      holdsFields: managedFields.some(({ manager }) => manager === "rollguard"),
    };
  }

  async #retried<T>(
    call: () => Promise<T>,
  ): Promise<{ readonly value: T | null; readonly tries: number; readonly slowestSeconds: number }> {
    let slowestSeconds = 0;
    for (let tries = 1; ; tries += 1) {
      const at = Date.now();
      try {
        return { value: await call(), tries, slowestSeconds: Math.max(slowestSeconds, (Date.now() - at) / 1000) };
      } catch (error) {
        if (!(error instanceof TransientUpstreamError)) throw error;
        slowestSeconds = Math.max(slowestSeconds, (Date.now() - at) / 1000);
        if (tries === MOST_TRIES) return { value: null, tries, slowestSeconds };
      }
    }
  }

  async #expected() {
    const { metadata } = await this.listed();
    return { uid: metadata.uid, generation: metadata.generation ?? 0 };
  }

  /** A GET would be remembered as what a stale answer shows. */
  async listed(): Promise<Deployment> {
    const path = `/apis/apps/v1/namespaces/${this.#namespace}/deployments?fieldSelector=metadata.name%3D${this.name}`;
    const [found] = await this.#client.list<Deployment>(path);
    if (found === undefined) throw new Error(`${this.name} does not exist`);
    return found;
  }

  #observed(replicaSets: number): Promise<unknown> {
    return eventually(`${this.name} is observed`, async () => {
      const { metadata, status } = await this.listed();
      const sets = await replicaSetsOfDeployment(this.#client, this.#namespace, this.name);
      return sets.length === replicaSets && status.observedGeneration === metadata.generation;
    });
  }
}
