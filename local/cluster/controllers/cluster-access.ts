import { apiVersionOf, RESOURCE_TYPES, type ResourceType } from "../api/resource-types.ts";
import { createObject, updateObject, type WriteContext } from "../api/write-operations.ts";
import type { KubernetesObject, OwnerReference, Pod } from "../objects.ts";

/** The name under which the controllers appear in managedFields. */
export const CONTROLLER_MANAGER = { manager: "kube-controller-manager" };

/** `namespace/name`, the key of the controllers' queues. */
export function queueKey(object: KubernetesObject): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}

/** The object of a queue key, or undefined when it is gone. */
export function findByKey<T extends KubernetesObject>({ store }: WriteContext, type: ResourceType, key: string): T | undefined {
  const [namespace = "", name = ""] = key.split("/");
  return store.find<T>(type, namespace, name);
}

/** Changes an object's spec or metadata as a controller does. */
export function change<T extends KubernetesObject>(context: WriteContext, type: ResourceType, object: T, edit: (copy: T) => void): T {
  const { namespace, name } = object.metadata;
  return updateObject<T>(context, type, namespace, name, (copy) => edited(copy, edit), CONTROLLER_MANAGER);
}

/** Changes an object's status (and, for Deployments, annotations) without touching its generation. */
export function changeStatus<T extends KubernetesObject>(context: WriteContext, type: ResourceType, object: T, edit: (copy: T) => void): T {
  const { namespace, name } = object.metadata;
  return updateObject<T>(context, type, namespace, name, (copy) => edited(copy, edit), { ...CONTROLLER_MANAGER, subresource: "status" });
}

function edited<T>(copy: T, edit: (copy: T) => void): T {
  edit(copy);
  return copy;
}

/** Neither finished nor on its way out: the pods that count. */
export function isActivePod(pod: Pod): boolean {
  return pod.status.phase !== "Succeeded" && pod.status.phase !== "Failed" && !pod.metadata.deletionTimestamp;
}

export function isReadyPod(pod: Pod): boolean {
  return pod.status.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
}

/** Since when the pod's Ready condition is what it is, in milliseconds since the epoch. */
export function readySince(pod: Pod): number {
  const ready = pod.status.conditions?.find((condition) => condition.type === "Ready");
  return Date.parse(ready?.lastTransitionTime ?? pod.metadata.creationTimestamp);
}

const EVENTS_KEPT = 2_000;
let eventNumber = 0;

/** Writes a core/v1 Event about an object; the oldest go when there are very many. */
export function recordEvent(
  context: WriteContext,
  about: KubernetesObject,
  { type = "Normal", reason, message, component }: { type?: "Normal" | "Warning"; reason: string; message: string; component: string },
): void {
  const { store, now } = context;
  const { namespace = "default", name, uid, resourceVersion } = about.metadata;
  if (store.find(RESOURCE_TYPES.namespaces, undefined, namespace)?.metadata.deletionTimestamp !== undefined) return;
  eventNumber += 1;
  if (eventNumber % 200 === 0) forgetOldEvents(context);
  const at = `${now().toISOString().slice(0, 19)}Z`;
  const body = {
    metadata: { name: `${name}.${Date.now().toString(16)}${eventNumber.toString(16).padStart(6, "0")}` } as KubernetesObject["metadata"],
    involvedObject: { kind: about.kind, namespace, name, uid, apiVersion: about.apiVersion, resourceVersion },
    reason,
    message,
    source: { component },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
    type,
    eventTime: null,
    reportingComponent: "",
    reportingInstance: "",
  };
  createObject(context, RESOURCE_TYPES.events, namespace, body, CONTROLLER_MANAGER);
}

function forgetOldEvents({ store }: WriteContext): void {
  const byAge = store.list(RESOURCE_TYPES.events).sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion));
  for (const { metadata } of byAge.slice(0, -EVENTS_KEPT)) store.remove(RESOURCE_TYPES.events, metadata.namespace, metadata.name);
}

/** The reference that makes `owner` the manager of its dependents. */
export function controllerReference(type: ResourceType, owner: KubernetesObject): OwnerReference {
  const { name, uid } = owner.metadata;
  return { apiVersion: apiVersionOf(type), kind: type.kind, name, uid, controller: true, blockOwnerDeletion: true };
}
