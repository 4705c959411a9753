import type { KubernetesObject } from "../objects.ts";
import type { ObjectStore } from "./object-store.ts";
import { refuseOverQuota } from "./quota-admission.ts";
import { RESOURCE_TYPES, type ResourceType } from "./resource-types.ts";
import { forbidden } from "./status-error.ts";

interface PriorityClass extends KubernetesObject {
  value: number;
}

/** These every cluster has. */
const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

function givePriority(store: ObjectStore, pod: KubernetesObject): void {
  const spec = (pod.spec ?? {}) as { priorityClassName?: string; priority?: number };
  const { priorityClassName: name } = spec;
  if (!name) return;
  const priority = SYSTEM_PRIORITIES[name] ?? store.find<PriorityClass>(RESOURCE_TYPES.priorityclasses, undefined, name)?.value;
  if (priority === undefined) throw forbidden(RESOURCE_TYPES.pods, pod.metadata.name, `no PriorityClass with name ${name} was found`);
  spec.priority = priority;
}

/** What admission does before anything is created: the namespace exists and is not going away, pods get their priority and fit the quota. */
export function admitCreate(store: ObjectStore, type: ResourceType, object: KubernetesObject): void {
  const { namespace, name } = object.metadata;
  if (!type.namespaced || namespace === undefined) return;
  const home = store.get(RESOURCE_TYPES.namespaces, undefined, namespace);
  if (home.metadata.deletionTimestamp) {
    const text = `unable to create new content in namespace ${namespace} because it is being terminated`;
    throw forbidden(type, name, text);
  }
  if (type !== RESOURCE_TYPES.pods) return;
  givePriority(store, object);
  refuseOverQuota(store, object);
}
