import type { Blueprint } from "./blueprint.ts";
import { describeAction } from "./cluster-action-words.ts";
import { chain } from "./plan/chain.ts";
import { cleanupSteps } from "./plan/cleanup-steps.ts";
import { driftSteps, gitopsReasons, holdSteps, resumeSteps } from "./plan/gitops-steps.ts";
import { govern } from "./plan/govern.ts";
import { prepareSteps } from "./plan/prepare-steps.ts";
import { restoreSteps } from "./plan/restore-steps.ts";
import { whyNotShare } from "./plan/share-steps.ts";
import { alarmClearSeconds } from "./plan/step-clocks.ts";
import type { PlannedSteps, StrategyFacts } from "./plan/strategy-facts.ts";
import { workloadReasons, workloadSteps } from "./plan/workload-steps.ts";
import type { Preflight } from "./preflight.ts";
import type { Plan, PlanStep, Strategy } from "./rollback-document.ts";
import { runnable, strategyFor } from "./strategy.ts";
import type { WorkloadState } from "./workload.ts";

/** Strategy, governance verdict, target release and ordered steps, all as data. A plan with mode `none` says in its governance why there is none. */
export function selectStrategy(facts: StrategyFacts): Plan {
  const { assessment, blueprint, trigger, preflight } = facts;
  const asked = trigger.request?.strategy;
  const requestedStrategy = asked ?? strategyFor(assessment.classes, assessment.severity);
  const { strategy, reason } = runnable(
    requestedStrategy,
    assessment.workload === null ? "there is no workload" : whyNotShare(assessment.workload),
  );
  const classes = assessment.classes.length === 0 ? `${trigger.kind} request` : `class ${assessment.classes.join(", ")}`;
  const decided = asked === undefined ? `${classes}, severity ${assessment.severity}` : `asked for by ${trigger.requestedBy ?? "a person"}`;
  const why = `${decided} -> ${requestedStrategy}${reason === null ? "" : `; ${reason}`}`;
  const { steps, problem, notes = [] } = planSteps(facts, strategy);
  const governance = govern(facts, steps, problem);
  return {
    strategy,
    requestedStrategy,
    why,
    // Who needs an approval has a plan all the same: it is what people are asked about.
    mode: governance.verdict === "denied" ? "none" : blueprint.mode !== "observe" && blueprint.rollback.enabled ? "act" : "observe",
    governance,
    steps: [...steps],
    predictedSeconds: predictSeconds(blueprint, assessment.workload, preflight),
    reasons: [
      why,
      ...steps.map(describeStep),
      ...fewerReplicas(steps, assessment.workload),
      ...notes,
      ...workloadReasons(assessment.workload),
      ...gitopsReasons(facts),
    ],
    ...(preflight === null ? {} : { preflight }),
  };
}

/** Hold, restore, watch, clean up; each part knows nothing of the others. */
function planSteps(facts: StrategyFacts, strategy: Strategy): PlannedSteps {
  if (facts.assessment.change?.kind === "held") return resumeSteps(facts);
  const { steps, problem, notes = [] } = restoreSteps(facts);
  if (steps.length === 0) return { steps: [], problem };
  const restoring = workloadSteps(prepareSteps(steps, facts.preflight, strategy), facts.assessment.workload, {
    name: facts.blueprint.target.name,
    strategy,
  });
  return { steps: chain([holdSteps(facts), restoring, driftSteps(facts), cleanupSteps(facts, restoring)]), problem, notes };
}

/** The rollout (one wave of 10 s where nobody looked) + stabilisation + the alarms' way back. */
function predictSeconds(blueprint: Blueprint, workload: WorkloadState | null, preflight: Preflight | null): number {
  const rolloutSeconds = preflight?.availability.predictedSeconds ?? 10 + (workload?.minReadySeconds ?? 0);
  return rolloutSeconds + blueprint.verification.stabilizationSeconds + alarmClearSeconds(blueprint);
}

/** A deploy may have changed the replicas too. Where no snapshot says so they stay, and a person must know. */
function fewerReplicas(steps: readonly PlanStep[], workload: WorkloadState | null): string[] {
  if (workload === null || workload.hpa !== null || steps.some(({ kind }) => kind === "restore-scale")) return [];
  return steps.flatMap(({ id, kind, target }) =>
    kind !== "restore-template" || target === null || target.replicas <= workload.replicas
      ? []
      : [
          `${id}: this release was good with ${target.replicas} replicas, and ${workload.replicas} ${workload.replicas === 1 ? "is" : "are"} set: that stays`,
        ],
  );
}

function describeStep(step: PlanStep): string {
  switch (step.kind) {
    case "restore-template":
      return `${step.id}: back to ${step.target?.image} (${step.target?.replicaSet}), ${step.availability?.reason ?? "all new pods first, none taken away before"}`;
    case "restore-scale":
      return `${step.id}: back to ${step.replicas} replicas`;
    case "restore-strategy":
      return `${step.id}: the workload's own update strategy is put back`;
    default:
      return `${step.id}: ${step.action === undefined ? step.kind : describeAction(step.action)}`;
  }
}
