import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1.d.ts";
import type { HorizontalPodAutoscaler } from "kubernetes-types/autoscaling/v1.d.ts";
import type { Pod } from "kubernetes-types/core/v1.d.ts";
import type { LabelSelector, ObjectMeta } from "kubernetes-types/meta/v1.d.ts";
import type { WorkloadKind } from "../../domain/blueprint.ts";
import { redactedTo } from "../../domain/redact.ts";
import type { ReplicaSetSummary, WorkloadState } from "../../domain/workload.ts";
import { podGroups } from "./pod-groups.ts";
import { TEMPLATE_HASH_LABEL, templatesEqual } from "./template-equality.ts";
import { terminatingPods } from "./terminating-pods.ts";
import { flaggerRole, workloadIdentity } from "./workload-identity.ts";

const REVISION_ANNOTATION = "deployment.kubernetes.io/revision";
const MOST_REPLICA_SETS = 20;
const MESSAGE_LENGTH = 300;

export interface DeploymentObjects {
  readonly deployment: Deployment;
  /** As listed by the Deployment's selector: others' objects among them are left out here. */
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  /** Every one of the namespace. */
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
}

/** The one mapping from Kubernetes' JSON to what the domain knows. Absent counters are 0, absent settings are Kubernetes' defaults. */
export function deploymentState({ deployment, replicaSets, pods, autoscalers }: DeploymentObjects, now: Date): WorkloadState {
  const { metadata = {}, spec, status = {} } = deployment;
  const owned = replicaSets.filter((replicaSet) => isControlledBy(replicaSet, metadata.uid));
  const ownedUids = new Set(owned.map((replicaSet) => replicaSet.metadata?.uid));
  const ownPods = pods.filter((pod) => ownedUids.has(controllerUid(pod.metadata)));
  const templateHash = liveTemplateHash(deployment, owned);
  return {
    ...identity(deployment),
    observedGeneration: status.observedGeneration ?? 0,
    templateHash,
    strategy: effectiveStrategy(deployment),
    progressDeadlineSeconds: spec?.progressDeadlineSeconds ?? 600,
    minReadySeconds: spec?.minReadySeconds ?? 0,
    revisionHistoryLimit: spec?.revisionHistoryLimit ?? 10,
    status: {
      replicas: status.replicas ?? 0,
      updatedReplicas: status.updatedReplicas ?? 0,
      readyReplicas: status.readyReplicas ?? 0,
      availableReplicas: status.availableReplicas ?? 0,
      progressDeadlineExceeded: condition(deployment, "Progressing")?.reason === "ProgressDeadlineExceeded",
      replicaFailure: replicaFailure(deployment),
    },
    hpa: autoscalerOf(metadata.name, autoscalers),
    replicaSets: owned.map(summary).sort(newestFirst).slice(0, MOST_REPLICA_SETS),
    pods: podGroups(ownPods, now),
    terminating: terminatingPods(ownPods, TEMPLATE_HASH_LABEL, templateHash, now),
  };
}

/** What a GET of the Deployment alone tells. */
export function identity(deployment: Deployment) {
  const { metadata = {}, spec } = deployment;
  const flagger = flaggerRole(metadata);
  return { kind: "Deployment" as const, ...workloadIdentity(deployment), paused: spec?.paused ?? false, ...(flagger ? { flagger } : {}) };
}

/** Is this object managed by the controller with that uid? */
export function isControlledBy(object: { readonly metadata?: ObjectMeta }, uid: string | undefined): boolean {
  return uid !== undefined && controllerUid(object.metadata) === uid;
}

/** The hash under which the Deployment controller runs this template. */
export function templateHashOf(replicaSet: ReplicaSet): string {
  return replicaSet.metadata?.labels?.[TEMPLATE_HASH_LABEL] ?? "";
}

/** The strategy as it works: Kubernetes' defaults filled in, `Recreate` as what it does (all away first). */
export function effectiveStrategy({ spec }: Deployment): WorkloadState["strategy"] {
  const type = spec?.strategy?.type ?? "RollingUpdate";
  if (type === "Recreate") return { type, maxSurge: "0", maxUnavailable: "100%" };
  const { maxSurge, maxUnavailable } = spec?.strategy?.rollingUpdate ?? {};
  return { type, maxSurge: String(maxSurge ?? "25%"), maxUnavailable: String(maxUnavailable ?? "25%") };
}

/** The name of the first autoscaler that targets a workload of this kind and name. */
export function autoscalerOf(
  name: string | undefined,
  autoscalers: readonly HorizontalPodAutoscaler[],
  kind: WorkloadKind = "Deployment",
): string | null {
  const found = autoscalers.find(({ spec }) => spec?.scaleTargetRef.kind === kind && spec.scaleTargetRef.name === name);
  return found?.metadata?.name ?? null;
}

/** A selector as the API takes it in a query. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const equalities = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const sets = matchExpressions.map(({ key, operator, values = [] }) => {
    switch (operator) {
      case "Exists":
        return key;
      case "DoesNotExist":
        return `!${key}`;
      case "In":
        return `${key} in (${values.join(",")})`;
      default:
        return `${key} notin (${values.join(",")})`;
    }
  });
  return [...equalities, ...sets].join(",");
}

/** As the Deployment controller chooses among equal templates: the oldest. */
function liveTemplateHash({ spec }: Deployment, owned: readonly ReplicaSet[]): string | null {
  if (!spec) return null;
  const equal = owned.filter((replicaSet) => replicaSet.spec?.template && templatesEqual(replicaSet.spec.template, spec.template));
  equal.sort((a, b) => createdAt(a).localeCompare(createdAt(b)));
  return equal[0] ? templateHashOf(equal[0]) : null;
}

function summary(replicaSet: ReplicaSet): ReplicaSetSummary {
  const { metadata = {}, spec, status } = replicaSet;
  return {
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    templateHash: templateHashOf(replicaSet),
    revision: Number.parseInt(metadata.annotations?.[REVISION_ANNOTATION] ?? "", 10) || 0,
    createdAt: createdAt(replicaSet),
    // How many it is asked to run: of a blocked ReplicaSet fewer exist.
    replicas: spec?.replicas ?? 0,
    readyReplicas: status?.readyReplicas ?? 0,
    image: spec?.template?.spec?.containers[0]?.image ?? "",
  };
}

function newestFirst(a: ReplicaSetSummary, b: ReplicaSetSummary): number {
  return b.revision - a.revision || b.createdAt.localeCompare(a.createdAt);
}

function createdAt(replicaSet: ReplicaSet): string {
  return replicaSet.metadata?.creationTimestamp ?? "";
}

function controllerUid(metadata: ObjectMeta | undefined): string | undefined {
  return metadata?.ownerReferences?.find((reference) => reference.controller)?.uid;
}

function condition({ status }: Deployment, type: string) {
  return status?.conditions?.find((entry) => entry.type === type);
}

function replicaFailure(deployment: Deployment): string | null {
  const failed = condition(deployment, "ReplicaFailure");
  return failed?.status === "True" ? redactedTo(MESSAGE_LENGTH, failed.message ?? failed.reason ?? "ReplicaFailure") : null;
}
