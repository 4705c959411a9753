import type { Blueprint } from "./blueprint.ts";
import type { AlarmFact, CheckFacts, ProbeResult } from "./checks.ts";
import type { Confirmation } from "./cluster-action.ts";
import type { Comparison } from "./judge.ts";
import { RELEASED, RELEASED_AFTER_FAILURE } from "./plan/autoscaler-steps.ts";
import { FINISH } from "./plan/chain.ts";
import { RESTORE_STRATEGY } from "./plan/restore-steps.ts";
import { VERIFY_KEPT } from "./plan-steps.ts";
import type { Assessment, Plan, PlanStep, Progress, RollbackTrigger, Verification } from "./rollback-document.ts";
import { secondsBetween } from "./time.ts";
import type { WorkloadState } from "./workload.ts";

export interface VerificationFacts {
  readonly trigger: RollbackTrigger;
  readonly blueprint: Blueprint;
  readonly assessment: Assessment;
  /** Since when the run acts. @default the assessment; an approval comes later */
  readonly actsSince?: string;
  readonly plan: Plan;
  readonly progress: Progress;
  readonly previous: Verification | null;
  /** Null when the Deployment is gone. */
  readonly workload: WorkloadState | null;
  /** Whether what an action asked for is so; null for steps without one. */
  readonly confirmation: Confirmation | null;
  readonly alarms: readonly AlarmFact[];
  readonly readings: CheckFacts["readings"];
  /** What the probes of the step's phase came to. @default none was asked */
  readonly probes?: readonly ProbeResult[];
  /** What an analysis compares. @default nothing */
  readonly comparisons?: readonly Comparison[];
  readonly leaseRenewed: boolean;
  readonly now: string;
}

/** What one look decides; the rest of the slice is carried over. */
export type Outcome = Pick<Verification, "verdict" | "next" | "nextStepId" | "reason"> & Partial<Verification>;

/** Where an action leads: its label, or the end. */
export function afterAction({ plan }: VerificationFacts, label: string, base: Verification): Pick<Verification, "next" | "nextStepId"> {
  if (label !== FINISH && plan.steps.some(({ id }) => id === label)) return { next: "next-step", nextStepId: label };
  const isProven = base.recovery === "recovered" && (base.unjudged ?? []).length === 0;
  return { next: isProven ? "recovered" : "escalate", nextStepId: null };
}

/** One more proof of a recovery: what was found before stays the first that people read. */
export function told({ recovery, finding }: Verification, reason: string): Pick<Verification, "reason" | "finding"> {
  if (recovery !== "recovered") return { reason };
  const whole = finding === undefined ? reason : `${finding}; ${reason}`;
  return { reason: whole, finding: whole };
}

/** The health checks have proven a recovery, and nobody can tell the rest: it stays one, and a person looks. Cleaning up goes on meanwhile. */
export function unproven(
  facts: VerificationFacts,
  step: PlanStep,
  base: Verification,
  { what, why }: { readonly what: string; readonly why: string },
): Outcome {
  const unjudged = [...(base.unjudged ?? []), what];
  const sentence =
    base.recovery === "recovered" ? `recovered by health checks, ${what} could not be judged` : `${what} could not be judged`;
  const reason = `${sentence}: ${why}`;
  const label = step.onInconclusive ?? step.onPass;
  const led = { ...afterAction(facts, label, { ...base, unjudged }), verdict: "inconclusive", reason, finding: reason } as const;
  // a new release of which nobody can tell is not kept: what follows is the restore
  if (base.restoringStepId === VERIFY_KEPT) return { ...led, recovery: "undecided", recoveredAt: null, recoverySeconds: null };
  return { ...led, unjudged };
}

/** The step has failed; unless another target follows, the service has not recovered. */
export function failStep(facts: VerificationFacts, step: PlanStep, reason: string): Outcome {
  const next = onward(facts, step.onFail, "escalate");
  return { ...next, verdict: "fail", reason, finding: reason, recovery: next.next === "next-target" ? "undecided" : "not-recovered" };
}

/** Where a restoring step leads; `atTheEnd` when its label is the end. */
export function onward(
  { plan }: VerificationFacts,
  label: string,
  atTheEnd: "recovered" | "escalate",
): Pick<Verification, "next" | "nextStepId"> {
  if (label === FINISH) return { next: atTheEnd, nextStepId: null };
  const following = plan.steps.find((step) => step.id === label);
  return { next: following?.kind === "restore-template" ? "next-target" : "next-step", nextStepId: label };
}

/** Recovered now. */
export function recovered({
  assessment,
  trigger,
  now,
}: VerificationFacts): Pick<Verification, "recovery" | "recoveredAt" | "recoverySeconds"> {
  return {
    recovery: "recovered",
    recoveredAt: now,
    recoverySeconds: Math.max(0, Math.round(secondsBetween(assessment.onsetAt ?? trigger.at, now))),
  };
}

/** The first step that gives back what is ours (an autoscaler that is held, then the strategy), or the end. */
export function strategyStepOr({ plan }: VerificationFacts): string {
  const has = (label: string) => plan.steps.some(({ id }) => id === label);
  const released = [RELEASED_AFTER_FAILURE, RELEASED, RESTORE_STRATEGY].find(has);
  return released ?? FINISH;
}

/** Look again until the deadline. */
export function keepWatching(reason: string): Outcome {
  return { verdict: "inconclusive", next: "keep-watching", nextStepId: null, reason };
}

/** A person has to look. */
export function stop(reason: string): Outcome {
  return { verdict: "inconclusive", next: "escalate", nextStepId: null, reason };
}
