import { deleteObject, FOREGROUND_FINALIZER } from "../api/delete-operation.ts";
import type { StoreEvent } from "../api/object-store.ts";
import { RESOURCE_TYPES, type ResourceType } from "../api/resource-types.ts";
import type { WriteContext } from "../api/write-operations.ts";
import { change } from "./cluster-access.ts";
import { DEPENDENT_TYPES, ownerIndex } from "./owner-index.ts";
import { WorkQueue } from "./work-queue.ts";

const OWNER_TYPES: readonly ResourceType[] = [
  RESOURCE_TYPES.deployments,
  RESOURCE_TYPES.replicasets,
  RESOURCE_TYPES.statefulsets,
  RESOURCE_TYPES.daemonsets,
  RESOURCE_TYPES.jobs,
  RESOURCE_TYPES.cronjobs,
];

/** Deletes what a deleted owner leaves behind, lets foreground deletions end, and empties namespaces that are going away. */
export function startGarbageCollector(context: WriteContext): { stop(): void } {
  const { store } = context;
  ownerIndex(store);

  function collectDependents(uid: string): number {
    let left = 0;
    for (const type of DEPENDENT_TYPES) {
      for (const { metadata } of ownerIndex(store).dependents(type, uid)) {
        left += 1;
        if (!metadata.deletionTimestamp) deleteObject(context, type, metadata.namespace, metadata.name);
      }
    }
    return left;
  }

  function finishForeground(uid: string): void {
    for (const type of OWNER_TYPES) {
      const owner = store.list(type).find(({ metadata }) => metadata.uid === uid);
      if (!owner?.metadata.finalizers?.includes(FOREGROUND_FINALIZER) || collectDependents(uid) > 0) continue;
      change(context, type, owner, ({ metadata }) => {
        metadata.finalizers = (metadata.finalizers ?? []).filter((finalizer) => finalizer !== FOREGROUND_FINALIZER);
      });
    }
  }

  function emptyNamespace(name: string): void {
    const namespace = store.find(RESOURCE_TYPES.namespaces, undefined, name);
    if (!namespace?.metadata.deletionTimestamp) return;
    let left = 0;
    for (const type of store.types.filter(({ namespaced }) => namespaced)) {
      for (const { metadata } of store.list(type, name)) {
        left += 1;
        if (!metadata.deletionTimestamp) deleteObject(context, type, name, metadata.name);
      }
    }
    if (left === 0) store.remove(RESOURCE_TYPES.namespaces, undefined, name);
    else queue.addAfter(`namespace ${name}`, 5);
  }

  const queue = new WorkQueue((key) => {
    const [task, subject = ""] = key.split(" ");
    if (task === "dependents") collectDependents(subject);
    if (task === "foreground") finishForeground(subject);
    if (task === "namespace") emptyNamespace(subject);
  });

  function onEvent(event: StoreEvent): void {
    const { metadata } = event.object;
    if (event.resource === RESOURCE_TYPES.namespaces && metadata.deletionTimestamp) queue.add(`namespace ${metadata.name}`);
    if (OWNER_TYPES.includes(event.resource)) {
      if (event.type === "DELETED") queue.add(`dependents ${metadata.uid}`);
      else if (metadata.finalizers?.includes(FOREGROUND_FINALIZER)) queue.add(`foreground ${metadata.uid}`);
    }
    if (event.type === "DELETED") for (const { uid } of metadata.ownerReferences ?? []) queue.add(`foreground ${uid}`);
  }

  const unsubscribe = store.subscribe(onEvent);
  return {
    stop() {
      unsubscribe();
      queue.stop();
    },
  };
}
