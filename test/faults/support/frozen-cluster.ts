import { isDeepStrictEqual } from "node:util";
import { ROLLGUARD_GRANTS } from "../../../local/cluster/api/authorization.ts";
import { ObjectStore } from "../../../local/cluster/api/object-store.ts";
import type { PodLogSource } from "../../../local/cluster/api/pod-log.ts";
import type { ApiContext } from "../../../local/cluster/api/request-handler.ts";
import type { ResourceType } from "../../../local/cluster/api/resource-types.ts";
import type { KubernetesObject } from "../../../local/cluster/objects.ts";

/** Every object of a cluster at one moment. No controller runs in it: what changes afterwards is what somebody has asked the API for. */
export interface FrozenCluster {
  readonly objects: readonly { readonly type: ResourceType; readonly object: KubernetesObject }[];
}

export function freeze(store: ObjectStore): FrozenCluster {
  return { objects: store.types.flatMap((type) => store.list(type).map((object) => ({ type, object }))) };
}

/** A store of its own with these objects, the same in every copy down to the resourceVersions. */
export function thaw({ objects }: FrozenCluster): ObjectStore {
  const store = new ObjectStore();
  for (const { type, object } of objects) store.create(type, { ...object, metadata: { ...object.metadata } });
  return store;
}

/** An API over a store. */
export function apiOver(store: ObjectStore, now: () => Date, podLogs: PodLogSource): ApiContext {
  return { store, now, grants: ROLLGUARD_GRANTS, podLogs };
}

/** Two clusters that began alike. */
export interface Differing {
  readonly what: string;
  readonly one: KubernetesObject | undefined;
  readonly other: KubernetesObject | undefined;
}

/** The objects that are not the same in both. Versions and times are left out, and uids of objects that were made meanwhile. */
export function differences(one: FrozenCluster, other: FrozenCluster, before: FrozenCluster): readonly Differing[] {
  const [ours, theirs, base] = [byName(one), byName(other), byName(before)];
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return names.flatMap((what) => {
    const [left, right] = [ours.get(what), theirs.get(what)];
    const isNew = !base.has(what);
    return isDeepStrictEqual(comparable(left, isNew), comparable(right, isNew)) ? [] : [{ what, one: left, other: right }];
  });
}

function byName({ objects }: FrozenCluster): Map<string, KubernetesObject> {
  return new Map(
    objects.map(({ type, object }) => {
      const { namespace = "", name } = object.metadata;
      return [`${type.plural} ${namespace}/${name}`, object];
    }),
  );
}

const TIMES = new Set(["time", "creationTimestamp", "deletionTimestamp", "firstTimestamp", "lastTimestamp"]);

/** The object as far as it counts; a time is only there or not. */
function comparable(object: KubernetesObject | undefined, isNew: boolean): unknown {
  if (object === undefined) return undefined;
  const { resourceVersion: _version, uid, managedFields = [], ...metadata } = object.metadata;
  // The server keeps them in the order of their times.
  const managers = managedFields.map((entry) => JSON.stringify(withoutTimes(entry))).sort();
  const shown = withoutTimes({ ...object, metadata: { ...metadata, managers, ...(isNew ? {} : { uid }) } });
  // A Job selects its pods by its own uid.
  return isNew ? JSON.parse(JSON.stringify(shown).replaceAll(uid, "its uid")) : shown;
}

function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, TIMES.has(key) ? "some time" : withoutTimes(part)]));
}
