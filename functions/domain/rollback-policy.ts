import * as z from "zod/mini";

/**
 * What a blueprint says about how a rollback is made, what it needs permission for and whom it calls: the compiled form of `spec.rollback`. Defaults are
 * the seeds' figures (`blueprint-rollback-policy.ts`); durations are whole seconds, so that a drill can use short ones.
 */
const seconds = z.number();

/** Clocks of the strategies. */
export const StrategyClocksSchema = z.strictObject({
  /** `immediate`: the write is accepted and read back within this. */
  immediateSeconds: seconds,
  /** `fast`: the same. */
  fastSeconds: seconds,
  /** `gradual`: how long the halved traffic is watched. */
  gradualWatchSeconds: seconds,
  /** `canary`: until the canary has stopped; until all traffic is on the stable version; the judge's longest look. */
  canaryStopSeconds: seconds,
  canaryRouteSeconds: seconds,
  canaryAnalyseSeconds: seconds,
  /** Between two steps of traffic that is given back. */
  trafficStepSeconds: seconds,
  /** No releases after an `immediate` rollback for so long. */
  freezeSeconds: seconds,
  /** From the first write; then people are told, and the plan goes on. */
  rollbackTimeoutSeconds: seconds,
});
export type StrategyClocks = z.infer<typeof StrategyClocksSchema>;

/** Limits on the automation. What is over one needs an approval, so that nobody waits for a machine that keeps to itself. */
export const GovernancePolicySchema = z.strictObject({
  /** After a rollback of the service. */
  cooldownSeconds: seconds,
  /** Rollbacks of this service, and of all services of the deployment, in any hour. */
  maxPerHour: z.number(),
  maxPerHourAll: z.number(),
  /** So many failed rollbacks of the deployment within the window open the breaker; it closes after `openSeconds` or by a person. */
  breaker: z.strictObject({ failures: z.number(), windowSeconds: seconds, openSeconds: seconds }),
  /** Services that one incident may roll back without being asked. */
  maxServices: z.number(),
});
export type GovernancePolicy = z.infer<typeof GovernancePolicySchema>;

export const ON_TIMEOUT = ["proceed", "abort", "escalate"] as const;
/** `proceed`: as if approved. `abort`: as if denied. `escalate`: as if denied, and on-call is paged. */
export const ApprovalPolicySchema = z.strictObject({ timeoutSeconds: seconds, onTimeout: z.enum(ON_TIMEOUT) });
export type ApprovalPolicy = z.infer<typeof ApprovalPolicySchema>;

/** A weekly window in UTC without releases; `from` and `to` are minutes since Monday 00:00, and `to` may lie before `from` (over the weekend). */
export const FreezeWindowSchema = z.strictObject({ name: z.string(), fromMinute: z.number(), toMinute: z.number() });
export type FreezeWindow = z.infer<typeof FreezeWindowSchema>;

export const RECIPIENTS = ["onCall", "management", "devops", "product", "security"] as const;
export type Recipient = (typeof RECIPIENTS)[number];

/** Topic ARN by recipient; null = the service's own topic. */
export const EscalationPolicySchema = z.strictObject({
  topics: z.strictObject({
    onCall: z.nullable(z.string()),
    management: z.nullable(z.string()),
    devops: z.nullable(z.string()),
    product: z.nullable(z.string()),
    security: z.nullable(z.string()),
  }),
  managementSeconds: seconds,
  devopsSeconds: seconds,
  productSeconds: seconds,
  postMortemSeconds: seconds,
  /** Seed 003 tells the security team of every immediate rollback; false: only of those of class security. */
  securityAlways: z.boolean(),
});
export type EscalationPolicy = z.infer<typeof EscalationPolicySchema>;

/** Work of the team's own around a rollback: a CronJob of the namespace that is started once, or a Lambda. */
export const HookSchema = z.strictObject({
  name: z.string(),
  run: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("job"), job: z.string() }),
    z.strictObject({ kind: z.literal("function"), functionArn: z.string() }),
  ]),
  timeoutSeconds: seconds,
});
export type Hook = z.infer<typeof HookSchema>;

/** `pre`: before the first write, a failure stops the plan. `confirm`: after the recovery was measured, a failure denies it. `post`: after the end, a failure is a note. */
export const HooksSchema = z.strictObject({ pre: z.array(HookSchema), confirm: z.array(HookSchema), post: z.array(HookSchema) });
export type Hooks = z.infer<typeof HooksSchema>;

/** Services that are rolled back together; `dependsOn` are members that come first. */
export const GroupSchema = z.strictObject({ name: z.string(), dependsOn: z.array(z.string()) });
export type Group = z.infer<typeof GroupSchema>;

const severities = z.strictObject({
  critical: z.optional(z.enum(["immediate", "fast", "gradual", "canary"])),
  high: z.optional(z.enum(["immediate", "fast", "gradual", "canary"])),
  medium: z.optional(z.enum(["immediate", "fast", "gradual", "canary"])),
  low: z.optional(z.enum(["immediate", "fast", "gradual", "canary"])),
});

/** Cells of the selection table that the blueprint overrides. */
export const StrategyOverridesSchema = z.strictObject({
  health: z.optional(severities),
  performance: z.optional(severities),
  business: z.optional(severities),
  infrastructure: z.optional(severities),
  security: z.optional(severities),
  database: z.optional(severities),
  canary: z.optional(severities),
});
export type StrategyOverrides = z.infer<typeof StrategyOverridesSchema>;

export const RollbackPolicySchema = z.strictObject({
  strategies: StrategyOverridesSchema,
  clocks: StrategyClocksSchema,
  governance: GovernancePolicySchema,
  approval: ApprovalPolicySchema,
  freezeWindows: z.array(FreezeWindowSchema),
  escalation: EscalationPolicySchema,
  hooks: HooksSchema,
  group: z.nullable(GroupSchema),
});
export type RollbackPolicy = z.infer<typeof RollbackPolicySchema>;

/** What a blueprint without `spec.rollback` gets: the seeds' figures (seed 003 strategies and escalation, seed 002 attempts; an approval as in AWS's own examples, 15 min). */
export const DEFAULT_ROLLBACK_POLICY: RollbackPolicy = {
  strategies: {},
  clocks: {
    immediateSeconds: 30,
    fastSeconds: 120,
    gradualWatchSeconds: 600,
    canaryStopSeconds: 60,
    canaryRouteSeconds: 120,
    canaryAnalyseSeconds: 1800,
    trafficStepSeconds: 60,
    freezeSeconds: 3600,
    rollbackTimeoutSeconds: 3600,
  },
  governance: {
    cooldownSeconds: 1800,
    maxPerHour: 3,
    maxPerHourAll: 50,
    breaker: { failures: 3, windowSeconds: 86_400, openSeconds: 3600 },
    maxServices: 5,
  },
  approval: { timeoutSeconds: 900, onTimeout: "escalate" },
  freezeWindows: [],
  escalation: {
    topics: { onCall: null, management: null, devops: null, product: null, security: null },
    managementSeconds: 300,
    devopsSeconds: 900,
    productSeconds: 1800,
    postMortemSeconds: 86_400,
    securityAlways: false,
  },
  hooks: { pre: [], confirm: [], post: [] },
  group: null,
};
