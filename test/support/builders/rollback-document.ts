import type {
  Assessment,
  Change,
  CheckResult,
  Diagnosis,
  Governance,
  Opening,
  Plan,
  PlanStep,
  PlanTarget,
  Progress,
  RecordSlice,
  RollbackDocument,
  RollbackInput,
  RollbackTrigger,
  Verification,
} from "../../../functions/domain/rollback-document.ts";
import { aBlueprint } from "./blueprint.ts";
import {
  ALARM_NAME,
  BAD_HASH,
  BAD_IMAGE,
  EXECUTION_NAME,
  GOOD_HASH,
  GOOD_IMAGE,
  GOOD_REPLICA_SET,
  INCIDENT_ID,
  MOMENTS,
  SERVICE,
  secondsAfter,
} from "./moments.ts";
import { aWorkloadState } from "./workload.ts";

/** Who asked: the latency alarm of `checkout`. */
export function aRollbackTrigger(overrides: Partial<RollbackTrigger> = {}): RollbackTrigger {
  return {
    kind: "alarm",
    source: "rollguard.alarm-clock",
    service: SERVICE,
    at: MOMENTS.alarmAt,
    reason:
      "Threshold Crossed: 2 out of the last 3 datapoints [483.0 (20/11/26 03:12:30), 471.5 (20/11/26 03:12:20)] were greater than the threshold (200.0).",
    alarmName: ALARM_NAME,
    alarmArn: `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${ALARM_NAME}`,
    requestedBy: null,
    datapoints: [
      { at: "2026-11-20T03:12:10.000Z", value: 163.2 },
      { at: MOMENTS.onsetAt, value: 471.5 },
      { at: "2026-11-20T03:12:30.000Z", value: 483 },
    ],
    threshold: 200,
    ...overrides,
  };
}

/** Who asked: a person at the command line. */
export function aManualTrigger(overrides: Partial<RollbackTrigger> = {}): RollbackTrigger {
  return aRollbackTrigger({
    kind: "manual",
    source: "cli",
    reason: "customers report slow checkouts",
    alarmName: null,
    alarmArn: null,
    requestedBy: "arn:aws:iam::000000000000:user/ada",
    datapoints: [],
    threshold: null,
    ...overrides,
  });
}

export function aRollbackInput(overrides: Partial<RollbackInput> = {}): RollbackInput {
  return { execution: { name: EXECUTION_NAME }, incidentId: INCIDENT_ID, trigger: aRollbackTrigger(), ...overrides };
}

export function anOpening(overrides: Partial<Opening> = {}): Opening {
  return {
    outcome: "opened",
    reason: "no open incident for checkout",
    openedAt: MOMENTS.openedAt,
    mergedInto: null,
    triggerName: "latency-p95",
    blueprint: aBlueprint(),
    lock: { fence: 7, leaseUntil: secondsAfter(MOMENTS.openedAt, 900) },
    ...overrides,
  };
}

/** The deployment of v2. */
export function aChange(overrides: Partial<Change> = {}): Change {
  return {
    kind: "deploy",
    earliestAt: MOMENTS.changeAt,
    startedAt: MOMENTS.changeAt,
    fromHash: GOOD_HASH,
    toHash: BAD_HASH,
    fromReplicas: 3,
    toReplicas: 3,
    image: BAD_IMAGE,
    ...overrides,
  };
}

export function anAssessment(overrides: Partial<Assessment> = {}): Assessment {
  return {
    decision: "roll-back",
    severity: "high",
    classes: ["performance"],
    reasons: [
      "latency_p95 rose from 120 ms to 477 ms (+298 %), threshold 200 ms",
      "deploy of demo/checkout:v2-slow started 15 s before the onset, inside the suspicion window of 24 h",
      "no pod is failing: 3 of 3 ready under template 7c9f8e5d21",
    ],
    attempt: 1,
    holdSeconds: 0,
    assessedAt: MOMENTS.assessedAt,
    onsetAt: MOMENTS.onsetAt,
    change: aChange(),
    podEvidence: "none",
    workload: aWorkloadState(),
    alarms: [
      { alarmName: ALARM_NAME, trigger: "latency-p95", state: "ALARM" },
      { alarmName: "rollguard-checkout-error-rate", trigger: "error-rate", state: "OK" },
    ],
    signals: [
      { signal: "latency_p95", unit: "ms", before: 120, during: 477.3 },
      { signal: "error_rate", unit: "%", before: 0.2, during: 0.31 },
    ],
    ...overrides,
  };
}

/** Where to go back to: the good release. */
export function aPlanTarget(overrides: Partial<PlanTarget> = {}): PlanTarget {
  return { templateHash: GOOD_HASH, replicaSet: GOOD_REPLICA_SET, image: GOOD_IMAGE, replicas: 3, ...overrides };
}

