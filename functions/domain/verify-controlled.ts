import { putsBack } from "./incident-control.ts";
import { RELEASED, RELEASED_AFTER_FAILURE } from "./plan/autoscaler-steps.ts";
import { RESTORE_STRATEGY } from "./plan/restore-steps.ts";
import type { Plan, PlanStep, Verification } from "./rollback-document.ts";
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

/**
 * No restoring step any more: what is ours is put back on the workload, then a person has it. A recovery that was proven before stays one, unless a part of
 * its proof was left out.
 */
function abortedBefore({ plan, progress, previous }: VerificationFacts, step: PlanStep, base: Verification): Outcome {
  const restoringStepId = previous?.restoringStepId ?? null;
  const back = previous === null ? undefined : wayBack(plan, progress.stepIndex);
  const left = `${progress.reason}; ${step.id} was not applied${trafficMoved(plan, progress.stepIndex)}`;
  const isProven = base.recovery === "recovered" && previous !== null;
  const found = isProven
    ? { ...proven(previous, base, step, left), restoringStepId }
    : { verdict: "inconclusive" as const, reason: left, finding: left, restoringStepId };
  if (back !== undefined) return { ...found, next: "next-step", nextStepId: back };
  const all = isProven && step.phase === undefined && (base.unjudged ?? []).length === 0;
  return { ...stop(left), ...found, next: all ? "recovered" : "escalate" };
}

function proven(previous: Verification, { notes, unjudged }: Verification, { id, phase }: PlanStep, left: string) {
  const { verdict, reason } = previous;
  return {
    verdict,
    reason,
    notes: [...(notes ?? []), left],
    ...(phase === undefined ? {} : { unjudged: [...(unjudged ?? []), id] }),
  };
}

/** The autoscaler first, then the strategy: each leads to what follows it. Undefined when nothing of that is left to be done. */
function wayBack({ steps }: Plan, from: number): string | undefined {
  const open = steps.slice(from);
  const [first] = [RELEASED_AFTER_FAILURE, RELEASED, RESTORE_STRATEGY].flatMap((id) => open.filter((step) => step.id === id));
  return (first ?? open.find(putsBack))?.id;
}

/** Nobody moves traffic back on a word that says stop: who aborts knows where he wants it. */
function trafficMoved({ steps }: Plan, until: number): string {
  const moved = steps.slice(0, until).some(({ kind }) => kind === "set-weights" || kind === "maintenance" || kind === "switch-selector");
  return moved ? "; traffic stays where the plan has moved it" : "";
}
