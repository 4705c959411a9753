import { deleteObject } from "../api/delete-operation.ts";
import type { StoreEvent } from "../api/object-store.ts";
import { RESOURCE_TYPES } from "../api/resource-types.ts";
import { selectorMatches } from "../api/selectors.ts";
import type { WriteContext } from "../api/write-operations.ts";
import { controllerOf, type Pod } from "../objects.ts";
import type { DaemonSet, Node } from "../workload-objects.ts";
import { claimPods } from "./claim-pods.ts";
import { changeStatus, findByKey, queueKey, recordEvent } from "./cluster-access.ts";
import { cleanUpRevisions, REVISION_LABEL, syncRevision } from "./controller-revisions.ts";
import { podSpecFor, podsByNode } from "./daemon-set-nodes.ts";
import { type DaemonMoves, type DaemonView, daemonStatus, placementMoves, updateMoves } from "./daemon-set-update.ts";
import { ownerIndex } from "./owner-index.ts";
import { createPod } from "./pod-creation.ts";
import { WorkQueue } from "./work-queue.ts";

const COMPONENT = "daemonset-controller";
const TYPE = RESOURCE_TYPES.daemonsets;

/** Keeps one pod of each DaemonSet on every Node that allows it and rolls templates out, as the controller of a real cluster does. */
export function startDaemonSetController(context: WriteContext): { stop(): void } {
  const { store, now } = context;
  ownerIndex(store);

  function sync(key: string): void {
    const daemonSet = findByKey<DaemonSet>(context, TYPE, key);
    if (!daemonSet || daemonSet.metadata.deletionTimestamp) return;
    const revision = syncRevision(context, TYPE, daemonSet, REVISION_LABEL);
    const hash = revision.metadata.labels?.[REVISION_LABEL] ?? "";
    const look = (): DaemonView => ({
      daemonSet,
      nodes: store.list<Node>(RESOURCE_TYPES.nodes),
      pods: podsByNode(claimPods(context, TYPE, daemonSet)),
      hash,
      now: now(),
    });
    const placed = make(look(), placementMoves(look()));
    // a refused pod stops the update: nothing more is taken away while pods cannot be made
    const isRolling = placed && daemonSet.spec.updateStrategy.type === "RollingUpdate";
    const updated = isRolling ? make(look(), updateMoves(look())) : placed;
    finish(look(), key, updated);
  }

  function finish(view: DaemonView, key: string, succeeded: boolean): void {
    const { daemonSet, hash, pods } = view;
    const status = daemonStatus(view);
    changeStatus<DaemonSet>(context, TYPE, daemonSet, (copy) => {
      copy.status = status;
    });
    const live = new Set([hash, ...[...pods.values()].flat().map(({ metadata }) => metadata.labels?.[REVISION_LABEL])]);
    cleanUpRevisions(context, daemonSet, ({ metadata }) => live.has(metadata.labels?.[REVISION_LABEL]));
    if (succeeded) queue.forget(key);
    else queue.retry(key);
    if (status.numberReady > (status.numberAvailable ?? 0)) queue.addAfter(key, 200);
  }

  /** Returns whether the API let all of it happen. */
  function make({ daemonSet, hash }: DaemonView, { create, remove }: DaemonMoves): boolean {
    for (const { metadata } of remove) {
      deleteObject(context, RESOURCE_TYPES.pods, metadata.namespace, metadata.name);
      recordEvent(context, daemonSet, { reason: "SuccessfulDelete", message: `Deleted pod: ${metadata.name}`, component: COMPONENT });
    }
    return create.every((nodeName) => makePod(daemonSet, nodeName, hash));
  }

  function makePod(daemonSet: DaemonSet, nodeName: string, hash: string): boolean {
    const templateGeneration = daemonSet.metadata.annotations?.["deprecated.daemonset.template.generation"] ?? "1";
    const made = createPod(context, {
      type: TYPE,
      owner: daemonSet,
      template: daemonSet.spec.template,
      labels: { [REVISION_LABEL]: hash, "pod-template-generation": templateGeneration },
      spec: podSpecFor(daemonSet, nodeName),
      again: () => queue.add(queueKey(daemonSet)),
    });
    if ("pending" in made) return true;
    const event =
      "pod" in made
        ? ({ reason: "SuccessfulCreate", message: `Created pod: ${made.pod.metadata.name}` } as const)
        : ({ type: "Warning", reason: "FailedCreate", message: `Error creating: ${made.refusal.message}` } as const);
    recordEvent(context, daemonSet, { ...event, component: COMPONENT });
    return "pod" in made;
  }

  const queue = new WorkQueue(sync);
  const addAll = (namespace?: string, test: (daemonSet: DaemonSet) => boolean = () => true): void => {
    for (const daemonSet of store.list<DaemonSet>(TYPE, namespace).filter(test)) queue.add(queueKey(daemonSet));
  };
  const unsubscribe = store.subscribe(({ resource, type, object, previous }: StoreEvent) => {
    if (resource === TYPE && type !== "DELETED") queue.add(queueKey(object));
    if (resource === RESOURCE_TYPES.nodes) addAll();
    if (resource !== RESOURCE_TYPES.pods) return;
    const owner = controllerOf(object) ?? (previous && controllerOf(previous));
    if (owner?.kind === TYPE.kind) queue.add(`${object.metadata.namespace}/${owner.name}`);
    if (!owner) addAll(object.metadata.namespace, ({ spec }: DaemonSet) => selectorMatches(spec.selector, (object as Pod).metadata.labels));
  });
  return {
    stop() {
      unsubscribe();
      queue.stop();
    },
  };
}
