import type { ResourceType } from "./resource-types.ts";
import { type Schema, schemaOfField } from "./structural-schema.ts";

/** How a field merges and who can own parts of it: what Kubernetes calls its topology. */
export interface FieldLayout {
  /** Lists: as a whole, as a set of values, or by the keys of their items. */
  readonly list: "atomic" | "set" | readonly string[];
  /** Maps that belong to one owner as a whole. */
  readonly isAtomic: boolean;
  of(field: string): FieldLayout;
  readonly items: FieldLayout;
}

/** The built-in kinds' lists that merge by key; every other list of theirs is atomic, but for finalizers. */
const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ["name"],
  initContainers: ["name"],
  ephemeralContainers: ["name"],
  volumes: ["name"],
  env: ["name"],
  imagePullSecrets: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  hostAliases: ["ip"],
  conditions: ["type"],
  ownerReferences: ["uid"],
  podIPs: ["ip"],
  webhooks: ["name"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
};

const ATOMIC_MAPS = [
  "selector",
  "labelSelector",
  "nodeSelector",
  "secretKeyRef",
  "configMapKeyRef",
  "fieldRef",
  "resourceFieldRef",
  "scaleTargetRef",
];

function listOf(field: string, parent: string): FieldLayout["list"] {
  if (field === "finalizers") return "set";
  if (field !== "ports") return LIST_KEYS[field] ?? "atomic";
  if (/containers$/i.test(parent)) return ["containerPort", "protocol"];
  return parent === "spec" ? ["port", "protocol"] : "atomic";
}

function builtInLayout(field: string, parent: string): FieldLayout {
  return {
    list: listOf(field, parent),
    isAtomic: ATOMIC_MAPS.includes(field),
    of: (inner) => builtInLayout(inner, field),
    get items() {
      return builtInLayout(field, parent);
    },
  };
}

function schemaLayout(schema: Schema | undefined, isRoot = false): FieldLayout {
  const kind = schema?.["x-kubernetes-list-type"];
  return {
    list: kind === "map" ? (schema?.["x-kubernetes-list-map-keys"] ?? "atomic") : kind === "set" ? "set" : "atomic",
    isAtomic: schema?.["x-kubernetes-map-type"] === "atomic",
    of: (field) => (isRoot && field === "metadata" ? builtInLayout(field, "") : schemaLayout(schemaOfField(schema, field))),
    get items() {
      return schemaLayout(schema?.items);
    },
  };
}

/** The layout of a whole object: by field names for built-in kinds, by the schema for custom ones (whose lists are atomic unless it says otherwise). */
export function layoutOf(type: ResourceType): FieldLayout {
  return type.custom ? schemaLayout(type.custom.schema, true) : builtInLayout("", "");
}

/** The part of an item that tells it from the others of its list; `protocol` has a default. */
export function itemKey(item: unknown, keys: readonly string[]): string {
  const fields = item as Record<string, unknown>;
  return JSON.stringify(Object.fromEntries([...keys].sort().map((key) => [key, fields[key] ?? (key === "protocol" ? "TCP" : undefined)])));
}
