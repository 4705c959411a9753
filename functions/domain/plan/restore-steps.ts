import type { Blueprint } from "../blueprint.ts";
import { isRunnable, type Preflight } from "../preflight.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import type { Change, PlanStep, PlanTarget } from "../rollback-document.ts";
import type { WorkloadState } from "../workload.ts";
import { FINISH } from "./chain.ts";
import { stepClocks } from "./step-clocks.ts";
import type { PlannedSteps, StrategyFacts } from "./strategy-facts.ts";

/** Targets of one plan, in order of preference. */
const MAX_TARGETS = 3;
/** The id of the step that puts the workload's own strategy back; a restoring segment that writes a template always ends with it. */
export const RESTORE_STRATEGY = "restore-strategy";

/** The steps that take the suspected change back, or why there are none. They end with `restore-strategy` where a template is written. */
export function restoreSteps({ assessment, observations, blueprint, preflight }: StrategyFacts): PlannedSteps {
  const { change, workload } = assessment;
  if (change === null || workload === null) return { steps: [], problem: "no suspected change: there is nothing to take back" };
  switch (change.kind) {
    case "leftover":
      return { steps: [restoreStrategyStep()], problem: null };
    case "scale":
      return scaleSteps(change, workload, observations, blueprint);
    case "deploy":
      return deploySteps(workload, observations, blueprint, preflight);
    case "config":
      return { steps: [], problem: "a change of the configuration cannot be taken back yet" };
    case "held":
      return { steps: [], problem: null };
  }
}

function deploySteps(
  workload: WorkloadState,
  observations: readonly ReleaseObservation[],
  blueprint: Blueprint,
  preflight: Preflight | null,
) {
  const good = rollbackTargets(workload, observations).slice(0, Math.min(MAX_TARGETS, blueprint.rollback.maxAttempts));
  if (good.length === 0) return { steps: [], problem: noTarget(workload, observations) };
  const targets = good.filter(({ templateHash }) => isRunnable(preflight, templateHash));
  if (targets.length === 0) return { steps: [], problem: "none of the earlier good releases could run now, see the preflight" };
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
