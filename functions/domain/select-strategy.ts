import type { Blueprint } from "./blueprint.ts";
import { describeAction } from "./cluster-action-words.ts";
import type { ReleaseObservation } from "./release-observation.ts";
import type { Assessment, Change, Governance, Plan, PlanStep, PlanTarget, RollbackTrigger } from "./rollback-document.ts";
import { runnable, strategyFor } from "./strategy.ts";
import type { WorkloadState } from "./workload.ts";

/** Targets of one plan, in order of preference. */
const MAX_TARGETS = 3;
/** Convergence after a write: the longer of this and the Deployment's progress deadline (seed 002). */
export const CONVERGENCE_SECONDS = 120;
/** All restoring steps together watch at most this long: the machine's own timeout (4 h) would cut the run off without a record. */
export const RUN_SECONDS = 3.5 * 3600;
/** Looks of one step at most: a run has 25,000 history events, and a look makes nine. */
const MAXIMUM_LOOKS = 600;
/** The id of the step that puts the Deployment's own strategy back; a plan that writes a template always ends with it. */
export const RESTORE_STRATEGY = "restore-strategy";
/** Where the last step leads. */
export const FINISH = "finish";

export interface StrategyFacts {
  readonly trigger: RollbackTrigger;
  readonly blueprint: Blueprint;
  readonly assessment: Assessment;
  readonly observations: readonly ReleaseObservation[];
  readonly switchState: "armed" | "off";
}

type Check = Governance["checks"][number];

/** Strategy, governance verdict, target release and ordered steps, all as data. A plan with mode `none` says in its governance why there is none. */
export function selectStrategy(facts: StrategyFacts): Plan {
  const { assessment, blueprint, trigger } = facts;
  const requestedStrategy = strategyFor(assessment.classes, assessment.severity);
  const { strategy, reason } = runnable(requestedStrategy);
  const classes = assessment.classes.length === 0 ? `${trigger.kind} request` : `class ${assessment.classes.join(", ")}`;
  const why = `${classes}, severity ${assessment.severity} -> ${requestedStrategy}${reason === null ? "" : `; ${reason}`}`;
  const { steps, problem } = planSteps(facts);
  const governance = govern(facts, steps, problem);
  return {
    strategy,
    requestedStrategy,
    why,
    mode: governance.verdict !== "allowed" ? "none" : blueprint.mode === "auto" && blueprint.rollback.enabled ? "act" : "observe",
    governance,
    steps,
    predictedSeconds: predictSeconds(blueprint, assessment.workload),
    reasons: [why, ...steps.map(describeStep), ...fewerReplicas(steps, assessment.workload)],
  };
}

function planSteps({ assessment, observations, blueprint }: StrategyFacts): { steps: PlanStep[]; problem: string | null } {
  const { change, workload } = assessment;
  if (change === null || workload === null) return { steps: [], problem: "no suspected change: there is nothing to take back" };
  switch (change.kind) {
    case "leftover":
      return { steps: [restoreStrategyStep()], problem: null };
    case "scale":
      return scaleSteps(change, workload, observations, blueprint);
    case "deploy":
      return deploySteps(workload, observations, blueprint);
    case "config":
    case "held":
      return { steps: [], problem: `a change of kind ${change.kind} cannot be taken back yet` };
  }
}

function deploySteps(workload: WorkloadState, observations: readonly ReleaseObservation[], blueprint: Blueprint) {
  const targets = rollbackTargets(workload, observations).slice(0, Math.min(MAX_TARGETS, blueprint.rollback.maxAttempts));
  if (targets.length === 0) return { steps: [], problem: noTarget(workload, observations) };
  const clocks = stepClocks(blueprint, workload, targets.length);
  const steps: PlanStep[] = targets.map((target, index) => ({
    id: `restore-template-${index + 1}`,
    kind: "restore-template",
    target,
    replicas: null,
    onPass: RESTORE_STRATEGY,
    onFail: index + 1 < targets.length ? `restore-template-${index + 2}` : RESTORE_STRATEGY,
    ...clocks,
  }));
  return { steps: [...steps, restoreStrategyStep()], problem: null };
}

