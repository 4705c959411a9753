import * as z from "zod/mini";
import { RouteSchema } from "./cluster-action.ts";
import { RollbackPolicySchema } from "./rollback-policy.ts";
import { SignalSchema, UNITS } from "./signal.ts";
import { OPERATORS, TriggerFormSchema } from "./trigger-form.ts";

/**
 * The compiled blueprint: what synth makes of a YAML file, what is bundled with `open-incident` and what travels in the document.
 * Everything is resolved: units converted, presets bound, names checked. The authored form is in `blueprint-authored.ts`.
 */
export const TRIGGER_CLASSES = ["health", "performance", "business", "infrastructure", "security", "database", "canary"] as const;
export type TriggerClass = (typeof TRIGGER_CLASSES)[number];

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

export { OPERATORS, type Operator } from "./trigger-form.ts";

/** Kinds of workload that can be rolled back; `Rollout` is Argo Rollouts' (argoproj.io). */
export const WORKLOAD_KINDS = ["Deployment", "StatefulSet", "DaemonSet", "Rollout"] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** The workload that is rolled back. */
export const TargetSchema = z.strictObject({
  /** Name of the EKS cluster. */
  cluster: z.string(),
  namespace: z.string(),
  kind: z.enum(WORKLOAD_KINDS),
  name: z.string(),
  /** Of the cluster; absent = the functions' own region. */
  region: z.optional(z.string()),
  /** Assumed to reach a cluster of another account; absent = the functions' own roles. */
  roleArn: z.optional(z.string()),
});
export type Target = z.infer<typeof TargetSchema>;

export const MODES = ["observe", "approve", "auto"] as const;
export type Mode = (typeof MODES)[number];

/** Where security findings come from. */
export const FINDING_SOURCES = ["guardduty", "inspector", "security-hub"] as const;
export type FindingSource = (typeof FINDING_SOURCES)[number];

/** How far a trigger may go, and when. Every field absent = as the service does, always. */
const arming = {
  /** Name of the preset it comes from. */
  preset: z.optional(z.string()),
  /** The weaker of this and the service's own mode counts. An `observe` trigger writes a would-have record and starts nothing. */
  mode: z.optional(z.enum(MODES)),
  modeReason: z.optional(z.string()),
  /** Day (ISO 8601) after which people are reminded of the mode. It never changes the mode by itself. */
  expires: z.optional(z.string()),
};

/**
 * Condition on a signal that compiles to one acting CloudWatch alarm. `rule` is null when the threshold is not fixed here: the alarm exists already and is
 * only listened to (the signal's source is `alarm`), or `form` says how its threshold or its parts come about.
 */
export const TriggerSchema = z.strictObject({
  name: z.string(),
  alarmName: z.string(),
  signal: z.string(),
  class: z.enum(TRIGGER_CLASSES),
  severity: z.enum(SEVERITIES),
  /** Breaching when `value operator threshold`; threshold in the signal's unit. Of a trend it is where the assessment starts. */
  rule: z.nullable(z.strictObject({ operator: z.enum(OPERATORS), threshold: z.number() })),
  /** Absent: a fixed threshold. */
  form: z.optional(TriggerFormSchema),
  periodSeconds: z.number(),
  datapointsToAlarm: z.number(),
  evaluationPeriods: z.number(),
  missingData: z.enum(["breaching", "notBreaching", "ignore", "missing"]),
  /** A period with fewer samples has no value. Absent: every period counts (a ratio has its own minimum). */
  minimumSamples: z.optional(z.number()),
  /** Acts only so long after a change of the service. Absent: always. */
  armed: z.optional(z.strictObject({ afterChangeMinutes: z.number() })),
  ...arming,
});
export type Trigger = z.infer<typeof TriggerSchema>;

/** Security findings that start a rollback; they are events, not alarms. */
export const FindingPolicySchema = z.strictObject({
  sources: z.array(z.enum(FINDING_SOURCES)),
  /** Findings below it are ignored. */
  minimumSeverity: z.enum(SEVERITIES),
  ...arming,
});
export type FindingPolicy = z.infer<typeof FindingPolicySchema>;

