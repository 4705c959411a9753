import { putsBack } from "./incident-control.ts";
import type { PlanStep, Verification } from "./rollback-document.ts";
import { type Outcome, stop, type VerificationFacts } from "./verify-outcome.ts";

/** After a step that was not applied since a person has paused or aborted the plan; null for any other. */
export function controlled(facts: VerificationFacts, step: PlanStep, base: Verification): Outcome | null {
  switch (facts.progress.outcome) {
    case "paused":
      return pausedBefore(facts, step, base);
    case "aborted":
      return abortedBefore(facts, step, base);
    default:
      return null;
  }
}

/** The same step again, which looks whether it may be applied by then. What was found before the pause stays the finding. */
function pausedBefore({ progress, previous }: VerificationFacts, step: PlanStep, { recovery }: Verification): Outcome {
  const found = previous !== null && recovery !== "undecided" ? previous : { verdict: "inconclusive" as const, reason: progress.reason };
  const { verdict, reason } = found;
  return { verdict, next: "next-step", nextStepId: step.id, reason, restoringStepId: previous?.restoringStepId ?? null };
}

/** No restoring step any more: what is ours is put back on the workload, then a person has it. A recovery that was proven before stays one. */
function abortedBefore({ plan, progress, previous }: VerificationFacts, step: PlanStep, { recovery, notes }: Verification): Outcome {
  const restoringStepId = previous?.restoringStepId ?? null;
  const back = previous === null ? undefined : plan.steps.slice(progress.stepIndex).find(putsBack);
  const isProven = recovery === "recovered" && previous !== null;
  const left = `${progress.reason}; ${step.id} was not applied`;
  const found = isProven
    ? { verdict: previous.verdict, reason: previous.reason, notes: [...(notes ?? []), left] }
    : { verdict: "inconclusive" as const, reason: left };
  if (back !== undefined) return { ...found, next: "next-step", nextStepId: back.id, restoringStepId };
  return { ...stop(left), ...found, next: isProven ? "recovered" : "escalate", restoringStepId };
}
