import * as z from "zod/mini";
import { ApprovalSchema } from "./approval.ts";
import { BlueprintSchema, CHECK_PHASES, SEVERITIES, TRIGGER_CLASSES } from "./blueprint.ts";
import { type ClusterActionKind, ClusterActionSchema } from "./cluster-action.ts";
import { EvidenceSummarySchema } from "./evidence.ts";
import { OpenedGroupSchema, withLanes } from "./lanes.ts";
import { AvailabilityPlanSchema, PreflightSchema } from "./preflight.ts";
import { LiveReleaseSchema } from "./release.ts";
import { RollbackTriggerSchema, STRATEGIES } from "./rollback-trigger.ts";
import { UNITS } from "./signal.ts";
import { VerificationSchema } from "./verification.ts";
import { WorkloadStateSchema } from "./workload.ts";

export { type CheckResult, CheckResultSchema, type Verification, VerificationSchema } from "./verification.ts";

/**
 * The document that flows through `statemachines/rollback.asl.json`: each Task adds one slice and edits no other (except that a loop replaces
 * its own). Templates and manifests never travel, only names, hashes and numbers.
 */

export {
  type ManualWish,
  ManualWishSchema,
  type RollbackTrigger,
  RollbackTriggerSchema,
  STRATEGIES,
  type Strategy,
} from "./rollback-trigger.ts";

export const RollbackInputSchema = z.strictObject({
  execution: z.strictObject({ name: z.string() }),
  incidentId: z.string(),
  trigger: RollbackTriggerSchema,
});
export type RollbackInput = z.infer<typeof RollbackInputSchema>;

export const LockSchema = z.strictObject({ fence: z.number(), leaseUntil: z.string() });
export type Lock = z.infer<typeof LockSchema>;

/** `blueprint` and `lock` are null unless `opened`; `mergedInto` names the open incident when `merged`. */
export const OpeningSchema = withLanes(
  z.strictObject({
    outcome: z.enum(["opened", "merged", "stale", "off"]),
    reason: z.string(),
    openedAt: z.string(),
    mergedInto: z.nullable(z.string()),
    triggerName: z.nullable(z.string()),
    blueprint: z.nullable(BlueprintSchema),
    lock: z.nullable(LockSchema),
    /** Absent where the service belongs to no group. */
    group: z.optional(OpenedGroupSchema),
  }),
);
export type Opening = z.infer<typeof OpeningSchema>;

/** A change of the service. `earliestAt..startedAt` is when it happened, as exactly as it is known. */
export const ChangeSchema = z.strictObject({
  kind: z.enum(["deploy", "config", "scale", "traffic", "leftover", "held"]),
  earliestAt: z.string(),
  startedAt: z.string(),
  fromHash: z.nullable(z.string()),
  toHash: z.nullable(z.string()),
  fromReplicas: z.nullable(z.number()),
  toReplicas: z.nullable(z.number()),
  image: z.string(),
  /** Release hashes, where both sides have a snapshot. A config change leaves the template hash as it is. */
  fromRelease: z.optional(z.nullable(z.string())),
  toRelease: z.optional(z.nullable(z.string())),
  /** What differs between the two releases, in words (`ConfigMap app-settings`, `limits of container app`, `replicas 3 -> 2`). */
  parts: z.optional(z.array(z.string())),
  /** Image digests that came with the change; quarantined once the rollback away from them proved right. */
  digests: z.optional(z.array(z.string())),
});
export type Change = z.infer<typeof ChangeSchema>;

export const SignalReadingSchema = z.strictObject({
  signal: z.string(),
  unit: z.enum(UNITS),
  /** Mean of the hour before the change (or before the onset if there is no change); null = no data. */
  before: z.nullable(z.number()),
  /** Median of the last hour before the change, which one spike does not move; null = too few points. Absent without a change. */
  baseline: z.optional(z.nullable(z.number())),
  /** The stored baseline that this median is of; absent where it was read from the metric just then. */
  baselineFrom: z.optional(
    z.strictObject({ release: z.string(), from: z.string(), to: z.string(), n: z.number(), median: z.number(), mad: z.number() }),
  ),
  /** Mean of the last points before the assessment and since the onset; null = no data. */
  during: z.nullable(z.number()),
  /** The judge's sentence with its numbers, of the signal whose baseline trigger fired. It decides nothing here. */
  judged: z.optional(z.string()),
});
export type SignalReading = z.infer<typeof SignalReadingSchema>;

