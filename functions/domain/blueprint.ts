import * as z from "zod/mini";
import { SignalSchema, UNITS } from "./signal.ts";

/**
 * The compiled blueprint: what synth makes of a YAML file, what is bundled with `open-incident` and what travels in the document.
 * Everything is resolved: units converted, presets bound, names checked. The authored form is in `blueprint-authored.ts`.
 */
export const TRIGGER_CLASSES = ["health", "performance", "business", "infrastructure", "security", "database", "canary"] as const;
export type TriggerClass = (typeof TRIGGER_CLASSES)[number];

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const OPERATORS = [">", ">=", "<", "<="] as const;
export type Operator = (typeof OPERATORS)[number];

/** The Deployment that is rolled back. */
export const TargetSchema = z.strictObject({ cluster: z.string(), namespace: z.string(), deployment: z.string() });
export type Target = z.infer<typeof TargetSchema>;

/** Condition on a signal that compiles to one acting CloudWatch alarm. `rule` is null when the alarm exists already and is only listened to. */
export const TriggerSchema = z.strictObject({
  name: z.string(),
  alarmName: z.string(),
  signal: z.string(),
  class: z.enum(TRIGGER_CLASSES),
  severity: z.enum(SEVERITIES),
  /** Breaching when `value operator threshold`; threshold in the signal's unit. */
  rule: z.nullable(z.strictObject({ operator: z.enum(OPERATORS), threshold: z.number() })),
  periodSeconds: z.number(),
  datapointsToAlarm: z.number(),
  evaluationPeriods: z.number(),
  missingData: z.enum(["breaching", "notBreaching", "ignore", "missing"]),
});
export type Trigger = z.infer<typeof TriggerSchema>;

/** One verification check. `exact_match` compares with the plan's target; `threshold` passes when `value operator target`. */
export const CheckSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("exact_match"),
    name: z.enum(["replica_count", "pods_ready"]),
    critical: z.boolean(),
    rollbackTrigger: z.boolean(),
  }),
  z.strictObject({
    type: z.literal("threshold"),
    name: z.string(),
    signal: z.string(),
    operator: z.enum(OPERATORS),
    target: z.number(),
    unit: z.enum(UNITS),
    critical: z.boolean(),
    rollbackTrigger: z.boolean(),
  }),
]);
export type Check = z.infer<typeof CheckSchema>;

export const BlueprintSchema = z.strictObject({
  service: z.string(),
  version: z.string(),
  /** `observe`: everything runs, nothing is written to the cluster. `auto`: acts. */
  mode: z.enum(["observe", "auto"]),
  /** Why the mode is what it is, for the record; absent when nobody said. */
  modeReason: z.optional(z.string()),
  target: TargetSchema,
  /** Bounds for a restored replica count (seed 000, governance). */
  scaling: z.nullable(z.strictObject({ minReplicas: z.number(), maxReplicas: z.number() })),
  signals: z.array(SignalSchema),
  triggers: z.array(TriggerSchema),
  verification: z.strictObject({ stabilizationSeconds: z.number(), checks: z.array(CheckSchema) }),
  rollback: z.strictObject({
    enabled: z.boolean(),
    automatic: z.boolean(),
    triggerOnCriticalFailure: z.boolean(),
    maxAttempts: z.number(),
  }),
  /** A change that started longer ago than this before the onset is not suspected. */
  suspicionWindowHours: z.number(),
  /** Topic for this service's messages; null = the stack's own topic. */
  notificationTopicArn: z.nullable(z.string()),
  /** First 12 hex of SHA-256 of the compiled form without this field. */
  hash: z.string(),
});
export type Blueprint = z.infer<typeof BlueprintSchema>;

/** Alarms that Rollguard makes are named `rollguard-<service>-<trigger>`. */
export const ALARM_PREFIX = "rollguard-";
