import * as z from "zod/mini";
import { MODES } from "./blueprint.ts";
import { described, signalName } from "./blueprint-fields.ts";

/** `spec.looks` as a person writes it. What it means and its defaults: `looks/compile-looks.ts`. */
export const AuthoredLooksSchema = z.strictObject({
  mode: z.optional(
    described(
      z.enum(MODES),
      "What a release that fails a look comes to; the weaker of this and spec.mode counts. observe (default): it starts nothing and is recorded.",
    ),
  ),
  mode_reason: z.optional(described(z.string(), "Why the mode is what it is; goes into the record.")),
  signals: z.optional(
    described(
      z.array(signalName("A signal that releases are judged on.")),
      "Signals that every new release is judged on. Default: those of triggers of class performance, health and business, and the service's own latency, error rate, CPU and memory. Empty: no looks.",
    ),
  ),
});
export type AuthoredLooks = z.infer<typeof AuthoredLooksSchema>;
