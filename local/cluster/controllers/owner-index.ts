import type { ObjectStore, StoreEvent } from "../api/object-store.ts";
import { RESOURCE_TYPES, type ResourceType } from "../api/resource-types.ts";
import { controllerOf, type KubernetesObject } from "../objects.ts";

/** Kinds that workloads own. */
export const DEPENDENT_TYPES: readonly ResourceType[] = [
  RESOURCE_TYPES.replicasets,
  RESOURCE_TYPES.controllerrevisions,
  RESOURCE_TYPES.jobs,
  RESOURCE_TYPES.pods,
];

type ObjectsByUid = Map<string, KubernetesObject>;

/** Finds what an owner owns without reading every object of the cluster: a thousand pods would make each sync slow. */
export class OwnerIndex {
  readonly #byOwner = new Map<ResourceType, Map<string, ObjectsByUid>>();
  readonly #orphans = new Map<ResourceType, ObjectsByUid>();

  constructor(store: ObjectStore) {
    for (const type of DEPENDENT_TYPES) {
      this.#byOwner.set(type, new Map());
      this.#orphans.set(type, new Map());
      for (const object of store.list(type)) this.#add(type, object);
    }
    store.subscribe((event) => this.#follow(event));
  }

  /** What names `uid` among its owners. */
  dependents<T extends KubernetesObject>(type: ResourceType, uid: string): T[] {
    return [...(this.#byOwner.get(type)?.get(uid)?.values() ?? [])] as T[];
  }

  /** What `uid` manages. */
  managed<T extends KubernetesObject>(type: ResourceType, uid: string): T[] {
    return this.dependents<T>(type, uid).filter((object) => controllerOf(object)?.uid === uid);
  }

  /** What nobody manages, in one namespace. */
  orphans<T extends KubernetesObject>(type: ResourceType, namespace: string | undefined): T[] {
    return [...(this.#orphans.get(type)?.values() ?? [])].filter(({ metadata }) => metadata.namespace === namespace) as T[];
  }

  #follow({ type: change, resource, object, previous }: StoreEvent): void {
    if (!this.#byOwner.has(resource)) return;
    if (previous) this.#remove(resource, previous);
    if (change !== "DELETED") this.#add(resource, object);
  }

  #add(type: ResourceType, object: KubernetesObject): void {
    const { uid, ownerReferences = [] } = object.metadata;
    if (!controllerOf(object)) this.#orphans.get(type)?.set(uid, object);
    const owners = this.#byOwner.get(type);
    for (const owner of ownerReferences) {
      const owned = owners?.get(owner.uid) ?? new Map<string, KubernetesObject>();
      owners?.set(owner.uid, owned);
      owned.set(uid, object);
    }
  }

  #remove(type: ResourceType, { metadata: { uid, ownerReferences = [] } }: KubernetesObject): void {
    this.#orphans.get(type)?.delete(uid);
    const owners = this.#byOwner.get(type);
    for (const owner of ownerReferences) {
      const owned = owners?.get(owner.uid);
      owned?.delete(uid);
      if (owned?.size === 0) owners?.delete(owner.uid);
    }
  }
}

const INDEXES = new WeakMap<ObjectStore, OwnerIndex>();

/** The one index of a store. */
export function ownerIndex(store: ObjectStore): OwnerIndex {
  const found = INDEXES.get(store) ?? new OwnerIndex(store);
  INDEXES.set(store, found);
  return found;
}