export function aPlanStep(overrides: Partial<PlanStep> = {}): PlanStep {
  return {
    id: "restore-template-1",
    kind: "restore-template",
    target: aPlanTarget(),
    replicas: null,
    onPass: "restore-strategy",
    onFail: "end",
    bakeSeconds: 10,
    deadlineSeconds: 240,
    ...overrides,
  };
}

export function aGovernance(overrides: Partial<Governance> = {}): Governance {
  return {
    verdict: "allowed",
    rule: null,
    checks: [
      { rule: "switch", outcome: "pass", observed: "armed", limit: "armed" },
      { rule: "mode", outcome: "pass", observed: "auto", limit: "auto" },
      { rule: "attempts", outcome: "pass", observed: "1", limit: "at most 3" },
      { rule: "replicas", outcome: "pass", observed: "3", limit: "1 to 10" },
    ],
    ...overrides,
  };
}

export function aPlan(overrides: Partial<Plan> = {}): Plan {
  return {
    strategy: "fast",
    requestedStrategy: "fast",
    why: "severity high and class performance ask for fast",
    mode: "act",
    governance: aGovernance(),
    steps: [
      aPlanStep(),
      aPlanStep({
        id: "restore-strategy",
        kind: "restore-strategy",
        target: null,
        onPass: "end",
        onFail: "end",
        bakeSeconds: 0,
        deadlineSeconds: 60,
      }),
    ],
    predictedSeconds: 40,
    reasons: ["demo/checkout:v1 (template 6d4b75cb6d) is the newest earlier release with verdict good"],
    ...overrides,
  };
}

export function aProgress(overrides: Partial<Progress> = {}): Progress {
  return {
    stepId: "restore-template-1",
    stepIndex: 0,
    attempt: 1,
    outcome: "applied",
    reason: "template 6d4b75cb6d restored from checkout-6d4b75cb6d",
    bakeSeconds: 10,
    appliedAt: MOMENTS.appliedAt,
    deadlineAt: MOMENTS.deadlineAt,
    generation: 5,
    ...overrides,
  };
}

export function aCheckResult(overrides: Partial<CheckResult> = {}): CheckResult {
  return {
    check: "latency_p95",
    expected: "< 200 ms",
    actual: "121 ms",
    verdict: "pass",
    critical: true,
    rollbackTrigger: true,
    degradation: null,
    improvement: "75% decrease (477 ms -> 121 ms)",
    ...overrides,
  };
}

export function aVerification(overrides: Partial<Verification> = {}): Verification {
  return {
    stepId: "restore-template-1",
    verdict: "pass",
    next: "recovered",
    nextStepId: null,
    reason: "all 4 checks pass and no alarm of checkout is in ALARM",
    checks: [
      aCheckResult({ check: "replica_count", expected: "3", actual: "3", rollbackTrigger: false, improvement: null }),
      aCheckResult({ check: "pods_ready", expected: "3", actual: "3", rollbackTrigger: false, improvement: null }),
      aCheckResult(),
      aCheckResult({ check: "error_rate", expected: "< 1 %", actual: "0.2 %", improvement: "35% decrease (0.31 % -> 0.2 %)" }),
    ],
    stableSince: MOMENTS.stableSince,
    consecutiveFailures: 0,
    recovery: "recovered",
    recoveredAt: MOMENTS.recoveredAt,
    recoverySeconds: 62.6,
    verifiedAt: MOMENTS.recoveredAt,
    ...overrides,
  };
}

export function aDiagnosis(overrides: Partial<Diagnosis> = {}): Diagnosis {
  return {
    class: "performance-regression",
    hypothesis: "demo/checkout:v2-slow answers slower than demo/checkout:v1 under the same traffic; its pods are healthy",
    confidence: "high",
    recommendations: [
      {
        priority: "high",
        action: "Fix the release before it goes out again",
        example: "Compare a profile of demo/checkout:v2-slow with demo/checkout:v1",
      },
      { priority: "medium", action: "Test the latency before the rollout", example: "Run a load test that fails at p95 >= 200 ms" },
    ],
    ...overrides,
  };
}

export function aRecordSlice(overrides: Partial<RecordSlice> = {}): RecordSlice {
  return {
    outcome: "recovered",
    summary: "checkout is back on demo/checkout:v1: latency_p95 is 121 ms again, 62.6 s after the onset",
    recordedAt: MOMENTS.closedAt,
    ...overrides,
  };
}

/** The whole document at the end of the run; pass `undefined` for slices that a test has not reached. */
export function aRollbackDocument(overrides: Partial<RollbackDocument> = {}): RollbackDocument {
  return {
    ...aRollbackInput(),
    opening: anOpening(),
    assessment: anAssessment(),
    plan: aPlan(),
    progress: aProgress(),
    verification: aVerification(),
    diagnosis: aDiagnosis(),
    record: aRecordSlice(),
    ...overrides,
  };
}
