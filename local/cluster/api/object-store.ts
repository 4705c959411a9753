import type { KubernetesObject } from "../objects.ts";
import { isSameResource, type ResourceType } from "./resource-types.ts";
import { alreadyExists, expired, notFound } from "./status-error.ts";

/** One change, in the order of resourceVersions. */
export interface StoreEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: ResourceType;
  readonly object: KubernetesObject;
  /** The object before the change; absent for ADDED. */
  readonly previous?: KubernetesObject;
  readonly resourceVersion: number;
}

/**
 * Holds every object of the cluster, the way etcd does for a real API server: one counter for all, a bounded history for watches and paged lists.
 * Stored objects are frozen; whoever wants to change one writes a changed copy.
 */
export class ObjectStore {
  readonly #objects = new Map<string, Map<string, KubernetesObject>>();
  readonly #types = new Map<string, ResourceType>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #historyLimit: number;
  #history: StoreEvent[] = [];
  #resourceVersion = 1;
  /** The newest version that the history no longer covers. */
  #forgotten = 0;

  constructor(historyLimit = 20_000) {
    this.#historyLimit = historyLimit;
  }

  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  find<T extends KubernetesObject>(type: ResourceType, namespace: string | undefined, name: string): T | undefined {
    return this.#kind(type).get(keyOf(namespace, name)) as T | undefined;
  }

  get<T extends KubernetesObject>(type: ResourceType, namespace: string | undefined, name: string): T {
    const object = this.find<T>(type, namespace, name);
    if (!object) throw notFound(type, name);
    return object;
  }

  /** Every type of which anything was ever stored or looked for, custom ones too. */
  get types(): readonly ResourceType[] {
    return [...this.#types.values()];
  }

  /** Objects of a kind in key order, of one namespace or of all. */
  list<T extends KubernetesObject>(type: ResourceType, namespace?: string): T[] {
    return inKeyOrder(this.#kind(type).entries(), namespace) as T[];
  }

  /** The same as it was at an earlier version: the continue token of a paged list promises one consistent picture. */
  listAt(type: ResourceType, namespace: string | undefined, resourceVersion: number): KubernetesObject[] {
    if (resourceVersion < this.#forgotten) {
      throw expired(
        "The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.",
      );
    }
    const past = new Map(this.#kind(type));
    for (const event of this.eventsAfter(resourceVersion).reverse()) {
      if (!isSameResource(event.resource, type)) continue;
      const key = keyOf(event.object.metadata.namespace, event.object.metadata.name);
      if (event.previous) past.set(key, event.previous);
      else past.delete(key);
    }
    return inKeyOrder(past.entries(), namespace);
  }

  create<T extends KubernetesObject>(type: ResourceType, object: T): T {
    const { namespace, name } = object.metadata;
    if (this.find(type, namespace, name)) throw alreadyExists(type, name);
    return this.#write(type, "ADDED", object, undefined);
  }

  replace<T extends KubernetesObject>(type: ResourceType, object: T): T {
    const previous = this.get(type, object.metadata.namespace, object.metadata.name);
    return this.#write(type, "MODIFIED", object, previous);
  }

  remove(type: ResourceType, namespace: string | undefined, name: string): KubernetesObject {
    const previous = this.get(type, namespace, name);
    return this.#write(type, "DELETED", structuredClone(previous), previous);
  }

  /** Changes after a version, oldest first; 410 when the history does not reach back so far. */
  eventsAfter(resourceVersion: number): StoreEvent[] {
    if (resourceVersion < this.#forgotten) {
      throw expired(`too old resource version: ${resourceVersion} (${this.#forgotten})`);
    }
    return this.#history.filter((event) => event.resourceVersion > resourceVersion);
  }

  /** Calls back on every change, at once and in order; returns how to stop it. */
  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #kind(type: ResourceType): Map<string, KubernetesObject> {
    const name = `${type.group}/${type.plural}`;
    const found = this.#objects.get(name) ?? new Map<string, KubernetesObject>();
    if (!this.#objects.has(name)) this.#objects.set(name, found);
    if (!this.#types.has(name)) this.#types.set(name, type);
    return found;
  }

  #write<T extends KubernetesObject>(type: ResourceType, change: StoreEvent["type"], object: T, previous: KubernetesObject | undefined): T {
    this.#resourceVersion += 1;
    object.metadata.resourceVersion = String(this.#resourceVersion);
    const stored = deepFreeze(object);
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    if (change === "DELETED") this.#kind(type).delete(key);
    else this.#kind(type).set(key, stored);
    const event: StoreEvent = {
      type: change,
      resource: type,
      object: stored,
      ...(previous ? { previous } : {}),
      resourceVersion: this.#resourceVersion,
    };
    this.#remember(event);
    for (const listener of [...this.#listeners]) listener(event);
    return stored;
  }

  #remember(event: StoreEvent): void {
    this.#history.push(event);
    if (this.#history.length <= this.#historyLimit * 1.1) return;
    const dropped = this.#history.length - this.#historyLimit;
    this.#forgotten = this.#history[dropped - 1]?.resourceVersion ?? this.#forgotten;
    this.#history = this.#history.slice(dropped);
  }
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ""}/${name}`;
}

/** Where a list stands in etcd's order; a continue token names the last key served. */
export function storeKey(object: KubernetesObject): string {
  return keyOf(object.metadata.namespace, object.metadata.name);
}

function inKeyOrder(entries: Iterable<[string, KubernetesObject]>, namespace: string | undefined): KubernetesObject[] {
  const wanted = [...entries].filter(([, object]) => namespace === undefined || object.metadata.namespace === namespace);
  return wanted.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
