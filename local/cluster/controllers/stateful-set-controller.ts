import { deleteObject } from "../api/delete-operation.ts";
import type { StoreEvent } from "../api/object-store.ts";
import { RESOURCE_TYPES } from "../api/resource-types.ts";
import { selectorMatches } from "../api/selectors.ts";
import type { WriteContext } from "../api/write-operations.ts";
import { controllerOf, type Pod } from "../objects.ts";
import type { ControllerRevision, StatefulSet, StatefulSetStatus } from "../workload-objects.ts";
import { claimPods } from "./claim-pods.ts";
import { changeStatus, findByKey, queueKey, recordEvent } from "./cluster-access.ts";
import { cleanUpRevisions, REVISION_LABEL, revisionsOf, syncRevision, templateOf } from "./controller-revisions.ts";
import { ownerIndex } from "./owner-index.ts";
import { createPod } from "./pod-creation.ts";
import { isAvailable, isRunningAndReady, isTerminating, ordinalOf, revisionNameOf } from "./stateful-set-pods.ts";
import { nextMoves, type StatefulSetMove } from "./stateful-set-update.ts";
import { WorkQueue } from "./work-queue.ts";

const COMPONENT = "statefulset-controller";
const TYPE = RESOURCE_TYPES.statefulsets;

/** Keeps the numbered pods of StatefulSets and rolls their templates out, highest ordinal first, as the controller of a real cluster does. */
export function startStatefulSetController(context: WriteContext): { stop(): void } {
  const { store, now } = context;
  ownerIndex(store);

  function sync(key: string): void {
    const set = findByKey<StatefulSet>(context, TYPE, key);
    if (!set) return;
    const podsOf = (): Pod[] => claimPods(context, TYPE, set, (pod) => ordinalOf(set, pod) >= 0);
    const update = syncRevision(context, TYPE, set, "controller.kubernetes.io/hash");
    const current = revisionsOf(context, set).find(({ metadata }) => metadata.name === set.status.currentRevision) ?? update;
    const moves = set.metadata.deletionTimestamp ? [] : nextMoves(set, podsOf(), { current, update }, now());
    const done = moves.every((move) => make(set, move));
    const status = statusOf(set, podsOf(), { current, update });
    changeStatus<StatefulSet>(context, TYPE, set, (copy) => {
      copy.status = status;
    });
    const named = new Set([status.currentRevision, update.metadata.name, ...podsOf().map(revisionNameOf)]);
    cleanUpRevisions(context, set, ({ metadata }) => named.has(metadata.name));
    if (!done) queue.retry(key);
    else queue.forget(key);
    if ((status.readyReplicas ?? 0) > (status.availableReplicas ?? 0)) queue.addAfter(key, 200);
  }

  /** Returns whether the API let it happen. */
  function make(set: StatefulSet, move: StatefulSetMove): boolean {
    if (move.kind === "create") return makePod(set, move.ordinal, move.revision);
    const { name, namespace } = move.pod.metadata;
    if (move.kind === "replace") {
      const message = `StatefulSet ${namespace}/${set.metadata.name} is recreating failed Pod ${name}`;
      recordEvent(context, set, { type: "Warning", reason: "RecreatingFailedPod", message, component: COMPONENT });
    }
    deleteObject(context, RESOURCE_TYPES.pods, namespace, name);
    const message = `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`;
    recordEvent(context, set, { reason: "SuccessfulDelete", message, component: COMPONENT });
    return true;
  }

  function makePod(set: StatefulSet, ordinal: number, revision: ControllerRevision): boolean {
    const name = `${set.metadata.name}-${ordinal}`;
    const labels = {
      [REVISION_LABEL]: revision.metadata.name,
      "statefulset.kubernetes.io/pod-name": name,
      "apps.kubernetes.io/pod-index": String(ordinal),
    };
    const { serviceName } = set.spec;
    const spec = { hostname: name, ...(serviceName ? { subdomain: serviceName } : {}) };
    const made = createPod(context, {
      type: TYPE,
      owner: set,
      template: templateOf(revision),
      name,
      labels,
      spec,
      again: () => queue.add(queueKey(set)),
    });
    if ("pending" in made) return true;
    const subject = `create Pod ${name} in StatefulSet ${set.metadata.name}`;
    if ("pod" in made) {
      recordEvent(context, set, { reason: "SuccessfulCreate", message: `${subject} successful`, component: COMPONENT });
      return true;
    }
    const message = `${subject} failed error: ${made.refusal.message}`;
    recordEvent(context, set, { type: "Warning", reason: "FailedCreate", message, component: COMPONENT });
    return false;
  }

  function statusOf(
    set: StatefulSet,
    pods: readonly Pod[],
    { current, update }: { current: ControllerRevision; update: ControllerRevision },
  ): StatefulSetStatus {
    const count = (test: (pod: Pod) => boolean): number => pods.filter(test).length;
    const of = (revision: ControllerRevision) => (pod: Pod) => !isTerminating(pod) && revisionNameOf(pod) === revision.metadata.name;
    const readyReplicas = count(isRunningAndReady);
    const updatedReplicas = count(of(update));
    const isRolling = set.spec.updateStrategy.type === "RollingUpdate";
    const isComplete = isRolling && updatedReplicas === pods.length && readyReplicas === pods.length;
    const currentReplicas = isComplete ? updatedReplicas : count(of(current));
    return {
      observedGeneration: set.metadata.generation ?? 1,
      replicas: pods.length,
      ...(readyReplicas > 0 ? { readyReplicas } : {}),
      ...(currentReplicas > 0 ? { currentReplicas } : {}),
      ...(updatedReplicas > 0 ? { updatedReplicas } : {}),
      currentRevision: (isComplete ? update : current).metadata.name,
      updateRevision: update.metadata.name,
      collisionCount: set.status.collisionCount ?? 0,
      availableReplicas: count((pod) => isAvailable(set, pod, now())),
    };
  }

  const queue = new WorkQueue(sync);
  const unsubscribe = store.subscribe(({ resource, type, object, previous }: StoreEvent) => {
    if (resource === TYPE && type !== "DELETED") queue.add(queueKey(object));
    if (resource !== RESOURCE_TYPES.pods) return;
    const owner = controllerOf(object) ?? (previous && controllerOf(previous));
    if (owner?.kind === TYPE.kind) queue.add(`${object.metadata.namespace}/${owner.name}`);
    if (owner) return;
    for (const set of store.list<StatefulSet>(TYPE, object.metadata.namespace)) {
      if (selectorMatches(set.spec.selector, object.metadata.labels)) queue.add(queueKey(set));
    }
  });
  return {
    stop() {
      unsubscribe();
      queue.stop();
    },
  };
}
