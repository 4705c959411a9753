import type { Plan, PlanStep, Progress, Verification } from "./rollback-document.ts";
import type { OwnedWrite } from "./workload.ts";

/** Does this step bring the service back, so that its checks are what proves the recovery? The others prepare it or clean up after it. */
export function isRestoring({ kind, action, judged }: PlanStep): boolean {
  if (judged !== undefined) return judged;
  if (kind === "restore-template" || kind === "restore-scale") return true;
  if (kind === "promote-rollout" || kind === "replace-pods" || kind === "relax-rollout" || kind === "resume") return true;
  return action?.kind === "restore-config" && action.restart;
}

/** Id of the step by which a new release is judged that got its traffic back. */
export const VERIFY_KEPT = "verify-kept";

/** Did the service recover with the new release? Then nothing was taken back, and nothing of it is bad. */
export function keptRelease(verification: Pick<Verification, "recovery" | "restoringStepId"> | undefined): boolean {
  return verification?.recovery === "recovered" && verification.restoringStepId === VERIFY_KEPT;
}

/** What this plan does about a GitOps controller that owns the workload; null when nothing. */
export function ownedBy(steps: readonly PlanStep[]): OwnedWrite | null {
  if (steps.some(({ kind }) => kind === "hold-gitops")) return "held";
  return steps.some(({ kind }) => kind === "watch-drift") ? "watched" : null;
}

/** ReplicaSet of the template that this run wrote last; undefined while it has written none. A step that only prepares a release has its target too, and has not written it. */
export function restoredReplicaSet({ steps }: Pick<Plan, "steps">, progress: Pick<Progress, "stepIndex"> | undefined): string | undefined {
  const reached = steps.slice(0, (progress?.stepIndex ?? -1) + 1);
  return reached.findLast(({ kind }) => kind === "restore-template" || kind === "resume")?.target?.replicaSet;
}
