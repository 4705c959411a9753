import type { KubernetesObject } from "../objects.ts";
import type { ResourceType } from "./resource-types.ts";
import { pruneUnknown } from "./structural-schema.ts";

type FieldType = "integer" | "boolean" | "object" | "array" | "string";

const OBJECT_FIELDS = { apiVersion: "string", kind: "string", metadata: "object", spec: "object", status: "object" } as const;

/** The fields of each `spec` that are checked and pruned; kinds that are not here are stored as they come. */
const SPEC_FIELDS: Readonly<Record<string, Readonly<Record<string, FieldType>>>> = {
  deployments: {
    replicas: "integer",
    selector: "object",
    template: "object",
    strategy: "object",
    minReadySeconds: "integer",
    revisionHistoryLimit: "integer",
    progressDeadlineSeconds: "integer",
    paused: "boolean",
  },
  statefulsets: {
    replicas: "integer",
    selector: "object",
    template: "object",
    serviceName: "string",
    podManagementPolicy: "string",
    updateStrategy: "object",
    revisionHistoryLimit: "integer",
    minReadySeconds: "integer",
    volumeClaimTemplates: "array",
    ordinals: "object",
    persistentVolumeClaimRetentionPolicy: "object",
  },
  daemonsets: {
    selector: "object",
    template: "object",
    updateStrategy: "object",
    revisionHistoryLimit: "integer",
    minReadySeconds: "integer",
  },
  replicasets: { replicas: "integer", selector: "object", template: "object", minReadySeconds: "integer" },
};

function typeOf(value: unknown): FieldType | "number" {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value as FieldType;
}

interface DecodeProblem {
  readonly text: string;
  /** A field that nobody knows: an error only when the request asked for strictness. */
  readonly unknownField: boolean;
}

function checkFields(object: Record<string, unknown>, fields: Readonly<Record<string, FieldType>>, prefix: string): DecodeProblem[] {
  return Object.entries(object).flatMap(([key, value]): DecodeProblem[] => {
    const expected = fields[key];
    if (expected === undefined) {
      delete object[key];
      return [{ text: `unknown field "${prefix}${key}"`, unknownField: true }];
    }
    if (value === null || typeOf(value) === expected) return [];
    return [{ text: `${prefix}${key}: cannot unmarshal ${typeOf(value)} into ${expected}`, unknownField: false }];
  });
}

/** What Go's decoder would say of an object of this kind; unknown fields are removed from it, as a server without strictness does. */
export function decodeProblems(type: ResourceType, object: KubernetesObject): DecodeProblem[] {
  if (type.custom) {
    return pruneUnknown(type.custom.schema, object).map((path) => ({ text: `unknown field "${path}"`, unknownField: true }));
  }
  const specFields = SPEC_FIELDS[type.plural];
  if (!specFields) return [];
  const problems = checkFields(object, OBJECT_FIELDS, "");
  const spec = object.spec;
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) return problems;
  return [...problems, ...checkFields(spec as Record<string, unknown>, specFields, "spec.")];
}
