import type { Event, Node, Pod, PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { Condition } from "kubernetes-types/meta/v1.d.ts";
import type { Target, WorkloadKind } from "../../domain/blueprint.ts";
import type { NodeFacts, PodFacts, TemplateFacts } from "../../domain/diagnosis/evidence-bundle.ts";
import type { ReplicaSetSummary, WorkloadState } from "../../domain/workload.ts";
import type { Attempts } from "./evidence-attempts.ts";
import { conditionFacts, podFacts, templateFacts } from "./evidence-pods.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import { isPast } from "./pod-failure.ts";
import { HASH_LABELS } from "./pod-groups.ts";

const MOST_PODS = 200;
const APPS = "/apis/apps/v1";
const HOMES: Readonly<Record<WorkloadKind, { readonly group: string; readonly resource: string; readonly revisions: string }>> = {
  Deployment: { group: APPS, resource: "deployments", revisions: "replicasets" },
  StatefulSet: { group: APPS, resource: "statefulsets", revisions: "controllerrevisions" },
  DaemonSet: { group: APPS, resource: "daemonsets", revisions: "controllerrevisions" },
  Rollout: { group: "/apis/argoproj.io/v1alpha1", resource: "rollouts", revisions: "replicasets" },
};

/** A ReplicaSet, or a ControllerRevision, whose `data` is a patch that holds the template. */
interface Revision {
  readonly spec?: { readonly template?: PodTemplateSpec };
  readonly data?: { readonly spec?: { readonly template?: PodTemplateSpec } };
}

/** The reads of one collection. Lists, where the Role has no `get`. */
export class EvidenceReads {
  readonly #kubernetes: KubernetesClient;
  readonly #attempts: Attempts;
  readonly #target: Target;
  readonly #milliseconds: number;

  constructor(kubernetes: KubernetesClient, attempts: Attempts, target: Target, milliseconds: number) {
    this.#kubernetes = kubernetes;
    this.#attempts = attempts;
    this.#target = target;
    this.#milliseconds = milliseconds;
  }

  async conditions(): Promise<readonly Partial<Condition>[]> {
    const { kind, name } = this.#target;
    const { group, resource } = HOMES[kind];
    const object = await this.#attempts.of(`${kind} ${name}`, this.#milliseconds, () =>
      this.#kubernetes.get<{ status?: { conditions?: readonly Partial<Condition>[] } }>(
        `${this.#in(group)}/${resource}/${encodeURIComponent(name)}`,
      ),
    );
    return object?.status?.conditions ?? [];
  }

  async template({ name, templateHash }: ReplicaSetSummary): Promise<readonly TemplateFacts[]> {
    const path = `${this.#in(APPS)}/${HOMES[this.#target.kind].revisions}`;
    const found = await this.#attempts.of(`template of ${name}`, this.#milliseconds, () =>
      this.#kubernetes.list<Revision>(path, { fieldSelector: `metadata.name=${name}` }),
    );
    const template = found?.[0]?.spec?.template ?? found?.[0]?.data?.spec?.template;
    return template === undefined ? [] : [templateFacts(templateHash, template)];
  }

  /** By template label; of others' pods that carry the same, the owner tells. */
  async pods({ uid, templateHash, replicaSets, pods }: WorkloadState, now: Date): Promise<readonly PodFacts[]> {
    const label = HASH_LABELS[this.#target.kind];
    const newest = replicaSets.slice(0, 2).map((revision) => revision.templateHash);
    const hashes = new Set([templateHash, ...newest, ...pods.map((group) => group.templateHash)].filter((hash) => hash !== null));
    if (hashes.size === 0) return [];
    const owners = new Set([uid, ...replicaSets.map((revision) => revision.uid)]);
    const listed = await this.#attempts.of("pods", this.#milliseconds, () =>
      this.#kubernetes.list<Pod>(this.#in("/api/v1", "pods"), `${label} in (${[...hashes].join(",")})`),
    );
    return (listed ?? [])
      .filter(({ metadata }) => metadata?.ownerReferences?.some((owner) => owner.controller && owners.has(owner.uid)))
      .filter((pod) => !isPast(pod, now))
      .map((pod) => podFacts(pod, pod.metadata?.labels?.[label] ?? "", now))
      .sort((a, b) => Number(b.failing) - Number(a.failing))
      .slice(0, MOST_PODS);
  }

  async events({ uid, name }: { readonly uid: string; readonly name: string }): Promise<readonly Event[]> {
    const found = await this.#attempts.of(`events of ${name}`, this.#milliseconds, () =>
      this.#kubernetes.list<Event>(this.#in("/api/v1", "events"), { fieldSelector: `involvedObject.uid=${uid}` }),
    );
    return found ?? [];
  }

  /** Nodes are no namespace's: whoever enrols one need not give this right. */
  async node(name: string): Promise<readonly NodeFacts[]> {
    const node = await this.#attempts.of(
      `node ${name}`,
      this.#milliseconds,
      () => this.#kubernetes.get<Node>(`/api/v1/nodes/${encodeURIComponent(name)}`),
      true,
    );
    return node === null ? [] : [{ name, conditions: conditionFacts(node.status?.conditions) }];
  }

  #in(group: string, resource?: string): string {
    const home = `${group}/namespaces/${encodeURIComponent(this.#target.namespace)}`;
    return resource === undefined ? home : `${home}/${resource}`;
  }
}
