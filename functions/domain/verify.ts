import type { Blueprint } from "./blueprint.ts";
import { type AlarmFact, type CheckFacts, evaluateChecks, verdictOf } from "./checks.ts";
import type { Confirmation } from "./cluster-action.ts";
import { driftOf } from "./gitops-drift.ts";
import { FINISH } from "./plan/chain.ts";
import { RESTORE_STRATEGY } from "./plan/restore-steps.ts";
import { alarmClearSeconds, CONVERGENCE_SECONDS } from "./plan/step-clocks.ts";
import { isRestoring } from "./plan-steps.ts";
import type { Assessment, CheckResult, Plan, PlanStep, Progress, RollbackTrigger, Verification } from "./rollback-document.ts";
import { podsOf, rolloutPhase } from "./rollout.ts";
import { inWords, secondsBetween, unreachable } from "./time.ts";
import type { WorkloadState } from "./workload.ts";

/** A check must fail twice in a row before a step counts as failed (seed 003: failed at 2 consecutive). */
export const FAILURES_IN_A_ROW = 2;
/** Until the controller has made its first pod, the Deployment may still carry the condition of the stuck rollout that was replaced. */
const LEFTOVER_CONDITION_SECONDS = 10;

export interface VerificationFacts {
  readonly trigger: RollbackTrigger;
  readonly blueprint: Blueprint;
  readonly assessment: Assessment;
  readonly plan: Plan;
  readonly progress: Progress;
  readonly previous: Verification | null;
  /** Null when the Deployment is gone. */
  readonly workload: WorkloadState | null;
  /** Whether what an action asked for is so; null for steps without one. */
  readonly confirmation: Confirmation | null;
  readonly alarms: readonly AlarmFact[];
  readonly readings: CheckFacts["readings"];
  readonly leaseRenewed: boolean;
  readonly now: string;
}

type Outcome = Pick<Verification, "verdict" | "next" | "nextStepId" | "reason"> & Partial<Verification>;

/** Three-valued verdict on the last plan step and what comes next. `keep-watching` goes back to Bake until the step's deadline. */
export function verify(facts: VerificationFacts): Verification {
  const { plan, progress, previous, now } = facts;
  const step = plan.steps.find((candidate) => candidate.id === progress.stepId);
  const sameStep = previous?.stepId === progress.stepId ? previous : null;
  // what the restoring step found is carried through the steps that clean up after it
  const carries = step !== undefined && !isRestoring(step);
  const found = carries ? previous : sameStep;
  const base: Verification = {
    stepId: progress.stepId,
    verdict: "inconclusive",
    next: "escalate",
    nextStepId: null,
    reason: "",
    checks: found?.checks ?? [],
    stableSince: found?.stableSince ?? null,
    consecutiveFailures: sameStep?.consecutiveFailures ?? 0,
    recovery: previous?.recovery ?? "undecided",
    recoveredAt: previous?.recoveredAt ?? null,
    recoverySeconds: previous?.recoverySeconds ?? null,
    restoringStepId: carries
      ? (previous?.restoringStepId ?? (step.kind === "restore-strategy" ? (previous?.stepId ?? null) : null))
      : progress.stepId,
    ...heldOf(facts),
    verifiedAt: now,
  };
  return { ...base, ...(step === undefined ? stop(`plan step ${progress.stepId} does not exist`) : decide(facts, step, base)) };
}

/** Whether the GitOps controller is held, by the last step that looked. */
function heldOf({ confirmation, previous }: VerificationFacts): Pick<Verification, "held"> {
  const held = confirmation?.held ?? previous?.held;
  return held === undefined ? {} : { held };
}

