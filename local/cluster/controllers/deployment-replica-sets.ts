import { deleteObject } from "../api/delete-operation.ts";
import { RESOURCE_TYPES } from "../api/resource-types.ts";
import { selectorMatches } from "../api/selectors.ts";
import { StatusError } from "../api/status-error.ts";
import { createObject, type WriteContext } from "../api/write-operations.ts";
import type { Deployment, ReplicaSet } from "../objects.ts";
import { CONTROLLER_MANAGER, change, changeStatus, controllerReference, recordEvent } from "./cluster-access.ts";
import { conditionOf, type ReplicaSetsOf, withCondition } from "./deployment-status.ts";
import { ownerIndex } from "./owner-index.ts";
import { maxRevision, newReplicaSetAnnotations, REVISION, revisionOf } from "./revisions.ts";
import { newReplicaSetSize } from "./rollout-numbers.ts";
import { HASH_LABEL, templateHash, templatesEqual } from "./template-hash.ts";

const byAge = (a: ReplicaSet, b: ReplicaSet): number =>
  Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) || (a.metadata.name < b.metadata.name ? -1 : 1);

function ownedReplicaSets(context: WriteContext, deployment: Deployment): ReplicaSet[] {
  const { namespace, uid } = deployment.metadata;
  const index = ownerIndex(context.store);
  for (const orphan of index.orphans<ReplicaSet>(RESOURCE_TYPES.replicasets, namespace)) {
    if (orphan.metadata.deletionTimestamp || !selectorMatches(deployment.spec.selector, orphan.metadata.labels)) continue;
    change(context, RESOURCE_TYPES.replicasets, orphan, ({ metadata }) => {
      metadata.ownerReferences = [...(metadata.ownerReferences ?? []), controllerReference(RESOURCE_TYPES.deployments, deployment)];
    });
  }
  return index.managed<ReplicaSet>(RESOURCE_TYPES.replicasets, uid);
}

/** The Deployment's ReplicaSets as they are now: the oldest with an equal template is the current one. */
export function replicaSetsOf(context: WriteContext, deployment: Deployment): ReplicaSetsOf {
  const all = ownedReplicaSets(context, deployment).sort(byAge);
  const current = all.find((replicaSet) => templatesEqual(replicaSet.spec.template, deployment.spec.template));
  return { all, current, old: all.filter((replicaSet) => replicaSet !== current) };
}

/** Brings the current ReplicaSet's revision and annotations up to date, and makes one when there is none and `create` is set. */
export function syncCurrentReplicaSet(context: WriteContext, deployment: Deployment, create: boolean): ReplicaSetsOf {
  const sets = replicaSetsOf(context, deployment);
  const revision = maxRevision(sets.old) + 1;
  if (sets.current) {
    const updated = change<ReplicaSet>(context, RESOURCE_TYPES.replicasets, sets.current, (copy) => {
      copy.metadata.annotations = newReplicaSetAnnotations(deployment, sets.current, revision);
      if (deployment.spec.minReadySeconds) copy.spec.minReadySeconds = deployment.spec.minReadySeconds;
      else delete copy.spec.minReadySeconds;
    });
    noteRevision(context, deployment, updated, "FoundNewReplicaSet", `Found new replica set "${updated.metadata.name}"`);
  } else if (create) {
    const created = createReplicaSet(context, deployment, sets, revision);
    if (!created) return sets;
    noteRevision(context, deployment, created, "NewReplicaSetCreated", `Created new replica set "${created.metadata.name}"`);
  }
  return replicaSetsOf(context, deployment);
}

function createReplicaSet(context: WriteContext, deployment: Deployment, sets: ReplicaSetsOf, revision: number): ReplicaSet | undefined {
  const { namespace, name } = deployment.metadata;
  const hash = templateHash(deployment.spec.template, deployment.status.collisionCount);
  const template = structuredClone(deployment.spec.template);
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  template.metadata = { ...template.metadata, labels };
  const { minReadySeconds, selector } = deployment.spec;
  const replicas = newReplicaSetSize(deployment, sets.all, 0);
  try {
    const body = {
      metadata: {
        name: `${name}-${hash}`,
        labels,
        annotations: newReplicaSetAnnotations(deployment, undefined, revision),
        ownerReferences: [controllerReference(RESOURCE_TYPES.deployments, deployment)],
      } as unknown as ReplicaSet["metadata"],
      spec: {
        replicas,
        ...(minReadySeconds ? { minReadySeconds } : {}),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
        template,
      },
    };
    const created = createObject<ReplicaSet>(context, RESOURCE_TYPES.replicasets, namespace, body, CONTROLLER_MANAGER);
    const message = `Scaled up replica set ${created.metadata.name} to ${replicas}`;
    if (replicas > 0) recordEvent(context, deployment, { reason: "ScalingReplicaSet", message, component: "deployment-controller" });
    return created;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.status.reason !== "AlreadyExists") throw error;
    // another template has this hash: count the collision, which changes the hash, and try again on the next sync
    changeStatus<Deployment>(context, RESOURCE_TYPES.deployments, deployment, ({ status }) => {
      status.collisionCount = (status.collisionCount ?? 0) + 1;
    });
    return undefined;
  }
}

function noteRevision(context: WriteContext, deployment: Deployment, replicaSet: ReplicaSet, reason: string, message: string): void {
  const progressing = conditionOf(deployment.status, "Progressing");
  const isNews = reason === "NewReplicaSetCreated" || progressing === undefined;
  changeStatus<Deployment>(context, RESOURCE_TYPES.deployments, deployment, (copy) => {
    copy.metadata.annotations = { ...copy.metadata.annotations, [REVISION]: String(revisionOf(replicaSet)) };
    if (!isNews) return;
    const condition = { type: "Progressing", status: "True", reason, message, now: context.now() };
    copy.status.conditions = withCondition(copy.status.conditions ?? [], condition);
  });
}

/** Deletes the oldest revisions beyond `revisionHistoryLimit`; only those with no pods. */
export function cleanUpOldReplicaSets(context: WriteContext, deployment: Deployment, old: readonly ReplicaSet[]): void {
  const alive = old.filter(({ metadata }) => !metadata.deletionTimestamp);
  const surplus = alive.length - deployment.spec.revisionHistoryLimit;
  for (const { metadata, spec, status } of alive.sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, surplus))) {
    if (status.replicas !== 0 || spec.replicas !== 0 || (metadata.generation ?? 1) > (status.observedGeneration ?? 0)) continue;
    deleteObject(context, RESOURCE_TYPES.replicasets, metadata.namespace, metadata.name);
  }
}
