import { isRestoring } from "../plan-steps.ts";
import type { PlanStep } from "../rollback-document.ts";
import { actionStep, chain } from "./chain.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

/** After a proven recovery: the failed ReplicaSet marked as evidence (or, opt-in, deleted), and the fields given back that guarded the restore. */
export function cleanupSteps(facts: StrategyFacts, restoring: readonly PlanStep[]): readonly PlanStep[] {
  if (facts.assessment.change?.kind === "leftover") return [];
  // Where a plan may end with the template as it was, its ReplicaSet stays the live one.
  const replaces = restoring.filter(isRestoring).every(({ target }) => target !== null);
  return chain([replaces ? failedReplicaSet(facts) : [], guard(facts)]);
}

function failedReplicaSet({ assessment: { change, workload }, blueprint }: StrategyFacts): PlanStep[] {
  if (change?.kind !== "deploy" || workload === null) return [];
  // The revisions of a StatefulSet or DaemonSet run nothing themselves.
  if (workload.kind !== "Deployment" && workload.kind !== "Rollout") return [];
  const failed = workload.replicaSets.find(({ templateHash }) => templateHash === workload.templateHash);
  if (failed === undefined) return [];
  const kind = blueprint.restore.deleteFailedReplicaSet ? "delete-replica-set" : "quarantine-replica-set";
  return [actionStep(kind, { kind, replicaSet: failed.name, uid: failed.uid })];
}

/** Without the guard our entry was removed right after each write. */
function guard({ blueprint }: StrategyFacts): PlanStep[] {
  return blueprint.restore.fieldManagerGuard ? [actionStep("release-guard", { kind: "release-guard" })] : [];
}