export const AssessmentSchema = withLanes(
  z.strictObject({
    decision: z.enum(["roll-back", "hold", "escalate", "stand-down"]),
    severity: z.enum(SEVERITIES),
    classes: z.array(z.enum(TRIGGER_CLASSES)),
    /** Sentences with the numbers behind the decision. */
    reasons: z.array(z.string()),
    attempt: z.number(),
    holdSeconds: z.number(),
    assessedAt: z.string(),
    onsetAt: z.nullable(z.string()),
    change: z.nullable(ChangeSchema),
    /** Which pods fail: only those of the new template (strong evidence), both (evidence against), only the old, none. */
    podEvidence: z.enum(["only-new", "both", "only-old", "none"]),
    workload: z.nullable(WorkloadStateSchema),
    /** `since`: when the alarm entered this state. `mayAct: false`: it is red, and takes nothing back (silence, no trend, not armed). */
    alarms: z.array(
      z.strictObject({
        alarmName: z.string(),
        trigger: z.string(),
        state: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
        since: z.optional(z.string()),
        mayAct: z.optional(z.boolean()),
      }),
    ),
    signals: z.array(SignalReadingSchema),
    evidence: z.optional(EvidenceSummarySchema),
    /** What was live at the assessment, by its snapshot; null when none could be taken. */
    live: z.optional(z.nullable(LiveReleaseSchema)),
  }),
);
export type Assessment = z.infer<typeof AssessmentSchema>;

export const PlanTargetSchema = z.strictObject({
  templateHash: z.string(),
  replicaSet: z.string(),
  image: z.string(),
  /** Replicas last seen good with this release. */
  replicas: z.number(),
  /** Snapshot of this release, when there is one: its template outlives the ReplicaSet, and its ConfigMaps can come back. */
  releaseHash: z.optional(z.nullable(z.string())),
  /** Images by container as `name@sha256:...`, where a tag may have moved on; `image` is then the first of them. */
  images: z.optional(z.record(z.string(), z.string())),
});
export type PlanTarget = z.infer<typeof PlanTargetSchema>;

/** Steps that write the workload's own template, replicas or strategy. */
export const WORKLOAD_STEP_KINDS = ["restore-template", "restore-scale", "restore-strategy"] as const;
export type PlanStepKind = (typeof WORKLOAD_STEP_KINDS)[number] | ClusterActionKind;
const ACTION_STEP_KINDS = ClusterActionSchema.def.options.map((option) => [...option.def.shape.kind.def.values][0] as ClusterActionKind);

export const PlanStepSchema = z.strictObject({
  id: z.string(),
  kind: z.enum([...WORKLOAD_STEP_KINDS, ...ACTION_STEP_KINDS]),
  /** What is done, when it is not about the workload's own template, replicas or strategy; its `kind` is the step's. */
  action: z.optional(ClusterActionSchema),
  /** `restore-template`: surge by headroom. @default surge 100 %, unavailable 0 */
  availability: z.optional(AvailabilityPlanSchema),
  /** `restore-template`: ask the server to check the write before it is made. @default false */
  dryRun: z.optional(z.boolean()),
  /** `restore-template`: where to. */
  target: z.nullable(PlanTargetSchema),
  /** `restore-scale`: replica count to write. */
  replicas: z.nullable(z.number()),
  /** Do the service's checks judge this step? @default those that bring the service back by themselves, see `isRestoring` */
  judged: z.optional(z.boolean()),
  /** Id of the next step, or the end. */
  onPass: z.string(),
  onFail: z.string(),
  /** Where a watch leads during which it got worse, and one of which nobody can tell. @default onFail */
  onWorse: z.optional(z.string()),
  onInconclusive: z.optional(z.string()),
  /** Which of the service's checks judge this step. @default health */
  phase: z.optional(z.enum(CHECK_PHASES)),
  bakeSeconds: z.number(),
  /** From the write to the last moment at which verification may still be open. */
  deadlineSeconds: z.number(),
});
export type PlanStep = z.infer<typeof PlanStepSchema>;

