import type { PlanStep } from "./rollback-document.ts";
import type { OwnedWrite } from "./workload.ts";

/** Does this step bring the service back, so that its checks are what proves the recovery? The others prepare it or clean up after it. */
export function isRestoring({ kind, action, judged }: PlanStep): boolean {
  if (judged !== undefined) return judged;
  if (kind === "restore-template" || kind === "restore-scale") return true;
  if (kind === "replace-pods" || kind === "relax-rollout" || kind === "resume") return true;
  return action?.kind === "restore-config" && action.restart;
}

/** What this plan does about a GitOps controller that owns the workload; null when nothing. */
export function ownedBy(steps: readonly PlanStep[]): OwnedWrite | null {
  if (steps.some(({ kind }) => kind === "hold-gitops")) return "held";
  return steps.some(({ kind }) => kind === "watch-drift") ? "watched" : null;
}
