import { OPERATORS, type Operator } from "./blueprint.ts";
import type { Unit } from "./signal.ts";

/** A number with its unit, as in `200ms`, `1.2%`, `5GiB` (bytes) or `1000` (count). */
export interface Quantity {
  readonly value: number;
  readonly unit: Unit;
}

/** A comparison with a quantity, as in `< 200ms`. */
export interface Condition {
  readonly operator: Operator;
  readonly quantity: Quantity;
}

const QUANTITY = String.raw`\d+(\.\d+)?\s*(ms|s|%|count|bytes|KiB|MiB|GiB|per-second|/s)?`;
export const QUANTITY_PATTERN = new RegExp(`^${QUANTITY}$`);
export const CONDITION_PATTERN = new RegExp(`^(>=|<=|>|<)\\s*${QUANTITY}$`);

const SUFFIXES: Readonly<Record<string, { readonly unit: Unit; readonly factor: number }>> = {
  "": { unit: "count", factor: 1 },
  count: { unit: "count", factor: 1 },
  ms: { unit: "ms", factor: 1 },
  s: { unit: "s", factor: 1 },
  "%": { unit: "%", factor: 1 },
  bytes: { unit: "bytes", factor: 1 },
  KiB: { unit: "bytes", factor: 1024 },
  MiB: { unit: "bytes", factor: 1024 ** 2 },
  GiB: { unit: "bytes", factor: 1024 ** 3 },
  "per-second": { unit: "per-second", factor: 1 },
  "/s": { unit: "per-second", factor: 1 },
};

/** Reads a quantity; null when the text is not one. A bare number is a count. */
export function parseQuantity(text: string): Quantity | null {
  if (!QUANTITY_PATTERN.test(text)) return null;
  const digits = /^[\d.]+/.exec(text)?.[0] ?? "";
  const suffix = SUFFIXES[text.slice(digits.length).trim()];
  if (suffix === undefined) return null;
  return { value: rounded(Number(digits) * suffix.factor), unit: suffix.unit };
}

/** Reads a condition such as `< 200ms`; null when the text is not one. */
export function parseCondition(text: string): Condition | null {
  if (!CONDITION_PATTERN.test(text)) return null;
  // Two-character operators first: `>` is a prefix of `>=`.
  const operator = [...OPERATORS].sort((a, b) => b.length - a.length).find((candidate) => text.startsWith(candidate));
  const quantity = operator === undefined ? null : parseQuantity(text.slice(operator.length).trim());
  return operator === undefined || quantity === null ? null : { operator, quantity };
}

/** The quantity's value in another unit; null when they do not convert. Only `ms` and `s` convert into each other. */
export function convertQuantity(quantity: Quantity, unit: Unit): number | null {
  if (quantity.unit === unit) return quantity.value;
  if (quantity.unit === "s" && unit === "ms") return rounded(quantity.value * 1000);
  if (quantity.unit === "ms" && unit === "s") return rounded(quantity.value / 1000);
  return null;
}

/** For people: `200 ms`, `1.2%`, `1000`, `12/s`. `parseQuantity` reads it back. */
export function formatQuantity(value: number, unit: Unit): string {
  if (unit === "count") return `${value}`;
  if (unit === "%") return `${value}%`;
  return unit === "per-second" ? `${value}/s` : `${value} ${unit}`;
}

const NEGATED: Readonly<Record<Operator, Operator>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

/** The operator that holds exactly where the given one does not: a check `< 200ms` is breached by `>= 200ms`. */
export function negateOperator(operator: Operator): Operator {
  return NEGATED[operator];
}

/** 1.001 s is 1001 ms, not 1000.9999999999999 ms. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
