import type { KubernetesObject } from "../objects.ts";
import { isCurrentAutoscaler, toCurrentAutoscaler, toFirstAutoscaler } from "./autoscaler-versions.ts";
import { customType } from "./custom-types.ts";
import type { ObjectStore } from "./object-store.ts";
import { apiVersionOf, BUILT_IN_TYPES, RESOURCE_TYPES, type ResourceType } from "./resource-types.ts";

/** A resource in the version that a request names, and the way between that version and the stored one. */
export interface ServedType {
  readonly type: ResourceType;
  readonly version: string;
  /** What a client of this version sees of a stored object. */
  present<T extends KubernetesObject>(stored: T): T;
  /** The stored form of an object that a client of this version sent; one of another version stays as it is, to be refused. */
  accept<T extends Partial<KubernetesObject>>(sent: T): T;
}

/** The versions of a resource, the preferred one first. */
export function versionsOf(type: ResourceType): readonly string[] {
  return type.served ?? [type.version];
}

/** Everything that is served at the moment: what Kubernetes brings along and what CustomResourceDefinitions define. */
export function servedTypes(store: ObjectStore): readonly ResourceType[] {
  return [...BUILT_IN_TYPES, ...store.list(RESOURCE_TYPES.customresourcedefinitions).map(customType)];
}

const BUILT_IN = new Map(BUILT_IN_TYPES.map((type) => [`${type.group}/${type.plural}`, type]));

/** The resource of a path, or undefined when nothing of that name is served in that version. */
export function findServedType(store: ObjectStore, group: string, version: string, plural: string): ServedType | undefined {
  const definition = store.find(RESOURCE_TYPES.customresourcedefinitions, undefined, `${plural}.${group}`);
  const type = BUILT_IN.get(`${group}/${plural}`) ?? (definition ? customType(definition) : undefined);
  return type && versionsOf(type).includes(version) ? servedAs(type, version) : undefined;
}

function servedAs(type: ResourceType, version: string): ServedType {
  const asIs = { type, version, present: <T>(object: T): T => object, accept: <T>(object: T): T => object };
  if (version === type.version) return asIs;
  const [stored, served] = [apiVersionOf(type), apiVersionOf(type, version)];
  const isAutoscaler = type === RESOURCE_TYPES.horizontalpodautoscalers;
  return {
    type,
    version,
    present: (object) => (isAutoscaler ? toFirstAutoscaler(object) : { ...object, apiVersion: served }),
    accept: (object) => {
      if (object.apiVersion !== undefined && object.apiVersion !== served) return object;
      if (isAutoscaler && !isCurrentAutoscaler(object)) return toCurrentAutoscaler(object);
      return { ...object, apiVersion: stored };
    },
  };
}