function scaleSteps(change: Change, workload: WorkloadState, observations: readonly ReleaseObservation[], blueprint: Blueprint) {
  const live = observations.find((observation) => observation.templateHash === workload.templateHash);
  // Back is the other way: after a scale down from 5 to 3 a good time with 2 helps nobody.
  const direction = Math.sign((change.fromReplicas ?? 0) - (change.toReplicas ?? 0));
  const good = live?.scales.findLast(
    ({ verdict, replicas }) => verdict === "good" && Math.sign(replicas - workload.replicas) === direction,
  );
  if (!good) {
    const wanted = direction > 0 ? "higher" : "lower";
    return { steps: [], problem: `no replica count ${wanted} than ${workload.replicas} was observed good long enough` };
  }
  const step: PlanStep = {
    id: "restore-scale",
    kind: "restore-scale",
    target: null,
    replicas: good.replicas,
    onPass: FINISH,
    onFail: FINISH,
    ...stepClocks(blueprint, workload, 1),
  };
  return { steps: [step], problem: null };
}

/** Earlier releases with a good verdict whose ReplicaSet still exists, most recently live first; never the live one, a bad one, or one left in ALARM. */
export function rollbackTargets(workload: WorkloadState, observations: readonly ReleaseObservation[]): PlanTarget[] {
  return observations
    .filter((observation) => observation.verdict === "good" && observation.templateHash !== workload.templateHash)
    .filter((observation) => !leftInAlarm(observation))
    .sort((a, b) => Date.parse(b.lastSeenAt) - Date.parse(a.lastSeenAt))
    .flatMap((observation) => {
      const replicaSet = workload.replicaSets.find((candidate) => candidate.templateHash === observation.templateHash);
      if (!replicaSet) return [];
      const good = observation.scales.findLast((scale) => scale.verdict === "good") ?? observation.scales.at(-1);
      return [
        {
          templateHash: replicaSet.templateHash,
          replicaSet: replicaSet.name,
          image: replicaSet.image,
          replicas: good?.replicas ?? workload.replicas,
        },
      ];
    });
}

/** It was good once, but ill when another release took its place: going back to it would undo somebody's repair. */
function leftInAlarm({ alarmAt, lastSeenAt }: ReleaseObservation): boolean {
  return alarmAt !== undefined && alarmAt === lastSeenAt;
}

function noTarget(workload: WorkloadState, observations: readonly ReleaseObservation[]): string {
  const others = workload.replicaSets.filter((replicaSet) => replicaSet.templateHash !== workload.templateHash);
  if (others.length === 0) return "no earlier ReplicaSet exists: this is the first release, or the history was pruned";
  const verdicts = others.map((replicaSet) => {
    const observation = observations.find((candidate) => candidate.templateHash === replicaSet.templateHash);
    const ill = observation?.verdict === "good" && leftInAlarm(observation) ? ", but in ALARM when last seen" : "";
    return `${replicaSet.name}: ${observation?.verdict ?? "never observed"}${ill}`;
  });
  return `no earlier release was observed good long enough (${verdicts.join(", ")})`;
}

