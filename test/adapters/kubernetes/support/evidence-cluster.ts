import type { Event, Node, Pod, PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { ListSelectors, TextAnswer } from "../../../../functions/adapters/kubernetes/kubernetes-client.ts";
import { GOOD_REPLICA_SET } from "../../../support/builders/index.ts";
import { aDeployment, aReplicaSetObject } from "./kubernetes-objects.ts";
import { UnplayedKubernetesClient } from "./unplayed-kubernetes-client.ts";

export interface EvidenceObjects {
  readonly pods?: readonly Pod[];
  readonly events?: readonly Event[];
  readonly nodes?: readonly Node[];
  readonly conditions?: readonly { type: string; status: string; reason?: string; message?: string }[];
  /** Templates of the bad and of the good release; absent = the builders' own. */
  readonly templates?: { readonly bad?: PodTemplateSpec; readonly good?: PodTemplateSpec };
  /** By pod name: the log of the current and of the previous run; a run without a log is refused as the kubelet does. */
  readonly logs?: Readonly<Record<string, { readonly current?: string; readonly previous?: string }>>;
}

/** What one request meets instead of its answer. */
export type Disturbance = (path: string) => Promise<void> | undefined;

/** `checkout` with its two releases, as far as evidence is read from it: selectors select, refusals and silence can be played. */
export class EvidenceCluster extends UnplayedKubernetesClient {
  readonly requests: string[] = [];
  disturb: Disturbance = () => undefined;
  readonly #objects: EvidenceObjects;

  constructor(objects: EvidenceObjects) {
    super();
    this.#objects = objects;
  }

  override async get<T>(path: string): Promise<T | null> {
    await this.#meet(`GET ${path}`);
    const node = /^\/api\/v1\/nodes\/(.+)$/.exec(path)?.[1];
    if (node !== undefined) return (this.#objects.nodes?.find(({ metadata }) => metadata?.name === node) ?? null) as T | null;
    if (path !== "/apis/apps/v1/namespaces/demo/deployments/checkout") return super.get(path);
    const conditions = this.#objects.conditions ?? [{ type: "Available", status: "True" }];
    return aDeployment({ status: { conditions: conditions as never } }) as T;
  }

  override async list<T>(path: string, selectors: ListSelectors = {}): Promise<readonly T[] | null> {
    const { labelSelector = "", fieldSelector = "" } = typeof selectors === "string" ? { labelSelector: selectors } : selectors;
    await this.#meet(`LIST ${path} ${labelSelector}${fieldSelector}`);
    const wanted = /^[\w.]+=(.+)$/.exec(fieldSelector)?.[1];
    switch (path) {
      case "/api/v1/namespaces/demo/events":
        return (this.#objects.events ?? []).filter(({ involvedObject }) => involvedObject.uid === wanted) as T[];
      case "/api/v1/namespaces/demo/pods": {
        const hashes = /^pod-template-hash in \((.*)\)$/.exec(labelSelector)?.[1]?.split(",") ?? [];
        return (this.#objects.pods ?? []).filter(({ metadata }) => hashes.includes(metadata?.labels?.["pod-template-hash"] ?? "")) as T[];
      }
      case "/apis/apps/v1/namespaces/demo/replicasets": {
        const good = wanted === GOOD_REPLICA_SET;
        const template = good ? this.#objects.templates?.good : this.#objects.templates?.bad;
        return [aReplicaSetObject(good ? "good" : "bad", template ? { template } : {})] as T[];
      }
      default:
        return super.list(path);
    }
  }

  override async text(path: string): Promise<never> {
    return (await this.#log(path)) as never;
  }

  async #log(path: string): Promise<TextAnswer> {
    await this.#meet(`TEXT ${path}`);
    const [, name = "", query = ""] = /\/pods\/([^/]+)\/log\?(.*)$/.exec(path) ?? [];
    const log = this.#objects.logs?.[name] ?? {};
    const previous = new URLSearchParams(query).get("previous") === "true";
    const text = previous ? log.previous : log.current;
    if (text !== undefined) return { outcome: "text", text };
    return { outcome: "refused", message: previous ? "previous terminated container not found" : "container is waiting to start" };
  }

  async #meet(request: string): Promise<void> {
    this.requests.push(request);
    await this.disturb(request);
  }
}

/** An event about an object, as the kubelet, the scheduler and the controllers write them. */
export function anEvent(
  about: { readonly kind: string; readonly name: string; readonly uid: string },
  reason: string,
  message: string,
  overrides: Partial<Event> = {},
): Event {
  return {
    metadata: { name: `${about.name}.17a`, namespace: "demo" },
    involvedObject: { apiVersion: "v1", namespace: "demo", ...about },
    type: "Warning",
    reason,
    message,
    count: 3,
    firstTimestamp: "2026-11-20T03:11:00Z",
    lastTimestamp: "2026-11-20T03:12:20Z",
    ...overrides,
  };
}
