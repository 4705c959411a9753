import type { Confirmation } from "./cluster-action.ts";
import type { CheckResult, PlanStep, Verification } from "./rollback-document.ts";
import { afterAction, failStep, type Outcome, told, unproven, type VerificationFacts } from "./verify-outcome.ts";

/**
 * Checks that a plan runs after the health checks have passed: a script of the blueprint, a hook that confirms. They carry a phase, and what they say is part
 * of the verdict on the recovery; the same step without one only prepares or follows.
 */
function isProof({ action, phase }: PlanStep): boolean {
  return action?.kind === "invoke-hook" ? action.phase === "confirm" : action?.kind === "run-check" && phase !== undefined;
}

/** Where the policy says that critical checks alone decide nothing, such a check is told, and the plan goes on. */
function decides({ blueprint }: VerificationFacts, { action }: PlanStep): boolean {
  const script = action?.kind === "run-check" ? scriptOf(blueprint, action.job) : undefined;
  return script === undefined || script.rollbackTrigger || (script.critical && blueprint.rollback.triggerOnCriticalFailure);
}

/** What a decisive check answers; null while it is open, and for every other step. */
export function decisiveAnswer(
  facts: VerificationFacts,
  step: PlanStep,
  base: Verification,
  { verdict, reason }: Pick<Confirmation, "verdict" | "reason">,
): Outcome | null {
  if (!isProof(step)) return null;
  const checks = (result: CheckResult["verdict"]) => [...base.checks, resultOf(facts, step, result, reason)];
  switch (verdict) {
    case "proven":
      return { ...afterAction(facts, step.onPass, base), verdict: "pass", ...told(base, reason), checks: checks("pass") };
    case "lost":
      return denied(facts, step, base, checks("fail"), reason);
    case "again":
      return null;
    case "not-yet":
    case "inconclusive":
      if (Date.parse(facts.now) < Date.parse(facts.progress.deadlineAt)) return null;
      return open(facts, step, base, checks("inconclusive"), reason);
  }
}

/** One that was not carried out: a hook's refusal is its answer, and a Job that could not be made says nothing of the service. */
export function decisiveRefusal(facts: VerificationFacts, step: PlanStep, base: Verification): Outcome | null {
  if (!isProof(step)) return null;
  const { reason } = facts.progress;
  const checks = (result: CheckResult["verdict"]) => [...base.checks, resultOf(facts, step, result, reason)];
  return step.action?.kind === "invoke-hook"
    ? denied(facts, step, base, checks("fail"), reason)
    : open(facts, step, base, checks("inconclusive"), reason);
}

function denied(facts: VerificationFacts, step: PlanStep, base: Verification, checks: CheckResult[], reason: string): Outcome {
  if (!decides(facts, step)) return noted(facts, step, base, checks, reason);
  return { ...failStep(facts, step, `${step.id}: ${reason}`), checks, recoveredAt: null, recoverySeconds: null };
}

function open(facts: VerificationFacts, step: PlanStep, base: Verification, checks: CheckResult[], reason: string): Outcome {
  if (!decides(facts, step)) return noted(facts, step, base, checks, reason);
  return { ...unproven(facts, step, base, { what: step.id, why: reason }), checks };
}

function noted(facts: VerificationFacts, step: PlanStep, base: Verification, checks: CheckResult[], reason: string): Outcome {
  const notes = [...(base.notes ?? []), `${step.id}: ${reason}`];
  return { ...afterAction(facts, step.onPass, base), verdict: "pass", reason: base.finding ?? reason, checks, notes };
}

function resultOf(facts: VerificationFacts, { id, action, phase }: PlanStep, verdict: CheckResult["verdict"], actual: string): CheckResult {
  const script = action?.kind === "run-check" ? scriptOf(facts.blueprint, action.job) : undefined;
  return {
    check: script?.name ?? id,
    expected: action?.kind === "run-check" ? `${action.job} completes` : "confirms",
    actual,
    verdict,
    critical: script?.critical ?? true,
    rollbackTrigger: script?.rollbackTrigger ?? false,
    degradation: null,
    improvement: null,
    ...(phase === undefined || phase === "health" ? {} : { phase }),
  };
}

function scriptOf({ verification }: VerificationFacts["blueprint"], job: string) {
  const scripts = verification.checks.filter((check) => check.type === "script");
  return scripts.find((script) => script.job === job);
}