function govern(facts: StrategyFacts, steps: readonly PlanStep[], problem: string | null): Governance {
  const { blueprint, switchState, trigger } = facts;
  const { rollback, scaling } = blueprint;
  const scaleTo = steps.find((step) => step.kind === "restore-scale")?.replicas ?? null;
  const inBounds = scaleTo === null || scaling === null || (scaleTo >= scaling.minReplicas && scaleTo <= scaling.maxReplicas);
  const byHand = trigger.kind === "manual" || trigger.kind === "mend";
  const checks: Check[] = [
    check("switch", switchState === "armed", switchState, "armed"),
    check("attempts", rollback.maxAttempts >= 1, `${rollback.maxAttempts} allowed`, "at least 1"),
    {
      rule: "bounds",
      outcome: scaleTo === null || scaling === null ? "not-checked" : inBounds ? "pass" : "fail",
      observed: `${scaleTo ?? "no scale"}`,
      limit: scaling === null ? "none" : `${scaling.minReplicas} to ${scaling.maxReplicas} replicas`,
    },
    check("target", problem === null, problem ?? steps.map((step) => step.id).join(", "), "a release or replica count observed good"),
    check(
      "automatic",
      rollback.automatic || byHand,
      rollback.automatic ? "automatic" : "needs approval",
      "automatic, or asked for by hand",
    ),
    ...["one-way", "quarantine", "breaker", "rate", "cooldown"].map(notChecked),
  ];
  const failed = checks.find((candidate) => candidate.outcome === "fail");
  const verdict = failed === undefined ? "allowed" : failed.rule === "automatic" ? "needs-approval" : "denied";
  return { verdict, rule: failed?.rule ?? null, checks };
}

function check(rule: string, passes: boolean, observed: string, limit: string): Check {
  return { rule, outcome: passes ? "pass" : "fail", observed, limit };
}

function notChecked(rule: string): Check {
  return { rule, outcome: "not-checked", observed: "not known to this version", limit: "" };
}

function stepClocks(blueprint: Blueprint, workload: WorkloadState, steps: number) {
  const { stabilizationSeconds } = blueprint.verification;
  const convergenceSeconds = Math.max(CONVERGENCE_SECONDS, workload.progressDeadlineSeconds);
  const wantedSeconds = convergenceSeconds + stabilizationSeconds + 2 * alarmClearSeconds(blueprint);
  const deadlineSeconds = Math.min(wantedSeconds, Math.floor(RUN_SECONDS / steps));
  const bakeSeconds = Math.min(20, Math.max(1, Math.ceil(stabilizationSeconds / 2)));
  return { bakeSeconds: Math.max(bakeSeconds, Math.ceil(deadlineSeconds / MAXIMUM_LOOKS)), deadlineSeconds };
}

/** How long alarms may need to go back to OK after a recovery: the longest window of the service plus two periods for data and tick. */
export function alarmClearSeconds(blueprint: Blueprint): number {
  return Math.max(0, ...blueprint.triggers.map((trigger) => (trigger.evaluationPeriods + 2) * trigger.periodSeconds));
}

function restoreStrategyStep(): PlanStep {
  return {
    id: RESTORE_STRATEGY,
    kind: "restore-strategy",
    target: null,
    replicas: null,
    onPass: FINISH,
    onFail: FINISH,
    bakeSeconds: 0,
    deadlineSeconds: 60,
  };
}

/** One readiness wave (not known beforehand: 10 s assumed) + stabilisation + the alarms' way back. */
function predictSeconds(blueprint: Blueprint, workload: WorkloadState | null): number {
  return 10 + (workload?.minReadySeconds ?? 0) + blueprint.verification.stabilizationSeconds + alarmClearSeconds(blueprint);
}

/** A deploy may change the replicas too; a plan takes back one of both, and a person must know. */
function fewerReplicas(steps: readonly PlanStep[], workload: WorkloadState | null): string[] {
  if (workload === null || workload.hpa !== null) return [];
  return steps.flatMap(({ id, target }) =>
    target === null || target.replicas <= workload.replicas
      ? []
      : [
          `${id}: this release was good with ${target.replicas} replicas, and ${workload.replicas} ${workload.replicas === 1 ? "is" : "are"} set: that stays`,
        ],
  );
}

function describeStep(step: PlanStep): string {
  switch (step.kind) {
    case "restore-template":
      return `${step.id}: back to ${step.target?.image} (ReplicaSet ${step.target?.replicaSet}), all new pods first, none taken away before`;
    case "restore-scale":
      return `${step.id}: back to ${step.replicas} replicas`;
    case "restore-strategy":
      return `${step.id}: the Deployment's own update strategy is put back`;
    default:
      return `${step.id}: ${step.action === undefined ? step.kind : describeAction(step.action)}`;
  }
}
