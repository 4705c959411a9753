import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import type { Namespace, PodTemplateSpec } from "kubernetes-types/core/v1.d.ts";
import type { LabelSelector } from "kubernetes-types/meta/v1.d.ts";
import type { Ingress } from "kubernetes-types/networking/v1.d.ts";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1.d.ts";
import type { Looked, PreflightFacts } from "../../domain/preflight-facts.ts";
import type { ImageRegistry } from "../../ports/image-registry.ts";
import type { PreflightCandidate, PreflightReader, PreflightRequest } from "../../ports/preflight.ts";
import type { ConnectToCluster } from "./eks-connections.ts";
import type { KubernetesClient } from "./kubernetes-client.ts";
import { selects } from "./label-selector.ts";
import { workloadPath } from "./object-write.ts";
import { from, type Look, lookWithin, notChecked } from "./preflight-looking.ts";
import { rightsOfWriter } from "./preflight-rights.ts";
import { nodeRoom, quotaRoom, schedulerRefusal } from "./preflight-room.ts";
import { targetFacts } from "./preflight-target.ts";
import { withImages } from "./workload-template.ts";

/** Everything together takes no longer: an incident is open. */
const DEADLINE_MS = 1000;
const GATES_LABEL = "elbv2.k8s.aws/pod-readiness-gate-inject";

/** The parts of a workload of any kind that a preflight looks at. */
interface LiveWorkload {
  readonly spec?: { readonly selector?: LabelSelector; readonly template?: PodTemplateSpec };
}

/** A ReplicaSet, or a ControllerRevision, whose `data` is a patch that holds the template. */
interface Revision {
  readonly spec?: { readonly template?: PodTemplateSpec };
  readonly data?: { readonly spec?: { readonly template?: PodTemplateSpec } };
}

export interface PreflightOptions {
  readonly now?: () => Date;
  /** @default 1 second */
  readonly deadlineMilliseconds?: number;
}

/** Preflight on Amazon EKS: two rounds of reads (templates, then what they need and what is around them), all of a round at once. */
export function clusterPreflight(connect: ConnectToCluster, images: ImageRegistry, options: PreflightOptions = {}): PreflightReader {
  const { now = () => new Date(), deadlineMilliseconds = DEADLINE_MS } = options;
  return {
    async look(request) {
      const { look, end } = lookWithin(deadlineMilliseconds);
      try {
        return await lookAround(connect(request.target), images, look, request, now());
      } finally {
        end();
      }
    },
  };
}

async function lookAround(
  kubernetes: KubernetesClient,
  images: ImageRegistry,
  look: Look,
  request: PreflightRequest,
  now: Date,
): Promise<PreflightFacts> {
  const { target, workload, candidates, rights, secrets } = request;
  const core = `/api/v1/namespaces/${encodeURIComponent(target.namespace)}`;
  const rightFacts = rightsOfWriter(kubernetes, look, target.namespace, rights);
  const [found, templates] = await Promise.all([
    look(() => kubernetes.get<LiveWorkload>(workloadPath(target))),
    Promise.all(candidates.map((candidate) => templateOf(kubernetes, look, request, candidate))),
  ]);
  const live = "value" in found ? found.value : null;
  const first = templates.flatMap((template) => ("value" in template && template.value) || [])[0] ?? {};
  const reads = { kubernetes, images, look, core, secrets };
  const [targets, quotas, nodes, unschedulable, autoscaler, budgets, loadBalancer] = await Promise.all([
    Promise.all(
      candidates.map(({ templateHash }, index) =>
        targetFacts(reads, templateHash, templates[index] ?? { value: null }, live?.spec?.selector ?? null),
      ),
    ),
    quotaRoom(kubernetes, look, core),
    nodeRoom(kubernetes, look, first),
    schedulerRefusal(kubernetes, look, { core, selector: live?.spec?.selector ?? null, now }),
    autoscalerOf(kubernetes, look, request),
    budgetsOver(kubernetes, look, target.namespace, first.metadata?.labels ?? {}),
    loadBalancerOf(kubernetes, look, target.namespace),
  ]);
  return { workload, targets, quotas, nodes, unschedulable, autoscaler, budgets, loadBalancer, rights: await rightFacts };
}

