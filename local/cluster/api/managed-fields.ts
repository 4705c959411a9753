import { type KubernetesObject, type ManagedFieldsEntry, timestamp } from "../objects.ts";
import { layoutOf } from "./field-layout.ts";
import { compareFields, decodeFields, encodeFields, type FieldPath, minus, plus } from "./field-paths.ts";
import { apiVersionOf, type ResourceType } from "./resource-types.ts";

/** Who writes, and by which door. */
export interface FieldWriter {
  readonly manager: string;
  readonly operation: "Update" | "Apply";
  /** The version that the request was made in. @default the stored one */
  readonly version?: string;
  readonly subresource?: string;
}

/** One manager's fields, unpacked. */
export interface Ownership {
  readonly entry: Omit<ManagedFieldsEntry, "fieldsV1">;
  readonly fields: Set<FieldPath>;
}

export function readOwnerships(entries: readonly ManagedFieldsEntry[] | undefined): Ownership[] {
  return (entries ?? []).map(({ fieldsV1, ...entry }) => ({ entry, fields: decodeFields(fieldsV1 ?? {}) }));
}

/** Back into entries, without those that own nothing any more; Apply before Update, then by age, then by name. */
export function writeOwnerships(ownerships: readonly Ownership[]): ManagedFieldsEntry[] {
  const rank = ({ operation, time, manager }: ManagedFieldsEntry): string => `${operation} ${time} ${manager}`;
  return ownerships
    .filter(({ fields }) => fields.size > 0)
    .map(({ entry, fields }) => ({ ...entry, fieldsV1: encodeFields(fields) }))
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

export function isOwnedBy({ entry }: Ownership, type: ResourceType, writer: FieldWriter): boolean {
  return (
    entry.manager === writer.manager &&
    entry.operation === writer.operation &&
    entry.subresource === writer.subresource &&
    entry.apiVersion === apiVersionOf(type, writer.version)
  );
}

export function newEntry(type: ResourceType, { manager, operation, version, subresource }: FieldWriter, now: Date): Ownership["entry"] {
  return {
    manager,
    operation,
    apiVersion: apiVersionOf(type, version),
    time: timestamp(now),
    fieldsType: "FieldsV1",
    ...(subresource ? { subresource } : {}),
  };
}

/**
 * Writes down in `after` who changed which fields: the writer owns them, everybody else loses them.
 * The entries that `after` came with count, so a caller may also have edited them; when they are gone altogether, the stored ones do.
 */
export function recordManager(
  type: ResourceType,
  before: KubernetesObject | undefined,
  after: KubernetesObject,
  writer: FieldWriter,
  now: Date,
): void {
  const { changed, removed } = compareFields(before, after, layoutOf(type));
  const given = after.metadata.managedFields;
  const ownerships = readOwnerships(given?.length ? given : before?.metadata.managedFields);
  const own = ownerships.find((one) => isOwnedBy(one, type, writer));
  if (changed.size === 0 && removed.size === 0) {
    after.metadata.managedFields = writeOwnerships(ownerships);
    return;
  }
  const others = ownerships
    .filter((one) => one !== own)
    .map(({ entry, fields }) => ({ entry, fields: minus(minus(fields, changed), removed) }));
  const fields = minus(plus(own?.fields ?? new Set(), changed), removed);
  const entry = changed.size === 0 && own ? own.entry : newEntry(type, writer, now);
  after.metadata.managedFields = writeOwnerships([...others, { entry, fields }]);
}
