import type { Event, Node, Pod, PodTemplateSpec, ResourceQuota } from "kubernetes-types/core/v1.d.ts";
import type { LabelSelector } from "kubernetes-types/meta/v1.d.ts";
import type { Looked, NodeRoom, PreflightFacts, QuotaRoom } from "../../domain/preflight-facts.ts";
import { selectorText } from "./deployment-state.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import { from, type Look, notChecked } from "./preflight-looking.ts";
import { amountOf, podResources } from "./resource-quantity.ts";

/** An older refusal of the scheduler says nothing about now: it tries a waiting pod again every 5 minutes, so it has missed two tries. */
const RECENT_MS = 10 * 60_000;
const COUNTED = /^(pods|count\/pods|((requests|limits)\.)?(cpu|memory))$/;
/** Quotas with another scope count pods of a special kind (terminating, best-effort, of one priority). */
const PLAIN_SCOPES = new Set(["NotTerminating"]);

/** What quotas leave, resource by resource. */
export async function quotaRoom(kubernetes: KubernetesClient, look: Look, core: string): Promise<Looked<readonly QuotaRoom[]>> {
  const quotas = await look(() => kubernetes.list<ResourceQuota>(`${core}/resourcequotas`));
  return from(quotas, (found) =>
    (found ?? [])
      .filter(({ spec }) => spec?.scopeSelector === undefined && (spec?.scopes ?? []).every((scope) => PLAIN_SCOPES.has(scope)))
      .map(({ metadata, spec, status }) => ({
        name: metadata?.name ?? "",
        left: leftOf(status?.hard ?? spec?.hard ?? {}, status?.used ?? {}),
      })),
  );
}

/** What the Nodes have left that may run the template's pods. Both reads are cluster-wide: without the optional ClusterRole this is not known. */
export async function nodeRoom(kubernetes: KubernetesClient, look: Look, template: PodTemplateSpec): Promise<Looked<readonly NodeRoom[]>> {
  if (template.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution)
    return notChecked("the template asks for Nodes by affinity");
  const nodes = await look(() => kubernetes.list<Node>("/api/v1/nodes"));
  if ("notChecked" in nodes) return nodes;
  const pods = await look(() => kubernetes.list<Pod>("/api/v1/pods"));
  return from(pods, (running) => (nodes.value ?? []).filter((node) => takes(node, template)).map((node) => left(node, running ?? [])));
}

export interface RefusalScope {
  /** `/api/v1/namespaces/<namespace>` */
  readonly core: string;
  /** Of the workload, which tells its pods from those of another with a similar name; null when it has none to read. */
  readonly selector: LabelSelector | null;
  readonly now: Date;
}

/**
 * The scheduler's newest refusal of a pod of the workload that waits even now, and what that pod asks for. Events are kept for an hour: one about a pod
 * that has a Node by now, or is gone, tells nothing.
 */
export async function schedulerRefusal(
  kubernetes: KubernetesClient,
  look: Look,
  { core, selector, now }: RefusalScope,
): Promise<PreflightFacts["unschedulable"]> {
  if (selector === null) return notChecked("the workload has no selector that tells its pods");
  const [events, pods] = await Promise.all([
    look(() => kubernetes.list<Event>(`${core}/events`, { fieldSelector: "reason=FailedScheduling" })),
    look(() => kubernetes.list<Pod>(`${core}/pods`, selectorText(selector))),
  ]);
  if ("notChecked" in pods) return pods;
  const waiting = (pods.value ?? []).filter(({ metadata, spec }) => !spec?.nodeName && metadata?.deletionTimestamp === undefined);
  return from(events, (found) => {
    const [newest] = (found ?? [])
      .flatMap((event) => {
        const pod = waiting.find((candidate) => isAbout(event, candidate));
        return pod === undefined ? [] : [{ pod, message: event.message ?? "", at: lastSeenAt(event) }];
      })
      .filter(({ at }) => now.getTime() - at < RECENT_MS)
      .sort((a, b) => b.at - a.at);
    return newest === undefined ? null : { message: newest.message.slice(0, 200), requests: podResources(newest.pod.spec, "requests") };
  });
}

function isAbout({ involvedObject: { kind, name, uid } }: Event, { metadata }: Pod): boolean {
  return kind === "Pod" && name === metadata?.name && (uid === undefined || uid === metadata?.uid);
}

/** The newest of the times that the two event APIs note. */
function lastSeenAt({ lastTimestamp, series, eventTime, metadata }: Event): number {
  return Date.parse(lastTimestamp ?? series?.lastObservedTime ?? eventTime ?? metadata.creationTimestamp ?? "");
}

function leftOf(hard: Readonly<Record<string, string>>, used: Readonly<Record<string, string>>): Record<string, number> {
  const counted = Object.entries(hard).filter(([resource]) => COUNTED.test(resource));
  return Object.fromEntries(counted.map(([resource, limit]) => [resource, amountOf(resource, limit) - amountOf(resource, used[resource])]));
}

function takes({ metadata, spec, status }: Node, { spec: pod }: PodTemplateSpec): boolean {
  const ready = status?.conditions?.some(({ type, status: state }) => type === "Ready" && state === "True") ?? false;
  const selected = Object.entries(pod?.nodeSelector ?? {}).every(([key, value]) => metadata?.labels?.[key] === value);
  const tolerated = (spec?.taints ?? [])
    .filter(({ effect }) => effect !== "PreferNoSchedule")
    .every((taint) =>
      (pod?.tolerations ?? []).some(
        ({ key, operator, value, effect }) =>
          (key === undefined || key === "" || key === taint.key) &&
          (operator === "Exists" || (value ?? "") === (taint.value ?? "")) &&
          (effect === undefined || effect === "" || effect === taint.effect),
      ),
    );
  return ready && selected && tolerated && spec?.unschedulable !== true;
}

function left({ metadata, status }: Node, pods: readonly Pod[]): NodeRoom {
  const own = pods.filter(
    ({ spec, status: state }) => spec?.nodeName === metadata?.name && !["Succeeded", "Failed"].includes(state?.phase ?? ""),
  );
  const asked = own.map(({ spec }) => podResources(spec, "requests"));
  const sum = (resource: "cpuMillicores" | "memoryBytes") => asked.reduce((total, requests) => total + requests[resource], 0);
  const allocatable = (resource: string) => amountOf(resource, status?.allocatable?.[resource]);
  return {
    cpuMillicores: allocatable("cpu") - sum("cpuMillicores"),
    memoryBytes: allocatable("memory") - sum("memoryBytes"),
    pods: allocatable("pods") - own.length,
  };
}