/** What every new release is judged on after it went live. Times and rule: `judging/release-rule.ts`. */
export const LookPolicySchema = z.strictObject({
  /** The weaker of this and the service's own mode counts. `observe`: a failure writes a would-have record and starts nothing. */
  mode: z.enum(MODES),
  modeReason: z.optional(z.string()),
  /** With the class and the severity of a failure; they decide the strategy. */
  signals: z.array(z.strictObject({ signal: z.string(), class: z.enum(TRIGGER_CLASSES), severity: z.enum(SEVERITIES) })),
});
export type LookPolicy = z.infer<typeof LookPolicySchema>;

/** When a check is asked: before a recovery is called one, and in the two watches afterwards. */
export const CHECK_PHASES = ["health", "performance", "business"] as const;
export type CheckPhase = (typeof CHECK_PHASES)[number];
const checkCommon = {
  name: z.string(),
  /** When it is asked. @default health */
  phase: z.optional(z.enum(CHECK_PHASES)),
  critical: z.boolean(),
  rollbackTrigger: z.boolean(),
};

/** One verification check. `exact_match` compares with the plan's target; `threshold` passes when `value operator target`. */
export const CheckSchema = z.discriminatedUnion("type", [
  z.strictObject({ ...checkCommon, type: z.literal("exact_match"), name: z.enum(["replica_count", "pods_ready"]) }),
  z.strictObject({
    ...checkCommon,
    type: z.literal("threshold"),
    signal: z.string(),
    operator: z.enum(OPERATORS),
    target: z.number(),
    unit: z.enum(UNITS),
    /** A limit that the service did not choose: it passes too where it is no worse than before the change. @default false */
    orAsBefore: z.optional(z.boolean()),
  }),
  /** Against the signal's value before the change: at least (throughput, conversion) or at most (errors) this share of it, in percent. */
  z.strictObject({
    ...checkCommon,
    type: z.literal("baseline"),
    signal: z.string(),
    operator: z.enum(OPERATORS),
    percentOfBaseline: z.number(),
    unit: z.enum(UNITS),
  }),
  /** GET from where the function runs; one that cannot be reached from there is inconclusive. */
  z.strictObject({
    ...checkCommon,
    type: z.literal("http"),
    url: z.string(),
    status: z.number(),
    timeoutSeconds: z.number(),
    /** Slower than this fails; null = any time within the timeout. */
    latencyMs: z.nullable(z.number()),
  }),
  /** Ready addresses behind a Service of the namespace. */
  z.strictObject({ ...checkCommon, type: z.literal("endpoints_ready"), kubernetesService: z.string(), minimum: z.number() }),
  /** Lines that look like errors in the last log lines of the restored release's pods. */
  z.strictObject({ ...checkCommon, type: z.literal("log_errors"), maximum: z.number(), tailLines: z.number() }),
  /** Items of a queue, by its signal. */
  z.strictObject({ ...checkCommon, type: z.literal("queue_length"), signal: z.string(), maximum: z.number() }),
  /** A TCP connection from where the function runs; one that times out there is inconclusive. */
  z.strictObject({ ...checkCommon, type: z.literal("db_connection"), host: z.string(), port: z.number(), timeoutSeconds: z.number() }),
  /** A CronJob of the namespace that is started once; its completion is the verdict. */
  z.strictObject({ ...checkCommon, type: z.literal("script"), job: z.string(), timeoutSeconds: z.number() }),
]);
export type Check = z.infer<typeof CheckSchema>;

/** What is watched after the restored release is stable, each null where it is left out (no signal of its kind, or the author said so). Figures: seed 003. */
export const VerificationPhasesSchema = z.strictObject({
  /** Pause between two looks, and how many failed looks in a row fail. */
  health: z.strictObject({ intervalSeconds: z.number(), consecutiveFailures: z.number() }),
  performance: z.nullable(z.strictObject({ seconds: z.number() })),
  business: z.nullable(z.strictObject({ seconds: z.number() })),
});
export type VerificationPhases = z.infer<typeof VerificationPhasesSchema>;

export const VerificationPolicySchema = z.strictObject({
  stabilizationSeconds: z.number(),
  phases: VerificationPhasesSchema,
  checks: z.array(CheckSchema),
});

