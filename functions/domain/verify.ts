import type { Blueprint } from "./blueprint.ts";
import { type CheckFacts, evaluateChecks, verdictOf } from "./checks.ts";
import type { Assessment, CheckResult, Plan, PlanStep, Progress, RollbackTrigger, Verification } from "./rollback-document.ts";
import { podsOf, rolloutPhase } from "./rollout.ts";
import { alarmClearSeconds, CONVERGENCE_SECONDS, FINISH, RESTORE_STRATEGY } from "./select-strategy.ts";
import { inWords, secondsBetween } from "./time.ts";
import type { WorkloadState } from "./workload.ts";

/** A check must fail twice in a row before a step counts as failed (seed 003: failed at 2 consecutive). */
export const FAILURES_IN_A_ROW = 2;

export interface VerificationFacts {
  readonly trigger: RollbackTrigger;
  readonly blueprint: Blueprint;
  readonly assessment: Assessment;
  readonly plan: Plan;
  readonly progress: Progress;
  readonly previous: Verification | null;
  /** Null when the Deployment is gone. */
  readonly workload: WorkloadState | null;
  readonly alarms: Assessment["alarms"];
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
  // what the restoring step found is carried through the step that puts the strategy back
  const found = step?.kind === "restore-strategy" ? previous : sameStep;
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
    verifiedAt: now,
  };
  return { ...base, ...(step === undefined ? stop(`plan step ${progress.stepId} does not exist`) : decide(facts, step, base)) };
}

function decide(facts: VerificationFacts, step: PlanStep, base: Verification): Outcome {
  const { progress, workload } = facts;
  if (!facts.leaseRenewed) return stop("the lock was lost: another execution acts on this service");
  if (progress.outcome === "would-apply") {
    return { verdict: "inconclusive", next: "observed", nextStepId: null, reason: `observe mode: would have applied ${step.id}` };
  }
  if (progress.outcome !== "applied" && progress.outcome !== "already-applied") return stop(progress.reason);
  if (workload === null) return stop("the Deployment no longer exists");
  return step.kind === "restore-strategy" ? confirmStrategy(facts, workload, base) : watch(facts, step, workload, base);
}

function confirmStrategy(facts: VerificationFacts, workload: WorkloadState, base: Verification): Outcome {
  if (workload.stamps.savedStrategy !== null) return { ...stop("the saved strategy is still on the Deployment"), verdict: "fail" };
  const onlyStep = facts.plan.steps.length === 1;
  if (onlyStep)
    return { ...recovered(facts), verdict: "pass", next: "recovered", nextStepId: null, reason: "the Deployment's own strategy is back" };
  if (base.recovery === "recovered")
    return {
      verdict: "pass",
      next: "recovered",
      nextStepId: null,
      reason: `${facts.previous?.reason ?? ""}; the Deployment's own strategy is back`,
    };
  return { verdict: "fail", next: "escalate", nextStepId: null, reason: facts.previous?.reason ?? "not recovered" };
}

function watch(facts: VerificationFacts, step: PlanStep, workload: WorkloadState, base: Verification): Outcome {
  const { progress, blueprint, now } = facts;
  const expected = { templateHash: step.target?.templateHash ?? workload.templateHash, replicas: step.replicas ?? workload.replicas };
  if (step.target !== null && workload.templateHash !== null && workload.templateHash !== step.target.templateHash) {
    return stop(
      `superseded: the live template is ${workload.templateHash} (${workload.image}), not the restored ${step.target.templateHash}`,
    );
  }
  const unstable = whyUnstable(workload, expected);
  if (unstable !== null) {
    const convergenceSeconds = Math.max(CONVERGENCE_SECONDS, workload.progressDeadlineSeconds);
    const failed = rolloutPhase(workload).phase === "failed" || secondsBetween(progress.appliedAt, now) > convergenceSeconds;
    if (failed) return { ...failStep(facts, step, `not converged: ${unstable}`), stableSince: null };
    return { ...keepWatching(`converging: ${unstable}`), stableSince: null };
  }
  const stableSince = base.stableSince ?? now;
  const stableSeconds = secondsBetween(stableSince, now);
  const { stabilizationSeconds } = blueprint.verification;
  if (stableSeconds < stabilizationSeconds) {
    return { ...keepWatching(`stable for ${inWords(stableSeconds)} of ${stabilizationSeconds} s`), stableSince };
  }
  const alarmsHadTime = stableSeconds >= alarmClearSeconds(blueprint);
  const checks = evaluateChecks({
    blueprint,
    workload,
    expected,
    readings: facts.readings,
    incident: facts.assessment.signals,
    alarms: facts.alarms,
    alarmsHadTime,
  });
  return { stableSince, checks, ...conclude(facts, step, checks, base) };
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
      reason: `${passed} of ${checks.length} checks pass`,
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
  if (phase.phase !== "complete") return phase.reason;
  const pods = podsOf(workload, expected.templateHash);
  if (pods.ready < expected.replicas) return `${pods.ready} of ${expected.replicas} pods are ready`;
  return null;
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
