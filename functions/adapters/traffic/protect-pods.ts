import type { Pod, Service } from "kubernetes-types/core/v1.d.ts";
import type { LabelSelector } from "kubernetes-types/meta/v1.d.ts";
import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction, Confirmation } from "../../domain/cluster-action.ts";
import type { WriteResult } from "../../domain/workload.ts";
import { FIELD_MANAGER } from "../../domain/workload.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { type LiveObject, laterFence, result, workloadPath } from "../kubernetes/object-write.ts";
import { podsWith, readyBehind } from "./endpoints.ts";

type ProtectPods = Extract<ClusterAction, { kind: "protect-pods" }>;

/** A Lambda has seconds: more pods than this are not relabelled one by one. */
const MOST_PODS = 200;
const AT_ONCE = 8;
type Labels = Readonly<Record<string, string>>;

const HASH_LABEL = "pod-template-hash";

/** What decides whether a label takes pods out of the traffic and nothing else. */
interface Scene {
  readonly bad: readonly Pod[];
  /** Services that select these pods by the label. */
  readonly services: readonly string[];
  readonly problem: string | null;
}

/**
 * Bad pods out of their Service without ending them, by a label that the Service selects and the ReplicaSet does not. Refused when the label decides
 * anything else, when a Service would go on sending to them, or when nobody else would be left to serve.
 */
export const protectPods: ActionModule<ProtectPods> = {
  async apply(kubernetes, target, action, stamp) {
    const fenced = await laterFence(kubernetes, target, stamp);
    if (fenced !== null) return result("superseded", fenced);
    const { bad, services, problem } = await look(kubernetes, target, action);
    if (problem !== null) return result("refused", problem);
    const left = bad.filter((pod) => !isProtected(pod, action));
    if (left.length === 0) return result("already-applied", `no pod of template ${action.templateHash} gets traffic`);
    if (left.length > MOST_PODS) return result("refused", `${left.length} pods are too many to relabel in one step (at most ${MOST_PODS})`);
    return relabel(kubernetes, target, action, left, services);
  },

  async confirm(kubernetes, target, action): Promise<Confirmation> {
    const { bad, services } = await look(kubernetes, target, action);
    const names = new Set(bad.map(({ metadata }) => metadata?.name ?? ""));
    const open = bad.filter((pod) => !isProtected(pod, action)).length;
    if (open > 0) return { verdict: "not-yet", reason: `${open} pods of template ${action.templateHash} carry the label's old value` };
    for (const service of services) {
      const behind = (await readyBehind(kubernetes, target.namespace, service)) ?? [];
      const still = behind.filter((name) => names.has(name)).length;
      if (still > 0) return { verdict: "not-yet", reason: `${still} of them are still behind Service ${service}` };
    }
    return { verdict: "proven", reason: `no pod of template ${action.templateHash} is behind a Service` };
  },
};

async function look(kubernetes: KubernetesClient, target: Target, action: ProtectPods): Promise<Scene> {
  const { namespace } = target;
  const workload = await kubernetes.get<LiveObject & { spec?: { selector?: LabelSelector } }>(workloadPath(target));
  const selector = workload?.spec?.selector;
  const { pods, ready } = await podsWith(kubernetes, namespace, selector?.matchLabels ?? {});
  const bad = pods.filter(({ metadata }) => metadata?.labels?.[HASH_LABEL] === action.templateHash);
  const all = (await kubernetes.list<Service>(`/api/v1/namespaces/${encodeURIComponent(namespace)}/services`)) ?? [];
  const reaching = all.filter(({ spec }) => bad.some(({ metadata }) => selects(spec?.selector, metadata?.labels, action.label)));
  const services = reaching.filter(({ spec }) => action.label in (spec?.selector ?? {}));
  const others = ready.filter((pod) => !bad.includes(pod) && services.some(({ spec }) => selects(spec?.selector, pod.metadata?.labels)));
  return { bad, services: services.map(nameOf), problem: whyNot({ action, selector, bad, reaching, services, others }) };
}

function whyNot(facts: {
  readonly action: ProtectPods;
  readonly selector: LabelSelector | undefined;
  readonly bad: readonly Pod[];
  readonly reaching: readonly Service[];
  readonly services: readonly Service[];
  readonly others: readonly Pod[];
}): string | null {
  const { action, selector, bad, reaching, services, others } = facts;
  const { label } = action;
  if (bad.length === 0) return `no pod of template ${action.templateHash} exists`;
  if (label in (selector?.matchLabels ?? {}) || (selector?.matchExpressions ?? []).some(({ key }) => key === label)) {
    return `label ${label} is in the workload's own selector: without it the pods would be replaced`;
  }
  if (services.length === 0) return `no Service selects the pods by label ${label}`;
  const blind = reaching.find((service) => !services.includes(service));
  if (blind !== undefined)
    return `Service ${nameOf(blind)} selects the pods without looking at label ${label}, and would go on sending to them`;
  const open = services.find(({ spec }) => spec?.selector?.[label] === action.value);
  if (open !== undefined) return `Service ${nameOf(open)} selects ${label}=${action.value}: that would not take them out`;
  return others.length === 0 ? "no ready pod of another template would be left behind the Service" : null;
}

async function relabel(
  kubernetes: KubernetesClient,
  { namespace }: Target,
  { label, value, templateHash }: ProtectPods,
  pods: readonly Pod[],
  services: readonly string[],
): Promise<WriteResult> {
  let changed = 0;
  for (let start = 0; start < pods.length; start += AT_ONCE) {
    const answers = await Promise.all(
      pods.slice(start, start + AT_ONCE).map(({ metadata }) => {
        const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(metadata?.name ?? "")}?fieldManager=${FIELD_MANAGER}`;
        return kubernetes.merge<Pod>(path, { metadata: { uid: metadata?.uid, labels: { [label]: value } } });
      }),
    );
    const denied = answers.find(({ outcome }) => outcome === "denied");
    if (denied?.outcome === "denied") return result("refused", `after ${changed} pods: ${denied.message}`);
    // gone, or another pod under its name: nothing to protect
    changed += answers.filter(({ outcome }) => outcome === "stored").length;
  }
  return result(
    "applied",
    `${changed} pods of template ${templateHash} out of ${services.map((name) => `Service ${name}`).join(", ")} (${label}=${value})`,
  );
}

function isProtected({ metadata }: Pod, { label, value }: ProtectPods): boolean {
  return metadata?.labels?.[label] === value;
}

/** Does this selector name the pod? One label may be left out of the question. */
function selects(selector: Labels | undefined, labels: Labels | undefined, leftOut?: string): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => key === leftOut || labels?.[key] === value);
}

function nameOf({ metadata }: Service): string {
  return metadata?.name ?? "";
}
