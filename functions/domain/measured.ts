import type { Operator } from "./blueprint.ts";
import type { Unit } from "./signal.ts";
import { unreachable } from "./time.ts";

/** True when `value operator limit`. */
export function compare(value: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    default:
      return unreachable(operator);
  }
}

/** `280ms`, `1.2%`, `17`: at most two decimals. */
export function withUnit(value: number, unit: Unit): string {
  const rounded = Math.round(value * 100) / 100;
  return unit === "count" ? `${rounded}` : unit === "%" || unit === "ms" || unit === "s" ? `${rounded}${unit}` : `${rounded} ${unit}`;
}

/** Seed 000's form: `133% increase (120ms -> 280ms)`. */
export function describeDegradation(before: number, after: number, unit: Unit): string {
  const figures = `(${withUnit(before, unit)} -> ${withUnit(after, unit)})`;
  if (before === 0) return `from zero ${figures}`;
  const percent = Math.round(((after - before) / before) * 100);
  return `${Math.abs(percent)}% ${percent < 0 ? "decrease" : "increase"} ${figures}`;
}
