import type { StoreEvent } from "../api/object-store.ts";
import { RESOURCE_TYPES, type ResourceType } from "../api/resource-types.ts";
import type { WriteContext } from "../api/write-operations.ts";
import type { Container, Pod } from "../objects.ts";
import { quantity, quantityText } from "../quantities.ts";
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

/** What the pods of a namespace use of one resource of a quota; finished pods use nothing. undefined: not a resource of pods. */
export function usedByPods(pods: readonly Pod[], resource: string): string | undefined {
  const alive = pods.filter(({ status }) => status.phase !== "Succeeded" && status.phase !== "Failed");
  if (resource === "pods" || resource === "count/pods") return String(alive.length);
  const [, kind = "requests", name] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(resource) ?? [];
  if (name === undefined) return undefined;
  const of = ({ resources }: Container): number => {
    const amounts = (resources ?? {}) as Record<string, Record<string, string> | undefined>;
    return quantity(amounts[kind]?.[name] ?? "0");
  };
  return quantityText(alive.flatMap(({ spec }) => spec.containers).reduce((sum, container) => sum + of(container), 0));
}

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