/** As it will be written. Lists, since the Role for reading lists revisions anyway. */
async function templateOf(
  kubernetes: KubernetesClient,
  look: Look,
  { target }: PreflightRequest,
  candidate: PreflightCandidate,
): Promise<Looked<PodTemplateSpec | null>> {
  const plural = target.kind === "StatefulSet" || target.kind === "DaemonSet" ? "controllerrevisions" : "replicasets";
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(target.namespace)}/${plural}`;
  const listed = await look(() => kubernetes.list<Revision>(path, { fieldSelector: `metadata.name=${candidate.revisionName}` }));
  const revision = "value" in listed ? listed.value?.[0] : undefined;
  const template = revision?.spec?.template ?? revision?.data?.spec?.template ?? null;
  if (template !== null) return { value: withImages(template, candidate.images ?? {}) };
  if ("notChecked" in listed) return listed;
  return candidate.kept
    ? notChecked("the cluster has no such revision any more; the kept template is opened by the write alone")
    : { value: null };
}

async function autoscalerOf(
  kubernetes: KubernetesClient,
  look: Look,
  { target, workload }: PreflightRequest,
): Promise<PreflightFacts["autoscaler"]> {
  const name = workload.hpa;
  if (name === null) return { value: null };
  const path = `/apis/autoscaling/v1/namespaces/${encodeURIComponent(target.namespace)}/horizontalpodautoscalers`;
  const listed = await look(() => kubernetes.list<HorizontalPodAutoscaler>(path, { fieldSelector: `metadata.name=${name}` }));
  return from(listed, (found) => {
    const maxReplicas = found?.[0]?.spec?.maxReplicas;
    return maxReplicas === undefined ? null : { name, maxReplicas };
  });
}

async function budgetsOver(
  kubernetes: KubernetesClient,
  look: Look,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): Promise<PreflightFacts["budgets"]> {
  const listed = await look(async () => {
    const versions = await kubernetes.served("policy");
    const version = versions.includes("v1") ? "v1" : "v1beta1";
    return kubernetes.list<PodDisruptionBudget>(`/apis/policy/${version}/namespaces/${encodeURIComponent(namespace)}/poddisruptionbudgets`);
  });
  return from(listed, (found) =>
    (found ?? [])
      .filter(({ spec }) => spec?.selector !== undefined && selects(spec.selector, labels))
      .map(({ metadata, status }) => ({ name: metadata?.name ?? "", allowed: status?.disruptionsAllowed ?? 0 })),
  );
}

/** Only an ALB that sends to pods themselves (target type ip) can miss one that is ready. */
async function loadBalancerOf(kubernetes: KubernetesClient, look: Look, namespace: string): Promise<PreflightFacts["loadBalancer"]> {
  const segment = encodeURIComponent(namespace);
  const listed = await look(() => kubernetes.list<Ingress>(`/apis/networking.k8s.io/v1/namespaces/${segment}/ingresses`));
  if ("notChecked" in listed) return listed;
  const balanced = (listed.value ?? []).find(({ metadata, spec }) => {
    const annotations = metadata?.annotations ?? {};
    const isAlb = spec?.ingressClassName === "alb" || annotations["kubernetes.io/ingress.class"] === "alb";
    return isAlb && annotations["alb.ingress.kubernetes.io/target-type"] === "ip";
  });
  if (balanced === undefined) return { value: null };
  const labelled = await look(() => kubernetes.get<Namespace>(`/api/v1/namespaces/${segment}`));
  if ("notChecked" in labelled) return notChecked(labelled.notChecked, labelled.fix);
  return { value: { ingress: balanced.metadata?.name ?? "", gated: labelled.value?.metadata?.labels?.[GATES_LABEL] === "enabled" } };
}
