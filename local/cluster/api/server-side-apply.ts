import type { KubernetesObject } from "../objects.ts";
import { type FieldLayout, itemKey, layoutOf } from "./field-layout.ts";
import { ancestorsOf, claimedFields, compareFields, type FieldPath, fieldText, inBoth, isFields, minus } from "./field-paths.ts";
import { type FieldWriter, isOwnedBy, newEntry, type Ownership, readOwnerships, writeOwnerships } from "./managed-fields.ts";
import type { ResourceType } from "./resource-types.ts";
import { StatusError } from "./status-error.ts";

type Fields = Record<string, unknown>;

/** How a configuration is applied. */
export interface ApplyOptions {
  readonly manager: string;
  readonly version: string;
  /** Takes fields from their owners instead of failing. */
  readonly force: boolean;
  readonly subresource?: string;
  readonly now: Date;
}

/**
 * `application/apply-patch+yaml`: the live object with the configuration merged in, without what its manager applied before and no longer does,
 * and with the ownership that follows. Fields of others that it would change are a 409, unless forced.
 */
export function applyConfiguration<T extends KubernetesObject>(
  type: ResourceType,
  live: T | undefined,
  configuration: KubernetesObject,
  options: ApplyOptions,
): T {
  const layout = layoutOf(type);
  const writer: FieldWriter = { ...options, operation: "Apply" };
  const ownerships = readOwnerships(live?.metadata.managedFields);
  const own = ownerships.find((one) => isOwnedBy(one, type, writer));
  const others = ownerships.filter((one) => one !== own);
  const claimed = claimedFields(configuration, layout);
  const merged = merge(live ?? {}, configuration, layout) as T;
  if (own) prune(merged, minus(own.fields, claimed), [claimed, ...others.map(({ fields }) => fields)], layout);
  const { changed, removed } = compareFields(live, merged, layout);
  if (!options.force) refuseConflicts(others, changed);
  const left = others.map(({ entry, fields }) => ({ entry, fields: minus(minus(fields, changed), removed) }));
  const isSame =
    own !== undefined && changed.size + removed.size === 0 && own.fields.size === claimed.size && minus(own.fields, claimed).size === 0;
  const entry = isSame ? own.entry : newEntry(type, writer, options.now);
  merged.metadata = { ...merged.metadata, managedFields: writeOwnerships([...left, { entry, fields: claimed }]) };
  return merged;
}

function merge(live: unknown, configuration: unknown, layout: FieldLayout): unknown {
  if (isFields(configuration) && isFields(live) && !layout.isAtomic) {
    const merged: Fields = { ...live };
    for (const [key, value] of Object.entries(configuration)) merged[key] = merge(live[key], value, layout.of(key));
    return merged;
  }
  if (Array.isArray(configuration) && Array.isArray(live) && layout.list !== "atomic") return mergeLists(live, configuration, layout);
  return structuredClone(configuration);
}

function mergeLists(live: readonly unknown[], configuration: readonly unknown[], layout: FieldLayout): unknown[] {
  if (typeof layout.list === "string") return [...new Set([...live, ...configuration])];
  const keys = layout.list;
  const applied = new Map(configuration.map((item) => [itemKey(item, keys), item]));
  const kept = live.map((item) => {
    const key = itemKey(item, keys);
    const change = applied.get(key);
    applied.delete(key);
    return change === undefined ? item : merge(item, change, layout.items);
  });
  return [...kept, ...applied.values()];
}

/** Takes out what its manager no longer applies, unless somebody, the manager too, owns it or a part of it. */
function prune(
  object: KubernetesObject,
  dropped: ReadonlySet<FieldPath>,
  owned: readonly ReadonlySet<FieldPath>[],
  layout: FieldLayout,
): void {
  const held = new Set(owned.flatMap((fields) => [...fields].flatMap((path) => [path, ...ancestorsOf(path)])));
  const gone = [...dropped].filter((path) => !held.has(path)).sort((a, b) => a.split("\n").length - b.split("\n").length);
  for (const path of gone) remove(object, path.split("\n"), layout);
}

function remove(container: unknown, [segment = "", ...rest]: readonly string[], layout: FieldLayout): void {
  if (segment.startsWith("f:") && isFields(container)) {
    const key = segment.slice(2);
    if (rest.length === 0) delete container[key];
    else remove(container[key], rest, layout.of(key));
  } else if (Array.isArray(container)) {
    const keys = layout.list;
    const at = container.findIndex((item) =>
      segment.startsWith("v:") || typeof keys === "string"
        ? `v:${JSON.stringify(item)}` === segment
        : `k:${itemKey(item, keys)}` === segment,
    );
    if (at < 0) return;
    if (rest.length === 0) container.splice(at, 1);
    else remove(container[at], rest, layout.items);
  }
}

function managerText({ manager, operation, apiVersion, subresource }: Ownership["entry"]): string {
  const who = `"${manager}"${subresource ? ` with subresource "${subresource}"` : ""}`;
  return operation === "Update" ? `${who} using ${apiVersion}` : who;
}

function refuseConflicts(others: readonly Ownership[], changed: ReadonlySet<FieldPath>): void {
  const conflicts = others.flatMap(({ entry, fields }) =>
    inBoth(fields, changed)
      .sort()
      .map((path) => ({ who: managerText(entry), field: fieldText(path) })),
  );
  if (conflicts.length === 0) return;
  const [first] = conflicts;
  const names = [...new Set(conflicts.map(({ who }) => who))].sort();
  const many = names.flatMap((who) => [
    `conflicts with ${who}:`,
    ...conflicts.filter((one) => one.who === who).map(({ field }) => `- ${field}`),
  ]);
  const text =
    conflicts.length === 1
      ? `Apply failed with 1 conflict: conflict with ${first?.who}: ${first?.field}`
      : `Apply failed with ${conflicts.length} conflicts: ${many.join("\n")}`;
  const causes = conflicts.map(({ who, field }) => ({ reason: "FieldManagerConflict", message: `conflict with ${who}`, field }));
  throw new StatusError(409, "Conflict", text, { causes });
}