function decide(facts: VerificationFacts, step: PlanStep, base: Verification): Outcome {
  const { progress, workload } = facts;
  if (!facts.leaseRenewed) return stop("the lock was lost: another execution acts on this service");
  if (progress.outcome === "would-apply") {
    return { verdict: "inconclusive", next: "observed", nextStepId: null, reason: `observe mode: would have applied ${step.id}` };
  }
  if (progress.outcome === "refused" && step.action !== undefined) return failAction(facts, step, base, progress.reason);
  if (progress.outcome !== "applied" && progress.outcome !== "already-applied") return stop(progress.reason);
  if (workload === null) return stop("the Deployment no longer exists");
  if (step.kind === "restore-strategy") return confirmStrategy(facts, workload, base);
  return step.action === undefined ? watch(facts, step, workload, base) : confirmAction(facts, step, workload, base);
}

/** An action is done when it is read back; one that restores is then watched like a restored release. */
function confirmAction(facts: VerificationFacts, step: PlanStep, workload: WorkloadState, base: Verification): Outcome {
  const { confirmation, progress, now } = facts;
  if (confirmation === null) return stop(`${step.id} was not read back`);
  const { verdict, reason } = (step.action?.kind === "watch-drift" ? driftOf(step.action, workload) : null) ?? confirmation;
  switch (verdict) {
    case "proven": {
      if (isRestoring(step)) return watch(facts, step, workload, base);
      if (step.kind === "resume-gitops") return { ...recovered(facts), verdict: "pass", next: "recovered", nextStepId: null, reason };
      const watchedSeconds = secondsBetween(progress.appliedAt, now);
      if (step.action?.kind === "watch-drift" && watchedSeconds < step.action.seconds) {
        return keepWatching(`${reason}, for ${inWords(watchedSeconds)} of ${step.action.seconds} s`);
      }
      return { ...afterAction(facts, step.onPass, base), verdict: "pass", reason: reasonAfter(facts, base, reason) };
    }
    case "lost":
      return failAction(facts, step, base, reason);
    case "not-yet":
    case "inconclusive":
      if (Date.parse(now) < Date.parse(progress.deadlineAt)) return keepWatching(reason);
      return { ...failAction(facts, step, base, `${verdict} at the deadline: ${reason}`), verdict: "inconclusive" };
    default:
      return unreachable(verdict);
  }
}

/** A restored release that did not stay is no recovery, whatever its checks had said. */
function failAction(facts: VerificationFacts, step: PlanStep, base: Verification, reason: string): Outcome {
  const drift = step.action?.kind === "watch-drift" && facts.workload !== null ? driftOf(step.action, facts.workload) : null;
  const lost = step.action?.kind === "watch-drift" && (drift ?? facts.confirmation)?.verdict === "lost";
  const after = lost ? { ...base, recovery: "not-recovered" as const } : base;
  return { ...afterAction(facts, step.onFail, after), verdict: "fail", reason: `${step.id}: ${reason}`, recovery: after.recovery };
}

function afterAction({ plan }: VerificationFacts, label: string, base: Verification): Pick<Verification, "next" | "nextStepId"> {
  if (label !== FINISH && plan.steps.some(({ id }) => id === label)) return { next: "next-step", nextStepId: label };
  return { next: base.recovery === "recovered" ? "recovered" : "escalate", nextStepId: null };
}

/** The sentence that proved the recovery stays the one that people read. */
function reasonAfter({ previous }: VerificationFacts, base: Verification, reason: string): string {
  return base.recovery === "recovered" && previous !== null ? `${previous.reason}; ${reason}` : reason;
}

function confirmStrategy(facts: VerificationFacts, workload: WorkloadState, base: Verification): Outcome {
  if (workload.stamps.savedStrategy !== null) return { ...stop("the saved strategy is still on the Deployment"), verdict: "fail" };
  const onlyStep = facts.plan.steps.length === 1;
  const { onPass } = facts.plan.steps[facts.progress.stepIndex] ?? { onPass: FINISH };
  if (onlyStep)
    return { ...recovered(facts), verdict: "pass", next: "recovered", nextStepId: null, reason: "the Deployment's own strategy is back" };
  if (base.recovery === "recovered")
    return {
      ...afterAction(facts, onPass, base),
      verdict: "pass",
      reason: `${facts.previous?.reason ?? ""}; the Deployment's own strategy is back`,
    };
  return { verdict: "fail", next: "escalate", nextStepId: null, reason: facts.previous?.reason ?? "not recovered" };
}

