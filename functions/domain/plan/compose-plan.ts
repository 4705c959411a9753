import { isRestoring } from "../plan-steps.ts";
import type { PlanStep, Strategy } from "../rollback-document.ts";
import {
  autoscalerToHold,
  type HeldAutoscaler,
  holdAutoscaler,
  RELEASED,
  RELEASED_AFTER_FAILURE,
  releaseAutoscaler,
} from "./autoscaler-steps.ts";
import { canarySteps, scaleAwaySteps } from "./canary-steps.ts";
import { chain, FINISH } from "./chain.ts";
import { cleanupSteps } from "./cleanup-steps.ts";
import { driftSteps, holdSteps } from "./gitops-steps.ts";
import { halveSteps, whyNotHalve } from "./halve-steps.ts";
import { confirmHooks, postHooks, preHooks } from "./hook-steps.ts";
import { closed, LABELS, linked } from "./labels.ts";
import { longestSeconds } from "./plan-length.ts";
import { prepareSteps } from "./prepare-steps.ts";
import { withProof } from "./proof-steps.ts";
import { noPrelude, type Prelude, protectSteps } from "./protect-steps.ts";
import { MAX_TARGETS, RESTORE_STRATEGY, type Room, restoreSteps } from "./restore-steps.ts";
import { leastSeconds, RUN_SECONDS, stepClocks } from "./step-clocks.ts";
import type { PlannedSteps, StrategyFacts } from "./strategy-facts.ts";
import { workloadSteps } from "./workload-steps.ts";

/**
 * The whole plan that takes a change back: hooks, what is done with the traffic, the hold of a GitOps controller, one segment for each release with its
 * proof, and what is tidied up after a proven recovery. Where all of it would take longer than a run may, the releases are watched for less time, and where
 * none could be proven in that there are fewer of them.
 */
export function composePlan(facts: StrategyFacts, strategy: Strategy): PlannedSteps {
  for (let most = MAX_TARGETS; most > 0; most -= 1) {
    const wanted = composed(facts, strategy, { most, otherSeconds: 0 });
    const over = longestSeconds(wanted.steps) - RUN_SECONDS;
    if (over <= 0 && (most === 1 || canBeProven(facts, wanted.steps))) return wanted;
    const other = longestSeconds(wanted.steps) - restoringSeconds(wanted.steps);
    const shorter = composed(facts, strategy, { most, otherSeconds: other });
    const isAccepted = longestSeconds(shorter.steps) <= RUN_SECONDS && canBeProven(facts, shorter.steps);
    if (isAccepted || most === 1) return shorter;
  }
  return composed(facts, strategy, { most: 1, otherSeconds: 0 });
}

/** Has each release the time that its alarms need? All share the same clocks; a pod share takes its part of them. */
function canBeProven({ assessment, blueprint }: StrategyFacts, steps: readonly PlanStep[]): boolean {
  const clocks = steps.filter((step) => isRestoring(step) && step.target !== null).map(({ deadlineSeconds }) => deadlineSeconds);
  return assessment.workload === null || clocks.length === 0 || Math.max(...clocks) >= leastSeconds(blueprint, assessment.workload);
}

/** What the releases themselves take on the longest way. */
function restoringSeconds(steps: readonly PlanStep[]): number {
  return longestSeconds(steps.map((step) => (isRestoring(step) && step.kind !== "watch" ? step : { ...step, deadlineSeconds: 0 })));
}

function composed(facts: StrategyFacts, strategy: Strategy, room: Room): PlannedSteps {
  const { steps, problem, notes = [] } = restoreSteps(facts, room);
  if (facts.assessment.change?.kind === "leftover") return { steps, problem };
  // what a shift of the traffic is taken back by brings the weights back itself
  const prelude = facts.assessment.change?.kind === "traffic" ? { ...noPrelude(facts), left: null } : preludeOf(facts, strategy);
  if (steps.length === 0) return withoutRelease(facts, strategy, prelude, problem);
  const { workload } = facts.assessment;
  const halves = strategy === "gradual" && whyNotHalve(facts) === null;
  const restoring = workloadSteps(prepareSteps(steps, facts.preflight, strategy), workload, {
    name: facts.blueprint.target.name,
    strategy,
    shares: strategy === "gradual" && !halves,
    shareSeconds: facts.blueprint.policy.clocks.gradualWatchSeconds,
    heldAutoscaler: autoscalerToHold(facts) !== null,
    stopped: prelude.steps.some(({ kind }) => kind === "abort-rollout"),
  });
  const shares = restoring.some(({ kind }) => kind === "pause-at-share");
  const hold = halves || shares ? autoscalerToHold(facts) : null;
  const proven = proofSegment(facts, restoring, prelude, hold);
  const main = chain([
    holdSteps(facts),
    shares && hold !== null ? heldFirst(proven, hold) : proven,
    driftSteps(facts),
    cleanupSteps(facts, restoring),
    postHooks(facts.blueprint),
  ]);
  return { steps: around(facts, prelude, main), problem, notes: [...notes, ...prelude.notes] };
}

