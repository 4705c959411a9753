import type { Blueprint } from "./blueprint.ts";
import { describeAction } from "./cluster-action-words.ts";
import { modeOfIncident } from "./governance/mode-of-incident.ts";
import { composePlan } from "./plan/compose-plan.ts";
import { gitopsReasons, resumeSteps } from "./plan/gitops-steps.ts";
import { govern } from "./plan/govern.ts";
import { obstaclesOf, withoutChangedBounds } from "./plan/obstacles.ts";
import { alarmClearSeconds } from "./plan/step-clocks.ts";
import type { StrategyFacts } from "./plan/strategy-facts.ts";
import { trafficReasons } from "./plan/traffic-reasons.ts";
import { workloadReasons } from "./plan/workload-steps.ts";
import type { Preflight } from "./preflight.ts";
import type { Plan, PlanStep } from "./rollback-document.ts";
import { chooseStrategy, runnable } from "./strategy.ts";
import type { WorkloadState } from "./workload.ts";

/** Strategy, governance verdict, target release and ordered steps, all as data. A plan with mode `none` says in its governance why there is none. */
export function selectStrategy(asGathered: StrategyFacts): Plan {
  const facts = withoutChangedBounds(asGathered);
  const { assessment, blueprint, preflight } = facts;
  const { strategy, requestedStrategy, why } = strategyOf(facts);
  const { steps, problem, notes = [] } = assessment.change?.kind === "held" ? resumeSteps(facts) : composePlan(facts, strategy);
  const governance = govern(facts, steps, problem);
  const writes = blueprint.rollback.enabled && modeOfIncident(blueprint, facts.trigger, assessment.alarms) !== "observe";
  return {
    strategy,
    requestedStrategy,
    why,
    // Who needs an approval has a plan all the same: it is what people are asked about.
    mode: governance.verdict === "denied" ? "none" : writes ? "act" : "observe",
    governance,
    steps: [...steps],
    predictedSeconds: predictSeconds(blueprint, assessment.workload, preflight),
    reasons: [
      why,
      ...steps.map(describeStep),
      ...fewerReplicas(steps, assessment.workload),
      ...notes,
      ...trafficReasons(facts, steps),
      ...workloadReasons(assessment.workload),
      ...gitopsReasons(facts),
    ],
    ...(preflight === null ? {} : { preflight }),
  };
}

/** Which strategy, by which cell of the table, whose override or whose word, and what runs in its place where it cannot be carried out. */
function strategyOf(facts: StrategyFacts): Pick<Plan, "strategy" | "requestedStrategy" | "why"> {
  const { assessment, blueprint, trigger } = facts;
  const asked = trigger.request?.strategy;
  const chosen = chooseStrategy(assessment.classes, assessment.severity, blueprint.policy.strategies);
  const requestedStrategy = asked ?? chosen.strategy;
  const { strategy, reason } = runnable(requestedStrategy, obstaclesOf(facts));
  const byTable = assessment.classes.length === 0 ? `${trigger.kind} request, severity ${assessment.severity}` : chosen.by;
  const decided = asked === undefined ? byTable : `asked for by ${trigger.requestedBy ?? "a person"}`;
  return { strategy, requestedStrategy, why: `${decided} -> ${requestedStrategy}${reason === null ? "" : `; ${reason}`}` };
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
