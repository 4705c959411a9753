import { RESTORE_STRATEGY } from "./plan/restore-steps.ts";
import type { PlanStep, Verification } from "./rollback-document.ts";
import { describeShares } from "./traffic.ts";
import { type Outcome, onward, stop, strategyStepOr, type VerificationFacts } from "./verify-outcome.ts";
import type { WorkloadState } from "./workload.ts";

type Left = Pick<Verification, "moved" | "pinned">;

/** Where this run has put the traffic, and which autoscaler it keeps from taking pods away, by its last step that changed that. Carried by the slice. */
export function leftOf({ progress, previous }: Pick<VerificationFacts, "progress" | "previous">, step: PlanStep | undefined): Left {
  const acted = progress.outcome === "applied" || progress.outcome === "already-applied";
  const before: Left = {
    ...(previous?.moved === undefined ? {} : { moved: previous.moved }),
    ...(previous?.pinned === undefined ? {} : { pinned: previous.pinned }),
  };
  return acted && step?.action !== undefined ? { ...before, ...changedBy(step.action) } : before;
}

function changedBy(action: NonNullable<PlanStep["action"]>): Left {
  switch (action.kind) {
    case "set-weights":
      return { moved: `traffic of ${action.route.name}: ${describeShares(action.weights)}` };
    case "switch-selector":
      return { moved: `Service ${action.service} selects other pods` };
    case "maintenance":
      return {
        moved: action.set === "lift" ? null : `all traffic of ${action.route.name} is at the maintenance backend ${action.backend}`,
      };
    case "hold-autoscaler":
      return { pinned: action.hpa };
    case "release-autoscaler":
      return { pinned: null };
    default:
      return {};
  }
}

/** What a person finds changed after a run that has not brought the service back: nothing else says so. */
export function withLeft(verification: Verification): Verification {
  const { next, recovery, moved, pinned, held, reason } = verification;
  if (next !== "escalate" || recovery === "recovered") return verification;
  const left = [
    ...(moved == null ? [] : [moved]),
    ...(pinned == null ? [] : [`HorizontalPodAutoscaler ${pinned} is held`]),
    ...(held === true ? ["the GitOps controller is held"] : []),
  ];
  return left.length === 0 ? verification : { ...verification, reason: `${reason}; as this run has left it: ${left.join(", ")}` };
}

/**
 * Somebody else has the workload by now, or it cannot be written: nothing more is tried. What is ours (a held autoscaler, the saved strategy) is given back
 * where the plan has steps for it: neither touches what others have written since. Then a person has it.
 */
export function leave(facts: VerificationFacts, step: PlanStep, base: Verification, reason: string): Outcome {
  const { steps } = facts.plan;
  const here = steps.indexOf(step);
  const label = strategyStepOr(facts);
  const follows = steps.findIndex(({ id }) => id === label) > here;
  const isOurs = base.pinned != null || (label === RESTORE_STRATEGY && isMarked(facts.workload, steps.slice(0, here)));
  if (!follows || !isOurs) return stop(reason);
  // a recovery that was proven before stays one, and what this step was to show of it was not seen: a person looks
  const open = base.recovery === "recovered" ? { unjudged: [...(base.unjudged ?? []), step.phase ?? step.id] } : {};
  return { ...onward(facts, label, "escalate"), verdict: "inconclusive", reason, finding: reason, ...open };
}

/** Has the workload a strategy of ours or our pause? A step that was not applied has not read it: then what was written before tells. */
function isMarked(workload: WorkloadState | null, before: readonly PlanStep[]): boolean {
  if (workload !== null) return workload.stamps.savedStrategy !== null || workload.stamps.paused === true;
  return before.some(({ kind }) => kind === "restore-template" || kind === "pause-at-share");
}
