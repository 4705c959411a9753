import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type AttributeMap = Record<string, AttributeValue>;

/** JSON object -> DynamoDB item. `undefined` is left out, as in JSON; a value JSON does not know is an error, never a silent null. */
export function toAttributes(value: object): AttributeMap {
  const attributes: AttributeMap = {};
  for (const [key, entry] of Object.entries(value)) {
    if (entry !== undefined) attributes[key] = toAttribute(entry, key);
  }
  return attributes;
}

/** DynamoDB item -> JSON object. */
export function fromAttributes(item: AttributeMap): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([key, attribute]) => [key, fromAttribute(attribute)]));
}

function toAttribute(value: unknown, path: string): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (typeof value === "number" && Number.isFinite(value)) return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map((entry, index) => toAttribute(entry ?? null, `${path}[${index}]`)) };
  if (typeof value === "object") return { M: toAttributes(value) };
  throw new TypeError(`${path} cannot be stored: expected a JSON value, got ${typeof value === "number" ? value : typeof value}`);
}

function fromAttribute(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.L !== undefined) return attribute.L.map(fromAttribute);
  if (attribute.M !== undefined) return fromAttributes(attribute.M);
  return null;
}
