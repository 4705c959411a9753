import * as z from "zod/mini";
import { DURATION_PATTERN } from "./duration.ts";
import { CONDITION_PATTERN, QUANTITY_PATTERN } from "./quantity.ts";

/** What editors and error messages say about a field. */
export const blueprintDescriptions = z.registry<{ description: string }>();

/** Registers the description of a field. */
export function described<Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema {
  blueprintDescriptions.add(schema, { description });
  return schema;
}

/** Text of one form; `expected` is the whole error message, up to what was found. */
export function text(pattern: RegExp, expected: string, description: string): z.ZodMiniString {
  return described(z.string().check(z.regex(pattern, expected)), description);
}

/** Such as `60s`. */
export function duration(description: string): z.ZodMiniString {
  return text(DURATION_PATTERN, "expected a duration such as 60s, 5m or 24h", description);
}

/** Such as `200ms`. */
export function quantity(example: string, description: string): z.ZodMiniString {
  return text(QUANTITY_PATTERN, `expected a number with its unit, such as ${example}`, description);
}

/** Such as `> 200ms`. */
export function condition(example: string, description: string): z.ZodMiniString {
  return text(CONDITION_PATTERN, `expected a comparison with a unit, such as "${example}" (in quotes)`, description);
}

/** Names of services and triggers. */
export const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** CloudWatch statistics that a signal may have. */
export const STAT_PATTERN = /^(Average|Sum|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d{1,2})?)$/;
/** Names of signals and checks. */
export const SIGNAL_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** Such as `latency_p95`. */
export function signalName(description: string): z.ZodMiniString {
  return text(SIGNAL_NAME, "expected a signal name in snake_case, such as latency_p95", description);
}
