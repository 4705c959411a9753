import * as z from "zod/mini";
import { FailedLookSchema } from "./looks/failed-look.ts";
import { SecurityFindingSchema } from "./security-finding.ts";

export const STRATEGIES = ["immediate", "fast", "gradual", "canary"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** The options of a manual request. */
export const ManualWishSchema = z.strictObject({
  /** Release hash to go back to, good or not. */
  to: z.optional(z.string()),
  /** `[container=]name@sha256:...`, the first container without a name, when no release is known; an emergency. */
  toImage: z.optional(z.string()),
  strategy: z.optional(z.enum(STRATEGIES)),
  /** The incident whose rollback was wrong and is undone. */
  undoes: z.optional(z.string()),
  /** The person knows that `to` is bad, quarantined or behind a one-way door. Without it such a release is no target. */
  acceptRisk: z.optional(z.boolean()),
});
export type ManualWish = z.infer<typeof ManualWishSchema>;

/** Who asked and why: the raw event reduced to what is used. Must be byte-stable for one event, since it is part of the execution's input. */
export const RollbackTriggerSchema = z.strictObject({
  /** `mend` puts back what a killed run left; `resume` gives a held workload back to its GitOps controller; `finding` is of a security service. */
  kind: z.enum(["alarm", "finding", "manual", "verification", "mend", "resume"]),
  /** `aws.cloudwatch`, `aws.guardduty`, `rollguard.alarm-clock`, `alarm-action`, `reconciler`, `judge-release`, `cli` or a caller's own word. */
  source: z.string(),
  service: z.string(),
  /** Alarm transition (to the second), or the time of the request. ISO 8601 UTC. */
  at: z.string(),
  reason: z.string(),
  alarmName: z.nullable(z.string()),
  alarmArn: z.nullable(z.string()),
  requestedBy: z.nullable(z.string()),
  /** The alarm's own evaluated datapoints, oldest first; a missing point has value null. */
  datapoints: z.array(z.strictObject({ at: z.string(), value: z.nullable(z.number()) })),
  threshold: z.nullable(z.number()),
  /** What a person asked for beyond "take the change back". */
  request: z.optional(ManualWishSchema),
  /** Of kind `finding` only. */
  finding: z.optional(SecurityFindingSchema),
  /** Of kind `verification` only: the look that the release failed. */
  look: z.optional(FailedLookSchema),
});
export type RollbackTrigger = z.infer<typeof RollbackTriggerSchema>;