function watch(facts: VerificationFacts, step: PlanStep, workload: WorkloadState, base: Verification): Outcome {
  const { blueprint, now } = facts;
  const expected = { templateHash: step.target?.templateHash ?? workload.templateHash, replicas: step.replicas ?? workload.replicas };
  const superseded = whySuperseded(facts, step, workload);
  if (superseded !== null) return stop(`superseded: ${superseded}`);
  if (expected.replicas === 0) return stop("the Deployment was scaled to 0: nothing can be proven");
  const unstable = whyUnstable(workload, expected);
  if (unstable !== null) return unconverged(facts, step, workload, base, unstable);
  const stableSince = base.stableSince ?? now;
  const stableSeconds = secondsBetween(stableSince, now);
  const { stabilizationSeconds } = blueprint.verification;
  if (stableSeconds < stabilizationSeconds) {
    return { ...keepWatching(`stable for ${inWords(stableSeconds)} of ${stabilizationSeconds} s`), stableSince };
  }
  const checks = evaluateChecks({
    blueprint,
    workload,
    expected,
    readings: facts.readings,
    incident: facts.assessment.signals,
    alarms: facts.alarms,
    alarmsHadTime: stableSeconds >= alarmClearSeconds(blueprint),
    firedAlarm: facts.trigger.alarmName,
    changeAt: facts.assessment.change?.earliestAt ?? null,
  });
  return { stableSince, checks, ...conclude(facts, step, checks, base) };
}

/** Somebody has written over what this step restored: their change is not ours to judge. */
function whySuperseded({ assessment }: VerificationFacts, step: PlanStep, workload: WorkloadState): string | null {
  const restored = step.target?.templateHash ?? assessment.workload?.templateHash ?? null;
  if (restored !== null && workload.templateHash !== null && workload.templateHash !== restored) {
    const ours = step.target === null ? "assessed" : "restored";
    return `the live template is ${workload.templateHash} (${workload.image}), not the ${ours} ${restored}`;
  }
  if (step.replicas === null || workload.replicas === step.replicas) return null;
  return `${workload.replicas} replicas are set, not the restored ${step.replicas}`;
}

/** A service that was stable and has most of its pods gets until the deadline: one pod that restarts is no reason to go back to an older release. */
function unconverged(facts: VerificationFacts, step: PlanStep, workload: WorkloadState, base: Verification, reason: string): Outcome {
  const { progress, now } = facts;
  const seconds = secondsBetween(progress.appliedAt, now);
  const mostlyReady = 2 * podsOf(workload, workload.templateHash).ready >= workload.replicas;
  const wasStable = mostlyReady && (base.stableSince !== null || base.checks.length > 0);
  const convergenceSeconds = Math.max(CONVERGENCE_SECONDS, workload.progressDeadlineSeconds);
  const overdue = Date.parse(now) >= Date.parse(progress.deadlineAt) || (!wasStable && seconds > convergenceSeconds);
  const gaveUp = rolloutPhase(workload).phase === "failed" && seconds >= LEFTOVER_CONDITION_SECONDS;
  if (overdue || gaveUp) {
    const lack = whatLacks(workload);
    if (lack === null) return { ...failStep(facts, step, `not converged: ${reason}`), stableSince: null };
    const why = `not converged, and not for the release's fault: ${reason}${reason.includes(lack) ? "" : ` (${lack})`}`;
    return {
      ...onward(facts, strategyStepOr(facts), "escalate"),
      verdict: "fail",
      reason: why,
      recovery: "not-recovered",
      stableSince: null,
    };
  }
  return { ...keepWatching(`${wasStable ? "not stable any more" : "converging"}: ${reason}`), stableSince: null };
}