function preludeOf(facts: StrategyFacts, strategy: Strategy): Prelude {
  switch (strategy) {
    case "immediate":
      return protectSteps(facts);
    case "fast":
      return noPrelude(facts);
    case "gradual":
      return whyNotHalve(facts) === null ? halveSteps(facts) : noPrelude(facts);
    case "canary":
      return canarySteps(facts);
  }
}

/** Restore, proof, confirmation, and what is given back: on every way, also on that of a release that did not help. */
function proofSegment(
  facts: StrategyFacts,
  restoring: readonly PlanStep[],
  prelude: Prelude,
  hold: HeldAutoscaler | null,
): readonly PlanStep[] {
  const writesTemplate = restoring.some(({ id }) => id === RESTORE_STRATEGY);
  const end = writesTemplate ? RESTORE_STRATEGY : FINISH;
  const confirm = confirmHooks(facts.blueprint);
  const steps = withProof(restoring, facts, prelude, end, confirm[0]?.id ?? LABELS.proven);
  const release = hold === null ? [] : [releaseAutoscaler(hold, { id: RELEASED, onPass: end, onFail: end })];
  // Where no strategy has to come back, nothing else would end the way of a release that did not help.
  const failed =
    hold === null || writesTemplate
      ? []
      : [releaseAutoscaler(hold, { id: RELEASED_AFTER_FAILURE, onPass: LABELS.ends, onFail: LABELS.ends })];
  const strategy = steps.filter(({ id }) => id === RESTORE_STRATEGY);
  const before = steps.filter(({ id }) => id !== RESTORE_STRATEGY);
  return linked([...before, ...confirm, ...release, ...failed, ...strategy], {
    [LABELS.proven]: release[0]?.id ?? end,
    [LABELS.failed]: failed[0]?.id ?? (writesTemplate ? (release[0]?.id ?? end) : LABELS.ends),
  });
}

/** Before the pods share the traffic: an autoscaler that is not held would take the old ones away, so the plain restore follows then. */
function heldFirst(steps: readonly PlanStep[], hold: HeldAutoscaler): readonly PlanStep[] {
  const share = steps.findIndex(({ kind }) => kind === "pause-at-share");
  const pause = steps[share];
  if (pause === undefined || pause.action?.kind !== "pause-at-share") return steps;
  const { templateHash } = pause.action;
  const plain = steps.find(({ kind, target }) => kind === "restore-template" && target?.templateHash === templateHash)?.id ?? pause.id;
  const led = steps.map((step) => (step.onPass === pause.id ? { ...step, onPass: "hold-autoscaler" } : step));
  return [...led.slice(0, share), holdAutoscaler(hold, { onPass: pause.id, onFail: plain }), ...led.slice(share)];
}

/** Hooks and the traffic's steps in front, and every label an id. */
function around(facts: StrategyFacts, prelude: Prelude, main: readonly PlanStep[]): PlanStep[] {
  const restore = main[0]?.id ?? FINISH;
  const kept = main.find(({ id }) => id.startsWith("hook-post-"))?.id ?? FINISH;
  const pre = preHooks(facts.blueprint, prelude.steps[0]?.id ?? restore);
  return closed(linked([...pre, ...prelude.steps, ...main], { [LABELS.restore]: restore, [LABELS.kept]: kept }));
}

/** A canary that has no earlier release is not left running; any other change without one has no plan. */
function withoutRelease(facts: StrategyFacts, strategy: Strategy, prelude: Prelude, problem: string | null): PlannedSteps {
  const { workload } = facts.assessment;
  const away = strategy === "canary" && workload !== null ? scaleAwaySteps(facts, stepClocks(facts.blueprint, workload, 1)) : [];
  if (away.length === 0) return { steps: [], problem };
  return {
    steps: around(facts, prelude, away),
    problem: null,
    notes: [...prelude.notes, `the canary has no earlier release (${problem}): it is scaled away`],
  };
}
