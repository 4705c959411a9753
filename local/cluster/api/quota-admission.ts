import type { KubernetesObject, Pod } from "../objects.ts";
import { usedByPods } from "../pod-usage.ts";
import { quantity } from "../quantities.ts";
import type { ResourceQuota } from "../workload-objects.ts";
import type { ObjectStore } from "./object-store.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";
import { forbidden } from "./status-error.ts";

/** A quota of cpu or memory makes every pod say how much it wants. */
const MUST_BE_SAID = /^(?:(requests|limits)\.)?(cpu|memory)$/;

function unsaid(pod: Pod, resources: readonly string[]): string[] {
  return resources.filter((resource) => {
    const [, kind = "requests", name] = MUST_BE_SAID.exec(resource) ?? [];
    if (name === undefined) return false;
    return pod.spec.containers.some((container) => {
      const amounts = (container.resources ?? {}) as Record<string, Record<string, string> | undefined>;
      return amounts[kind]?.[name] === undefined;
    });
  });
}

/** Refuses (403) a pod that does not fit what the ResourceQuotas of its namespace leave, counted at this moment. */
export function refuseOverQuota(store: ObjectStore, pod: KubernetesObject): void {
  const { namespace, name } = pod.metadata;
  for (const quota of store.list<ResourceQuota>(RESOURCE_TYPES.resourcequotas, namespace)) {
    const hard: Record<string, string | number> = quota.spec?.hard ?? {};
    const missing = unsaid(pod as Pod, Object.keys(hard)).sort();
    if (missing.length > 0) {
      throw forbidden(RESOURCE_TYPES.pods, name, `failed quota: ${quota.metadata.name}: must specify ${missing.join(",")}`);
    }
    const pods = store.list<Pod>(RESOURCE_TYPES.pods, namespace);
    const exceeded = Object.keys(hard)
      .sort()
      .flatMap((resource) => {
        const [requested, used] = [usedByPods([pod as Pod], resource), usedByPods(pods, resource)];
        if (requested === undefined || used === undefined || quantity(requested) === 0) return [];
        return quantity(used) + quantity(requested) > quantity(hard[resource]) ? [{ resource, requested, used }] : [];
      });
    if (exceeded.length === 0) continue;
    const list = (part: (one: (typeof exceeded)[number]) => unknown): string =>
      exceeded.map((one) => `${one.resource}=${part(one)}`).join(",");
    const numbers = `requested: ${list((one) => one.requested)}, used: ${list((one) => one.used)}, limited: ${list(({ resource }) => hard[resource])}`;
    throw forbidden(RESOURCE_TYPES.pods, name, `exceeded quota: ${quota.metadata.name}, ${numbers}`);
  }
}
