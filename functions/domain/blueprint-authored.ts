import * as z from "zod/mini";
import { MODES } from "./blueprint.ts";
import { AuthoredGitopsSchema, AuthoredRestoreSchema, AuthoredTargetSchema, AuthoredTrafficSchema } from "./blueprint-authored-cluster.ts";
import { AuthoredLooksSchema } from "./blueprint-authored-looks.ts";
import { AuthoredMetricsSchema, AuthoredSignalSchema } from "./blueprint-authored-metrics.ts";
import { AuthoredRollbackSchema } from "./blueprint-authored-policy.ts";
import { AuthoredTriggerSchema } from "./blueprint-authored-trigger.ts";
import { AuthoredVerificationSchema } from "./blueprint-authored-verification.ts";
import { described, duration, KEBAB_CASE, quantity, SIGNAL_NAME, text } from "./blueprint-fields.ts";

export type { AuthoredSignal } from "./blueprint-authored-metrics.ts";
export type { AuthoredTrigger } from "./blueprint-authored-trigger.ts";
export type { AuthoredCheck } from "./blueprint-authored-verification.ts";

/**
 * The blueprint as a person writes it: snake_case keys, quantities as text with their unit. Optional sections may be left out; unknown
 * keys and values are errors. The descriptions are shown by editors through the generated JSON Schema. What the texts mean (units,
 * references, windows) is checked by `compileBlueprint`.
 */
export const AuthoredMetadataSchema = z.strictObject({
  name: described(
    z
      .string()
      .check(
        z.regex(KEBAB_CASE, "expected a service name in kebab-case, such as todo-frontend"),
        z.maxLength(30, "expected at most 30 characters"),
      ),
    "Name of the service; also the Deployment's name unless spec.target names a workload.",
  ),
  version: described(
    z.string().check(z.minLength(1, "expected a version such as 1.0.0")),
    "Version of this blueprint, not of the service.",
  ),
  description: z.optional(described(z.string(), "For people.")),
});

const replicas = (description: string) =>
  described(z.int().check(z.minimum(0, "expected a whole number, 0 or more"), z.maximum(10_000, "expected at most 10000")), description);

/** Bounds of a restored replica count. The two percentages belong to a scaling decision; they are checked and otherwise unused so far. */
export const AuthoredScalingSchema = z.strictObject({
  min_replicas: replicas("A rollback never goes below."),
  max_replicas: replicas("A rollback never goes above."),
  target_cpu_utilization: z.optional(quantity("70%", "CPU utilisation that scaling aims at. Checked, not used by rollbacks.")),
  scale_down_threshold: z.optional(quantity("40%", "Weighted utilisation below which a scale-down makes sense. Checked, not used.")),
});

/** Service level: what a check named latency_p95 or error_rate is held to when it has no target of its own. */
export const AuthoredPerformanceSchema = z.strictObject({
  latency_p95_target: z.optional(quantity("200ms", "The 95th percentile of latency must stay below.")),
  error_rate_threshold: z.optional(quantity("1%", "The share of failed requests must stay below.")),
});

export const AuthoredSpecSchema = z.strictObject({
  target: z.optional(
    described(
      AuthoredTargetSchema,
      "The workload that is rolled back. Default: the Deployment with the service's name in the stack's cluster and namespace.",
    ),
  ),
  scaling: z.optional(described(AuthoredScalingSchema, "Bounds for a restored replica count. Default: none.")),
  performance: z.optional(described(AuthoredPerformanceSchema, "Service level.")),
  signals: z.optional(
    described(
      z.record(z.string().check(z.regex(SIGNAL_NAME, "expected a signal name in snake_case, such as latency_p95")), AuthoredSignalSchema),
      "Signals by name. Well-known names (latency_p95, error_rate, cpu_utilization ...) need no entry: spec.metrics or the stack's metric preset binds them.",
    ),
  ),
  metrics: z.optional(
    described(AuthoredMetricsSchema, "Where the well-known signals of this service come from. Default: the stack's metric preset."),
  ),
  triggers: z.optional(
    described(
      z.array(AuthoredTriggerSchema),
      "What starts a rollback. Default: one alarm for each threshold check with rollback_trigger. Empty: only people start rollbacks.",
    ),
  ),
  looks: z.optional(
    described(AuthoredLooksSchema, "Looks at every new release, 5 to 60 minutes after it went live. Default: on, in mode observe."),
  ),
  traffic: z.optional(described(AuthoredTrafficSchema, "What splits the service's traffic, and between which backends. Default: nothing.")),
  restore: z.optional(described(AuthoredRestoreSchema, "What of a release comes back besides its pod template.")),
  gitops: z.optional(described(AuthoredGitopsSchema, "Argo CD or Flux, where one of them applies the workload's manifests.")),
  rollback: z.optional(described(AuthoredRollbackSchema, "How a rollback is made, what it needs permission for and whom it calls.")),
  suspicion_window: z.optional(duration("A change older than this before the onset is not suspected. Default 24h.")),
  mode: z.optional(
    described(
      z.enum(MODES),
      "observe (default): everything runs, nothing is written to the cluster. approve: acts once a person has agreed. auto: acts.",
    ),
  ),
  mode_reason: z.optional(described(z.string(), "Why the mode is what it is; goes into the record.")),
  notifications: z.optional(
    z.strictObject({
      topic: text(
        /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
        "expected the ARN of a standard SNS topic, such as arn:aws:sns:eu-central-1:111122223333:alerts",
        "SNS topic for this service's messages. Default: the stack's own topic.",
      ),
    }),
  ),
});

/** The whole file. */
export const AuthoredBlueprintSchema = z.strictObject({
  metadata: AuthoredMetadataSchema,
  spec: z.optional(AuthoredSpecSchema),
  verification: z.optional(AuthoredVerificationSchema),
});
export type AuthoredBlueprint = z.infer<typeof AuthoredBlueprintSchema>;
