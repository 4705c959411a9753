import { isDeepStrictEqual } from "node:util";
import { type KubernetesObject, type ManagedFieldsEntry, timestamp } from "../objects.ts";

type Fields = Record<string, unknown>;

const UNMANAGED = new Set([
  "name",
  "namespace",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "managedFields",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
]);

function changedKeys(before: Fields, after: Fields): string[] {
  return Object.keys(after).filter((key) => !isDeepStrictEqual(before[key], after[key]));
}

/** The set of changed fields, one or two levels deep: enough to see who touched what, not enough for server-side apply. */
function fieldSet(before: Fields, after: Fields, depth: number): Fields {
  const set: Fields = {};
  for (const key of changedKeys(before, after)) {
    const value = after[key];
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    set[`f:${key}`] = depth > 1 && isMap ? fieldSet((before[key] as Fields | undefined) ?? {}, value as Fields, depth - 1) : {};
  }
  return set;
}

function changedFields(before: KubernetesObject | undefined, after: KubernetesObject): Fields {
  const set: Fields = {};
  const { metadata: metadataBefore = {}, apiVersion: _a, kind: _k, ...restBefore } = (before ?? {}) as Partial<KubernetesObject>;
  const { metadata, apiVersion: _b, kind: _l, ...rest } = after;
  const managed = Object.fromEntries(Object.entries(metadata).filter(([key]) => !UNMANAGED.has(key)));
  const inMetadata = fieldSet(metadataBefore as Fields, managed, 2);
  if (Object.keys(inMetadata).length > 0) set["f:metadata"] = inMetadata;
  return { ...set, ...fieldSet(restBefore, rest, 2) };
}

function merge(a: Fields, b: Fields): Fields {
  const merged: Fields = { ...a };
  for (const [key, value] of Object.entries(b)) merged[key] = merge((a[key] as Fields | undefined) ?? {}, value as Fields);
  return merged;
}

/** Writes down in `after` which manager changed which fields; the entries already in `after` are kept, so a caller may also have edited them. */
export function recordManager(before: KubernetesObject | undefined, after: KubernetesObject, manager: string, now: Date): void {
  const fields = changedFields(before, after);
  if (Object.keys(fields).length === 0) return;
  const entries = after.metadata.managedFields ?? [];
  const own = entries.find((entry) => entry.manager === manager && entry.operation === "Update" && !entry.subresource);
  const entry: ManagedFieldsEntry = {
    manager,
    operation: "Update",
    apiVersion: after.apiVersion,
    time: timestamp(now),
    fieldsType: "FieldsV1",
    fieldsV1: merge(own?.fieldsV1 ?? {}, fields),
  };
  after.metadata.managedFields = [...entries.filter((one) => one !== own), entry];
}
