import * as z from "zod/mini";
import { SEVERITIES, TRIGGER_CLASSES } from "../blueprint.ts";

/** Of a look that failed, what an incident needs to know. */
export const FailedLookSchema = z.strictObject({
  release: z.string(),
  liveSince: z.string(),
  minutes: z.number(),
  signal: z.string(),
  class: z.enum(TRIGGER_CLASSES),
  severity: z.enum(SEVERITIES),
});
export type FailedLook = z.infer<typeof FailedLookSchema>;
