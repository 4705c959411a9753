import { deleteObject } from "../api/delete-operation.ts";
import type { StoreEvent } from "../api/object-store.ts";
import { RESOURCE_TYPES } from "../api/resource-types.ts";
import { selectorMatches } from "../api/selectors.ts";
import type { WriteContext } from "../api/write-operations.ts";
import { type Condition, controllerOf, type Pod, type ReplicaSet, type ReplicaSetStatus, timestamp } from "../objects.ts";
import { claimPods } from "./claim-pods.ts";
import { changeStatus, findByKey, isActivePod, isReadyPod, queueKey, readySince, recordEvent } from "./cluster-access.ts";
import { ownerIndex } from "./owner-index.ts";
import { createPod } from "./pod-creation.ts";
import { WorkQueue } from "./work-queue.ts";

const COMPONENT = "replicaset-controller";

/** How making pods went; `pending`: an admission webhook is being asked. */
type Outcome = "made" | "pending" | { readonly refusal: string };

function failureOf({ status }: ReplicaSet): Condition | undefined {
  return status.conditions?.find(({ type }) => type === "ReplicaFailure");
}

/** Keeps as many active pods as each ReplicaSet wants, and counts them into its status. */
export function startReplicaSetController(context: WriteContext): { stop(): void } {
  const { store, now } = context;
  ownerIndex(store);

  function sync(key: string): void {
    const replicaSet = findByKey<ReplicaSet>(context, RESOURCE_TYPES.replicasets, key);
    if (!replicaSet) return;
    const outcome = replicaSet.metadata.deletionTimestamp ? "made" : managePods(replicaSet);
    const failure = outcome === "pending" ? failureOf(replicaSet)?.message : outcome === "made" ? undefined : outcome.refusal;
    const pods = activePodsOf(replicaSet);
    const status = statusOf(replicaSet, pods, failure);
    changeStatus(context, RESOURCE_TYPES.replicasets, replicaSet, (copy) => {
      copy.status = status;
    });
    if (outcome === "made") queue.forget(key);
    else if (outcome !== "pending") queue.retry(key);
    const minReady = replicaSet.spec.minReadySeconds ?? 0;
    if (minReady > 0 && (status.readyReplicas ?? 0) > (status.availableReplicas ?? 0)) queue.addAfter(key, 200);
  }

  function activePodsOf(replicaSet: ReplicaSet): Pod[] {
    return claimPods(context, RESOURCE_TYPES.replicasets, replicaSet).filter(isActivePod);
  }

  /** Goes no further once a pod could not be created. */
  function managePods(replicaSet: ReplicaSet): Outcome {
    const pods = activePodsOf(replicaSet);
    const surplus = pods.length - replicaSet.spec.replicas;
    for (const pod of [...pods].sort(leastMissedFirst).slice(0, Math.max(0, surplus))) {
      deleteObject(context, RESOURCE_TYPES.pods, pod.metadata.namespace, pod.metadata.name);
      recordEvent(context, replicaSet, { reason: "SuccessfulDelete", message: `Deleted pod: ${pod.metadata.name}`, component: COMPONENT });
    }
    for (let missing = -surplus; missing > 0; missing -= 1) {
      const made = addPod(replicaSet);
      if (made !== "made") return made;
    }
    return "made";
  }

  function addPod(replicaSet: ReplicaSet): Outcome {
    const again = (): void => queue.add(queueKey(replicaSet));
    const made = createPod(context, { type: RESOURCE_TYPES.replicasets, owner: replicaSet, template: replicaSet.spec.template, again });
    if ("pending" in made) return "pending";
    if ("refusal" in made) {
      const message = `Error creating: ${made.refusal.message}`;
      recordEvent(context, replicaSet, { type: "Warning", reason: "FailedCreate", message, component: COMPONENT });
      return { refusal: made.refusal.message };
    }
    const message = `Created pod: ${made.pod.metadata.name}`;
    recordEvent(context, replicaSet, { reason: "SuccessfulCreate", message, component: COMPONENT });
    return "made";
  }

  function statusOf(replicaSet: ReplicaSet, pods: readonly Pod[], failure: string | undefined): ReplicaSetStatus {
    const ready = pods.filter(isReadyPod);
    const minReadyMilliseconds = (replicaSet.spec.minReadySeconds ?? 0) * 1000;
    const available = ready.filter((pod) => readySince(pod) + minReadyMilliseconds <= now().getTime());
    const labels = replicaSet.spec.template.metadata?.labels ?? {};
    const labelled = pods.filter((pod) => Object.entries(labels).every(([label, value]) => pod.metadata.labels?.[label] === value));
    const before = failureOf(replicaSet);
    // the first refusal stays: the next ones differ only in the pod's random name
    const condition = before ?? {
      type: "ReplicaFailure",
      status: "True",
      lastTransitionTime: timestamp(now()),
      reason: "FailedCreate",
      message: failure ?? "",
    };
    return {
      replicas: pods.length,
      ...(labelled.length > 0 ? { fullyLabeledReplicas: labelled.length } : {}),
      ...(ready.length > 0 ? { readyReplicas: ready.length } : {}),
      ...(available.length > 0 ? { availableReplicas: available.length } : {}),
      observedGeneration: replicaSet.metadata.generation ?? 1,
      ...(failure ? { conditions: [condition] } : {}),
    };
  }

  const queue = new WorkQueue(sync);
  const unsubscribe = store.subscribe((event: StoreEvent) => {
    if (event.resource === RESOURCE_TYPES.replicasets && event.type !== "DELETED") queue.add(queueKey(event.object));
    if (event.resource !== RESOURCE_TYPES.pods) return;
    const owner = controllerOf(event.object) ?? (event.previous && controllerOf(event.previous));
    if (owner?.kind === "ReplicaSet") queue.add(`${event.object.metadata.namespace}/${owner.name}`);
    if (owner) return;
    for (const replicaSet of store.list<ReplicaSet>(RESOURCE_TYPES.replicasets, event.object.metadata.namespace)) {
      if (selectorMatches(replicaSet.spec.selector, event.object.metadata.labels)) queue.add(queueKey(replicaSet));
    }
  });
  return {
    stop() {
      unsubscribe();
      queue.stop();
    },
  };
}

const PHASE_RANK: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** Which pod goes first when there are too many: not on a node, not running, not ready, ready for less time, more restarts, younger. */
function leastMissedFirst(a: Pod, b: Pod): number {
  const restarts = (pod: Pod): number => (pod.status.containerStatuses ?? []).reduce((sum, status) => sum + status.restartCount, 0);
  return (
    Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
    (PHASE_RANK[a.status.phase] ?? 1) - (PHASE_RANK[b.status.phase] ?? 1) ||
    Number(isReadyPod(a)) - Number(isReadyPod(b)) ||
    (isReadyPod(a) ? readySince(b) - readySince(a) : 0) ||
    restarts(b) - restarts(a) ||
    Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp)
  );
}
