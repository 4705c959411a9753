import type { KubernetesObject, Pod } from "../objects.ts";
import type { ObjectStore } from "./object-store.ts";
import { RESOURCE_TYPES, type ResourceType } from "./resource-types.ts";
import { forbidden } from "./status-error.ts";

interface ResourceQuota extends KubernetesObject {
  spec: { hard?: Record<string, string | number> };
}

function refuseOverQuota(store: ObjectStore, pod: KubernetesObject): void {
  const { namespace, name } = pod.metadata;
  for (const quota of store.list<ResourceQuota>(RESOURCE_TYPES.resourcequotas, namespace)) {
    const limit = quota.spec?.hard?.pods;
    if (limit === undefined) continue;
    const used = store
      .list<Pod>(RESOURCE_TYPES.pods, namespace)
      .filter(({ status }) => !["Succeeded", "Failed"].includes(status.phase)).length;
    if (used + 1 <= Number(limit)) continue;
    const text = `exceeded quota: ${quota.metadata.name}, requested: pods=1, used: pods=${used}, limited: pods=${limit}`;
    throw forbidden(RESOURCE_TYPES.pods, name, text);
  }
}

/** What admission checks before anything is created: the namespace exists and is not going away, and pods fit the quota. */
export function admitCreate(store: ObjectStore, type: ResourceType, object: KubernetesObject): void {
  const { namespace, name } = object.metadata;
  if (!type.namespaced || namespace === undefined) return;
  const home = store.get(RESOURCE_TYPES.namespaces, undefined, namespace);
  if (home.metadata.deletionTimestamp) {
    const text = `unable to create new content in namespace ${namespace} because it is being terminated`;
    throw forbidden(type, name, text);
  }
  if (type === RESOURCE_TYPES.pods) refuseOverQuota(store, object);
}
