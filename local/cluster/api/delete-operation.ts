import { type KubernetesObject, type Pod, timestamp } from "../objects.ts";
import { customType } from "./custom-types.ts";
import { RESOURCE_TYPES, type ResourceType } from "./resource-types.ts";
import { preconditionFailed } from "./status-error.ts";
import type { WriteContext } from "./write-operations.ts";

/** The body of a DELETE. */
export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: "Background" | "Foreground" | "Orphan";
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: string[];
}

/** Finalizer that keeps an owner until its dependents are gone. */
export const FOREGROUND_FINALIZER = "foregroundDeletion";

/** Deletes at once, or marks for deletion what has a grace period or finalizers. `gone` tells which of the two. */
export function deleteObject(
  context: WriteContext,
  type: ResourceType,
  namespace: string | undefined,
  name: string,
  options: DeleteOptions = {},
): { object: KubernetesObject; gone: boolean } {
  const { store, now } = context;
  const object = store.get(type, namespace, name);
  requirePreconditions(type, object, options);
  const grace = type === RESOURCE_TYPES.pods ? gracePeriodOf(object as Pod, options) : 0;
  const finalizers = [
    ...(object.metadata.finalizers ?? []),
    ...(options.propagationPolicy === "Foreground" && hasDependents(context, object) ? [FOREGROUND_FINALIZER] : []),
  ];
  const goesAtOnce = grace === 0 && finalizers.length === 0 && type !== RESOURCE_TYPES.namespaces;
  if (options.dryRun?.length) return { object, gone: goesAtOnce };
  if (options.propagationPolicy === "Orphan") orphanDependents(context, object);
  if (goesAtOnce) {
    const last = structuredClone(object);
    if (type === RESOURCE_TYPES.pods) {
      last.metadata.deletionTimestamp ??= timestamp(now());
      last.metadata.deletionGracePeriodSeconds = 0;
    }
    store.remove(type, namespace, name);
    if (type === RESOURCE_TYPES.customresourcedefinitions) removeAll(context, customType(object));
    return { object: last, gone: true };
  }
  if (isAlreadyGoing(object, grace)) return { object, gone: false };
  return { object: store.replace(type, markForDeletion(type, object, { grace, finalizers, now: now() })), gone: false };
}

/** With a definition go all objects of its kind. */
function removeAll({ store }: WriteContext, type: ResourceType): void {
  for (const { metadata } of store.list(type)) store.remove(type, metadata.namespace, metadata.name);
}

function requirePreconditions(type: ResourceType, object: KubernetesObject, { preconditions }: DeleteOptions): void {
  const { name, uid, resourceVersion } = object.metadata;
  if (preconditions?.uid && preconditions.uid !== uid) {
    const text = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw preconditionFailed(type, name, text);
  }
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion) {
    const text = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw preconditionFailed(type, name, text);
  }
}

/** Nobody has to say goodbye to a pod that was never on a node or has finished. */
function gracePeriodOf(pod: Pod, options: DeleteOptions): number {
  if (!pod.spec.nodeName || pod.status.phase === "Succeeded" || pod.status.phase === "Failed") return 0;
  return options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}

function isAlreadyGoing(object: KubernetesObject, grace: number): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata;
  return deletionTimestamp !== undefined && grace >= deletionGracePeriodSeconds;
}

function markForDeletion(
  type: ResourceType,
  object: KubernetesObject,
  { grace, finalizers, now }: { grace: number; finalizers: string[]; now: Date },
): KubernetesObject {
  const marked = structuredClone(object);
  marked.metadata.deletionTimestamp = timestamp(new Date(now.getTime() + grace * 1000));
  marked.metadata.deletionGracePeriodSeconds = grace;
  if (finalizers.length > 0) marked.metadata.finalizers = [...new Set(finalizers)];
  if (marked.metadata.generation !== undefined) marked.metadata.generation += 1;
  if (type === RESOURCE_TYPES.namespaces) marked.status = { phase: "Terminating" };
  return marked;
}

const OWNED_TYPES = [RESOURCE_TYPES.replicasets, RESOURCE_TYPES.controllerrevisions, RESOURCE_TYPES.pods];

function hasDependents({ store }: WriteContext, owner: KubernetesObject): boolean {
  return OWNED_TYPES.some((type) => store.list(type, owner.metadata.namespace).some((object) => isOwnedBy(object, owner)));
}

function isOwnedBy(object: KubernetesObject, owner: KubernetesObject): boolean {
  return object.metadata.ownerReferences?.some((reference) => reference.uid === owner.metadata.uid) ?? false;
}

function orphanDependents({ store }: WriteContext, owner: KubernetesObject): void {
  for (const type of OWNED_TYPES) {
    for (const dependent of store.list(type, owner.metadata.namespace).filter((object) => isOwnedBy(object, owner))) {
      const orphan = structuredClone(dependent);
      const others = (orphan.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== owner.metadata.uid);
      if (others.length > 0) orphan.metadata.ownerReferences = others;
      else delete orphan.metadata.ownerReferences;
      store.replace(type, orphan);
    }
  }
}
