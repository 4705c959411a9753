import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import { applyPatch, type Operation } from "rfc6902";
import type { CreateAnswer, JsonPatchOperation, PatchAnswer } from "../../../../functions/adapters/kubernetes/kubernetes-client.ts";
import { TransientUpstreamError } from "../../../../functions/domain/errors.ts";
import { UnplayedKubernetesClient } from "./unplayed-kubernetes-client.ts";

/** What becomes of one PATCH: `lost-before` and `lost-after` give no answer, without and with the write. */
export type PatchFate = "stored" | "lost-before" | "lost-after" | Exclude<PatchAnswer<Deployment>, { outcome: "stored" }>;

/** One Deployment behind the client's interface, with real JSON Patch, `test` and generation, and a fate for every PATCH to come. */
export class InMemoryCluster extends UnplayedKubernetesClient {
  deployment: Deployment | null;
  replicaSets: readonly ReplicaSet[];
  autoscalers: readonly HorizontalPodAutoscaler[] | null = [];
  readonly calls: string[] = [];
  /** Events written, as they were sent. */
  readonly events: unknown[] = [];
  /** One entry per PATCH, in order; afterwards everything is stored. */
  readonly fates: PatchFate[] = [];
  /** What somebody else does right before a PATCH arrives. */
  meanwhile: ((cluster: InMemoryCluster) => void) | null = null;
  /** A mutating webhook. */
  admit: (deployment: Deployment) => Deployment = (deployment) => deployment;

  constructor(deployment: Deployment | null, replicaSets: readonly ReplicaSet[]) {
    super();
    this.deployment = deployment;
    this.replicaSets = replicaSets;
  }

  override async get<T>(path: string): Promise<T | null> {
    this.calls.push(`GET ${kindIn(path)}`);
    const name = path.split("/").at(-1);
    const found = path.includes("/deployments/")
      ? this.deployment
      : this.replicaSets.find((replicaSet) => replicaSet.metadata?.name === name);
    return structuredClone((found ?? null) as T | null);
  }

  override async list<T>(path: string): Promise<readonly T[] | null> {
    this.calls.push(`LIST ${kindIn(path)}`);
    return structuredClone(this.autoscalers) as readonly T[] | null;
  }

  override async patch<T>(path: string, operations: readonly JsonPatchOperation[]): Promise<PatchAnswer<T>> {
    this.calls.push(`PATCH ${kindIn(path)}`);
    this.meanwhile?.(this);
    const fate = this.fates.shift() ?? "stored";
    if (fate === "lost-before") throw new TransientUpstreamError("socket hang up");
    if (typeof fate === "object") return fate;
    const answer = this.#store(operations);
    if (fate === "lost-after") throw new TransientUpstreamError("socket hang up");
    return answer as PatchAnswer<T>;
  }

  override async create(path: string, body?: unknown): Promise<CreateAnswer<never>> {
    this.calls.push(`POST ${kindIn(path)}`);
    this.events.push(structuredClone(body));
    return { outcome: "exists" };
  }

  /** Somebody else writes: generation + 1. */
  change(edit: (deployment: Deployment) => void): void {
    if (this.deployment === null) return;
    const changed = structuredClone(this.deployment);
    edit(changed);
    this.#keep(changed);
  }

  #store(operations: readonly JsonPatchOperation[]): PatchAnswer<Deployment> {
    if (this.deployment === null) return { outcome: "absent" };
    const changed = structuredClone(this.deployment);
    const failed = applyPatch(changed, structuredClone(operations) as Operation[]).find((error) => error !== null);
    if (failed) return { outcome: "conflict", message: "the server rejected our request due to an error in our request" };
    this.#keep(this.admit(changed));
    return { outcome: "stored", object: structuredClone(this.deployment) };
  }

  #keep(changed: Deployment): void {
    this.deployment = { ...changed, metadata: { ...changed.metadata, generation: (changed.metadata?.generation ?? 0) + 1 } };
  }
}

function kindIn(path: string): string {
  return /(deployments|replicasets|pods|events|horizontalpodautoscalers)/.exec(path)?.[1] ?? path;
}