export const GovernanceSchema = z.strictObject({
  verdict: z.enum(["allowed", "needs-approval", "denied"]),
  /** The rule that decided, null when allowed. */
  rule: z.nullable(z.string()),
  checks: z.array(
    z.strictObject({
      rule: z.string(),
      outcome: z.enum(["pass", "fail", "not-checked"]),
      observed: z.string(),
      limit: z.string(),
      /** Until when the rule says so; absent where time does not heal it. */
      until: z.optional(z.string()),
    }),
  ),
  /** First 12 hex of SHA-256 of strategy, target and steps: what an approval is about. */
  planHash: z.optional(z.string()),
  /** The same of what the rules were asked with: mode and policy of the blueprint. */
  policyHash: z.optional(z.string()),
  at: z.optional(z.string()),
});
export type Governance = z.infer<typeof GovernanceSchema>;

export const PlanSchema = withLanes(
  z.strictObject({
    strategy: z.enum(STRATEGIES),
    requestedStrategy: z.enum(STRATEGIES),
    why: z.string(),
    /** `act`, or `observe` when nothing may be written. `none`: there is no plan, see governance and reasons. */
    mode: z.enum(["act", "observe", "none"]),
    governance: GovernanceSchema,
    steps: z.array(PlanStepSchema),
    predictedSeconds: z.number(),
    reasons: z.array(z.string()),
    preflight: z.optional(PreflightSchema),
    /** Members of the group that are rolled back, one wave after the other. */
    waves: z.optional(z.array(z.array(z.string()))),
  }),
);
export type Plan = z.infer<typeof PlanSchema>;

export const ProgressSchema = withLanes(
  z.strictObject({
    stepId: z.string(),
    stepIndex: z.number(),
    attempt: z.number(),
    /** `paused` and `aborted`: a person has said so, and this step was not applied. */
    outcome: z.enum(["applied", "already-applied", "superseded", "refused", "lock-lost", "would-apply", "paused", "aborted"]),
    reason: z.string(),
    bakeSeconds: z.number(),
    appliedAt: z.string(),
    deadlineAt: z.string(),
    /** Generation of the workload after the step; the next step expects it. */
    generation: z.number(),
  }),
);
export type Progress = z.infer<typeof ProgressSchema>;

export const DiagnosisSchema = z.strictObject({
  class: z.string(),
  hypothesis: z.string(),
  confidence: z.enum(["high", "medium", "low"]),
  recommendations: z.array(z.strictObject({ priority: z.enum(["high", "medium", "low"]), action: z.string(), example: z.string() })),
  /** What the root cause sits in: a container, the workload. */
  component: z.optional(z.string()),
  /** Everything found, from the assessment and from the closer look afterwards. */
  evidence: z.optional(EvidenceSummarySchema),
});
export type Diagnosis = z.infer<typeof DiagnosisSchema>;

/** What a Catch leaves: Step Functions' own shape. */
export const FailureSchema = z.looseObject({ Error: z.string(), Cause: z.optional(z.string()) });

export const OUTCOMES = [
  "recovered",
  "observed",
  "stand-down",
  "merged",
  "stale",
  "off",
  "denied",
  "escalated",
  "not-recovered",
  "error",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const RecordSliceSchema = z.strictObject({ outcome: z.enum(OUTCOMES), summary: z.string(), recordedAt: z.string() });
export type RecordSlice = z.infer<typeof RecordSliceSchema>;

/** The whole document as any Task may see it: the input plus the slices written so far. */
export const RollbackDocumentSchema = z.strictObject({
  ...RollbackInputSchema.shape,
  opening: z.optional(OpeningSchema),
  assessment: z.optional(AssessmentSchema),
  plan: z.optional(PlanSchema),
  approval: z.optional(ApprovalSchema),
  progress: z.optional(ProgressSchema),
  verification: z.optional(VerificationSchema),
  diagnosis: z.optional(DiagnosisSchema),
  record: z.optional(RecordSliceSchema),
  failure: z.optional(FailureSchema),
});
export type RollbackDocument = z.infer<typeof RollbackDocumentSchema>;