/** The object that splits traffic, and its two arms by backend name (a Service; a subset for Istio). */
export const TrafficSchema = z.strictObject({
  route: RouteSchema,
  stable: z.string(),
  canary: z.string(),
  /** Each arm has signals of its own; without them traffic is never given back to a new version. */
  perArmSignals: z.boolean(),
  /** By what a signal means (`error_rate`), the signal of each arm. Absent where the blueprint does not name them: then nobody can judge one arm against the other. */
  armSignals: z.optional(z.record(z.string(), z.strictObject({ stable: z.string(), canary: z.string() }))),
  /** `backend` takes all traffic while a critical incident is open; null = never (it costs downtime). */
  maintenance: z.nullable(z.strictObject({ backend: z.string() })),
});
export type Traffic = z.infer<typeof TrafficSchema>;

export const SECRET_POLICIES = ["names", "digests", "copies", "encrypted"] as const;

/** What of a release comes back besides the template, and how far Rollguard may go for it. */
export const RestorePolicySchema = z.strictObject({
  configMaps: z.boolean(),
  /** `names`: only which Secrets a release refers to. `digests`: a change is seen. `copies`: immutable copies in the cluster. `encrypted`: in the archive under KMS. */
  secrets: z.enum(SECRET_POLICIES),
  /** Keep our field-manager entry until verification passes, so that a server-side apply of the bad build meets a conflict. */
  fieldManagerGuard: z.boolean(),
  /** Delete the failed ReplicaSet once it runs nothing; else it stays as evidence and as the way forward. */
  deleteFailedReplicaSet: z.boolean(),
});
export type RestorePolicy = z.infer<typeof RestorePolicySchema>;

export const BlueprintSchema = z.strictObject({
  service: z.string(),
  version: z.string(),
  /** `observe`: everything runs, nothing is written to the cluster. `approve`: acts once a person has agreed. `auto`: acts. */
  mode: z.enum(MODES),
  /** Why the mode is what it is, for the record; absent when nobody said. */
  modeReason: z.optional(z.string()),
  target: TargetSchema,
  /** Bounds for a restored replica count (seed 000, governance). */
  scaling: z.nullable(z.strictObject({ minReplicas: z.number(), maxReplicas: z.number() })),
  signals: z.array(SignalSchema),
  /** What the stack measures of the seven metrics of seed 002 besides; baselines are taken of them and nothing else. Absent: nothing. */
  baselineSignals: z.optional(z.array(SignalSchema)),
  triggers: z.array(TriggerSchema),
  /** Absent: findings start nothing. */
  findings: z.optional(FindingPolicySchema),
  /** Absent: releases are not looked at. */
  looks: z.optional(LookPolicySchema),
  verification: VerificationPolicySchema,
  /** How a rollback is made, what it needs permission for and whom it calls. */
  policy: RollbackPolicySchema,
  rollback: z.strictObject({
    enabled: z.boolean(),
    automatic: z.boolean(),
    triggerOnCriticalFailure: z.boolean(),
    maxAttempts: z.number(),
  }),
  /** Who splits the service's traffic, and between which arms; null when nothing does. */
  traffic: z.nullable(TrafficSchema),
  restore: RestorePolicySchema,
  gitops: z.strictObject({
    /** Suspend the controller that would re-apply the bad version. False: roll back, watch, and report its re-sync. */
    hold: z.boolean(),
    /** Where Argo CD's Applications are. */
    argoNamespace: z.string(),
  }),
  /** A change that started longer ago than this before the onset is not suspected. */
  suspicionWindowHours: z.number(),
  /** Topic for this service's messages; null = the stack's own topic. */
  notificationTopicArn: z.nullable(z.string()),
  /** First 12 hex of SHA-256 of the compiled form without this field. */
  hash: z.string(),
});
export type Blueprint = z.infer<typeof BlueprintSchema>;

/** Does any of these services want contents of Secrets to be told apart? Then a MAC key is needed. */
export function digestsSecrets(blueprints: readonly Pick<Blueprint, "restore">[]): boolean {
  return blueprints.some(({ restore }) => restore.secrets !== "names");
}

/** Does this policy keep contents of Secrets, so that changed ones come back? */
export function keepsSecrets({ secrets }: Pick<RestorePolicy, "secrets">): boolean {
  return secrets === "copies" || secrets === "encrypted";
}

/** Does any of these services keep contents of Secrets sealed in the archive? */
export function sealsSecrets(blueprints: readonly Pick<Blueprint, "restore">[]): boolean {
  return blueprints.some(({ restore }) => restore.secrets === "encrypted");
}

/** Alarms that Rollguard makes are named `rollguard-<service>-<trigger>`. */
export const ALARM_PREFIX = "rollguard-";