function conclude(facts: VerificationFacts, step: PlanStep, checks: readonly CheckResult[], base: Verification): Outcome {
  const { blueprint, progress, now } = facts;
  const verdict = verdictOf(checks, blueprint.rollback.triggerOnCriticalFailure);
  const open = checks
    .filter((check) => check.verdict !== "pass")
    .map((check) => `${check.check} ${check.verdict}: expected ${check.expected}, is ${check.actual}`);
  if (verdict === "pass") {
    const passed = checks.filter((check) => check.verdict === "pass").length;
    return {
      ...recovered(facts),
      ...onward(facts, step.onPass, "recovered"),
      verdict,
      reason: [`${passed} of ${checks.length} checks pass`, ...open].join("; "),
      consecutiveFailures: 0,
    };
  }
  if (verdict === "fail") {
    const consecutiveFailures = base.consecutiveFailures + 1;
    if (consecutiveFailures >= FAILURES_IN_A_ROW) return { ...failStep(facts, step, open.join("; ")), consecutiveFailures };
    return { ...keepWatching(`failing, looking once more: ${open.join("; ")}`), verdict, consecutiveFailures };
  }
  if (Date.parse(now) < Date.parse(progress.deadlineAt))
    return { ...keepWatching(`no verdict yet: ${open.join("; ")}`), consecutiveFailures: 0 };
  const reason = `inconclusive at the deadline: ${open.join("; ")}`;
  return { ...onward(facts, strategyStepOr(facts), "escalate"), verdict, reason, recovery: "not-recovered" };
}

function whyUnstable(workload: WorkloadState, expected: { templateHash: string | null; replicas: number }): string | null {
  const phase = rolloutPhase(workload);
  const { replicaFailure } = workload.status;
  if (phase.phase !== "complete") return `${phase.reason}${replicaFailure === null ? "" : ` (${replicaFailure})`}`;
  const pods = podsOf(workload, expected.templateHash);
  if (pods.ready < expected.replicas) return `${pods.ready} of ${expected.replicas} pods are ready`;
  return null;
}

/** No room for pods: an older release would find none either, while the author's own strategy, which takes old pods away first, may. */
function whatLacks({ status, pods, templateHash }: WorkloadState): string | null {
  const unschedulable = pods.find((group) => group.templateHash === templateHash)?.reasons.find(({ reason }) => reason === "Unschedulable");
  return status.replicaFailure ?? (unschedulable === undefined ? null : `Unschedulable: ${unschedulable.message}`);
}

function failStep(facts: VerificationFacts, step: PlanStep, reason: string): Outcome {
  const next = onward(facts, step.onFail, "escalate");
  return { ...next, verdict: "fail", reason, recovery: next.next === "next-target" ? "undecided" : "not-recovered" };
}

function onward({ plan }: VerificationFacts, label: string, atTheEnd: "recovered" | "escalate"): Pick<Verification, "next" | "nextStepId"> {
  if (label === FINISH) return { next: atTheEnd, nextStepId: null };
  const following = plan.steps.find((step) => step.id === label);
  return { next: following?.kind === "restore-template" ? "next-target" : "next-step", nextStepId: label };
}

function recovered({ assessment, trigger, now }: VerificationFacts): Pick<Verification, "recovery" | "recoveredAt" | "recoverySeconds"> {
  return {
    recovery: "recovered",
    recoveredAt: now,
    recoverySeconds: Math.max(0, Math.round(secondsBetween(assessment.onsetAt ?? trigger.at, now))),
  };
}

function strategyStepOr({ plan }: VerificationFacts): string {
  return plan.steps.some((step) => step.id === RESTORE_STRATEGY) ? RESTORE_STRATEGY : FINISH;
}

function keepWatching(reason: string): Outcome {
  return { verdict: "inconclusive", next: "keep-watching", nextStepId: null, reason };
}

function stop(reason: string): Outcome {
  return { verdict: "inconclusive", next: "escalate", nextStepId: null, reason };
}
