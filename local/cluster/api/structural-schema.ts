import { type FieldProblem, invalidValue, required } from "./status-error.ts";

type Fields = Record<string, unknown>;

/** The part of a structural OpenAPI schema (apiextensions v1) that the simulator obeys. */
export interface Schema {
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly nullable?: boolean;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-list-type"?: string;
  readonly "x-kubernetes-map-type"?: string;
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
}

const ROOT_FIELDS = ["apiVersion", "kind", "metadata"];

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The schema of a field, or undefined where the schema does not say. */
export function schemaOfField(schema: Schema | undefined, key: string): Schema | undefined {
  const extra = schema?.additionalProperties;
  return schema?.properties?.[key] ?? (typeof extra === "object" ? extra : undefined);
}

/** Removes the fields that the schema does not know, in place, and hands back where they were. */
export function pruneUnknown(schema: Schema, value: unknown, path = ""): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => (schema.items ? pruneUnknown(schema.items, item, `${path}[${index}]`) : []));
  }
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    if (path === "" && ROOT_FIELDS.includes(key)) return [];
    const at = path === "" ? key : `${path}.${key}`;
    const known = schemaOfField(schema, key);
    if (known) return pruneUnknown(known, part, at);
    if (schema["x-kubernetes-preserve-unknown-fields"] || schema.additionalProperties === true) return [];
    delete value[key];
    return [at];
  });
}

/** Fills in, in place, what the schema has a default for; below a default too. */
export function applySchemaDefaults(schema: Schema, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) if (schema.items) applySchemaDefaults(schema.items, item);
  }
  if (!isFields(value)) return;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (value[key] === undefined && property.default !== undefined) value[key] = structuredClone(property.default);
  }
  for (const [key, part] of Object.entries(value)) {
    const known = schemaOfField(schema, key);
    if (known) applySchemaDefaults(known, part);
  }
}

const GO_NAMES: Readonly<Record<string, string>> = { integer: "integer", number: "number", string: "string", boolean: "boolean" };

function jsonType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function typeProblems(schema: Schema, value: unknown, path: string): FieldProblem[] {
  const actual = jsonType(value);
  if (schema["x-kubernetes-int-or-string"]) {
    return actual === "integer" || actual === "string"
      ? []
      : [invalidValue(path, actual, `${path} in body must be of type integer,string: "${actual}"`)];
  }
  if (schema.type === undefined || schema.type === actual || (schema.type === "number" && actual === "integer")) return [];
  if (actual === "null" && schema.nullable) return [];
  return [invalidValue(path, actual, `${path} in body must be of type ${GO_NAMES[schema.type] ?? schema.type}: "${actual}"`)];
}

function valueProblems(schema: Schema, value: unknown, path: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const refuse = (text: string): number => problems.push(invalidValue(path, value, `${path} in body ${text}`));
  if (schema.enum && !schema.enum.includes(value)) {
    const known = schema.enum.map((one) => JSON.stringify(one)).join(", ");
    problems.push({
      reason: "FieldValueNotSupported",
      message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${known}`,
      field: path,
    });
  }
  if (typeof value === "number") {
    if (schema.minimum !== undefined && value < schema.minimum) refuse(`should be greater than or equal to ${schema.minimum}`);
    if (schema.maximum !== undefined && value > schema.maximum) refuse(`should be less than or equal to ${schema.maximum}`);
  }
  if (typeof value === "string") {
    if (schema.minLength !== undefined && value.length < schema.minLength) refuse(`should be at least ${schema.minLength} chars long`);
    if (schema.maxLength !== undefined && value.length > schema.maxLength) refuse(`should be at most ${schema.maxLength} chars long`);
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, "u").test(value)) refuse(`should match '${schema.pattern}'`);
  }
  return problems;
}

/** What the schema complains of, in the words of a real server. */
export function schemaProblems(schema: Schema, value: unknown, path = ""): FieldProblem[] {
  const wrongType = path === "" ? [] : typeProblems(schema, value, path);
  if (wrongType.length > 0) return wrongType;
  if (Array.isArray(value)) {
    const { items, maxItems } = schema;
    const tooMany = maxItems !== undefined && value.length > maxItems;
    return [
      ...(tooMany ? [invalidValue(path, value.length, `${path} in body should have at most ${maxItems} items`)] : []),
      ...(items ? value.flatMap((item, index) => schemaProblems(items, item, `${path}[${index}]`)) : []),
    ];
  }
  if (!isFields(value)) return valueProblems(schema, value, path);
  const below = (key: string): string => (path === "" ? key : `${path}.${key}`);
  const missing = (schema.required ?? []).filter((key) => value[key] === undefined).map((key) => required(below(key)));
  const inside = Object.entries(value).flatMap(([key, part]) => {
    const known = path === "" && ROOT_FIELDS.includes(key) ? undefined : schemaOfField(schema, key);
    return known && part !== undefined ? schemaProblems(known, part, below(key)) : [];
  });
  return [...missing, ...inside];
}
