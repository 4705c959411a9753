import * as z from "zod/mini";
import { SEVERITIES, TRIGGER_CLASSES } from "./blueprint.ts";
import { STRATEGIES } from "./rollback-document.ts";

/** Why a trigger that fired started nothing. */
export const WOULD_HAVE_CAUSES = ["observe", "not-armed"] as const;

/** What a trigger that may not act yet would have done: what people compare with what really happened before they arm it. */
export const WouldHaveSchema = z.strictObject({
  service: z.string(),
  trigger: z.string(),
  /** Of the transition, or when the finding was first seen; with service and trigger it is the record's identity. */
  at: z.string(),
  alarmName: z.nullable(z.string()),
  class: z.enum(TRIGGER_CLASSES),
  severity: z.enum(SEVERITIES),
  cause: z.enum(WOULD_HAVE_CAUSES),
  /** Why it may not act, as the blueprint says. */
  because: z.string(),
  /** Of the alarm or the finding, with its numbers. */
  reason: z.string(),
  threshold: z.nullable(z.number()),
  strategy: z.enum(STRATEGIES),
  /** Template hash and first sight of the release that was live; null where none was observed. */
  live: z.nullable(z.strictObject({ templateHash: z.string(), since: z.string() })),
  /** Template hash of the newest good release before it, which would have come back; null where there is none, so that people would have been called. */
  target: z.nullable(z.string()),
});
export type WouldHave = z.infer<typeof WouldHaveSchema>;
