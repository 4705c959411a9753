import type { StoreEvent } from "../api/object-store.ts";
import { RESOURCE_TYPES, type ResourceType } from "../api/resource-types.ts";
import type { WriteContext } from "../api/write-operations.ts";
import type { Pod } from "../objects.ts";
import { usedByPods } from "../pod-usage.ts";
import type { ResourceQuota } from "../workload-objects.ts";
import { changeStatus, findByKey, queueKey } from "./cluster-access.ts";
import { WorkQueue } from "./work-queue.ts";

const TYPE = RESOURCE_TYPES.resourcequotas;
/** Changes of many pods are counted together. */
const PAUSE_MILLISECONDS = 20;

const COUNTED: Readonly<Record<string, ResourceType>> = {
  services: RESOURCE_TYPES.services,
  configmaps: RESOURCE_TYPES.configmaps,
  secrets: RESOURCE_TYPES.secrets,
  persistentvolumeclaims: RESOURCE_TYPES.persistentvolumeclaims,
  resourcequotas: RESOURCE_TYPES.resourcequotas,
};

/** Counts what each ResourceQuota's namespace uses into its status. Refusing is the admission's work, not this controller's. */
export function startQuotaController(context: WriteContext): { stop(): void } {
  const { store } = context;

  function sync(key: string): void {
    const quota = findByKey<ResourceQuota>(context, TYPE, key);
    if (!quota) return;
    const { namespace } = quota.metadata;
    const hard = quota.spec.hard ?? {};
    const pods = store.list<Pod>(RESOURCE_TYPES.pods, namespace);
    const used = Object.keys(hard).flatMap((resource): [string, string][] => {
      const type = COUNTED[resource.replace(/^count\//, "")];
      const amount = type ? String(store.list(type, namespace).length) : usedByPods(pods, resource);
      return amount === undefined ? [] : [[resource, amount]];
    });
    changeStatus<ResourceQuota>(context, TYPE, quota, (copy) => {
      copy.status = { hard: { ...hard }, used: Object.fromEntries(used) };
    });
  }

  const queue = new WorkQueue(sync);
  const watched = new Set<ResourceType>([RESOURCE_TYPES.pods, ...Object.values(COUNTED)]);
  const unsubscribe = store.subscribe(({ resource, type, object }: StoreEvent) => {
    if (resource === TYPE && type !== "DELETED") queue.add(queueKey(object));
    if (!watched.has(resource)) return;
    for (const quota of store.list<ResourceQuota>(TYPE, object.metadata.namespace)) queue.addAfter(queueKey(quota), PAUSE_MILLISECONDS);
  });
  return {
    stop() {
      unsubscribe();
      queue.stop();
    },
  };
}
