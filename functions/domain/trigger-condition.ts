import { CONDITION_PATTERN, parseQuantity, type Quantity } from "./quantity.ts";
import { type BaselineForm, OPERATORS, type Operator } from "./trigger-form.ts";

const NUMBER = String.raw`\d+(\.\d+)?`;
const FACTOR = String.raw`(>=|<=|>|<)\s*${NUMBER}\s*x\s+baseline`;
const DISTANCE = String.raw`(>=|<=|>|<)\s*baseline\s*[+-]\s*${NUMBER}\s*(pp|ms|s|%|count|bytes|KiB|MiB|GiB|per-second|/s)?`;

/** What `when` of a trigger may be: a comparison with a quantity or with the baseline. */
export const TRIGGER_CONDITION_PATTERN = new RegExp(`${CONDITION_PATTERN.source}|^${FACTOR}$|^${DISTANCE}$`);

/** A comparison with the baseline as written, such as `> 2x baseline` or `> baseline + 5pp`. */
export interface BaselineCondition {
  readonly operator: Operator;
  readonly by: BaselineForm["by"];
  /** The factor (a count); else the distance: in percent of the baseline, or for `points` in a unit that must fit the signal's. */
  readonly amount: Quantity;
  /** Null for a factor. */
  readonly side: "+" | "-" | null;
}

/**
 * Reads a comparison with the baseline; null when the text is none. `%` is a share of the baseline; points of a signal in percent are `pp`,
 * so that nobody reads one as the other.
 */
export function parseBaselineCondition(text: string): BaselineCondition | null {
  if (!TRIGGER_CONDITION_PATTERN.test(text)) return null;
  const [, operatorText, rest = ""] = /^(>=|<=|>|<)\s*(.*)$/.exec(text) ?? [];
  const operator = OPERATORS.find((candidate) => candidate === operatorText);
  if (operator === undefined || !rest.includes("baseline")) return null;
  if (!rest.startsWith("baseline"))
    return { operator, by: "factor", amount: { value: Number.parseFloat(rest), unit: "count" }, side: null };
  const written = rest.slice("baseline".length).trim();
  const distance = written.slice(1).trim();
  const amount = parseQuantity(distance.replace(/\s*pp$/, "%"));
  if (amount === null) return null;
  const by = amount.unit === "%" && !distance.endsWith("pp") ? "percent" : "points";
  return { operator, by, amount, side: written.startsWith("-") ? "-" : "+" };
}
