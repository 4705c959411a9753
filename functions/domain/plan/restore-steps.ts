import type { Blueprint } from "../blueprint.ts";
import { isRunnable } from "../preflight.ts";
import type { ReleaseObservation } from "../release-observation.ts";
import type { Change, PlanStep } from "../rollback-document.ts";
import { sameShares } from "../traffic.ts";
import type { WorkloadState } from "../workload.ts";
import { isAimed } from "./asked-target.ts";
import { FINISH } from "./chain.ts";
import { noTarget, planTargets } from "./plan-targets.ts";
import { releaseSegment } from "./release-segments.ts";
import { armsOf, goalOf } from "./route-facts.ts";
import { stepClocks } from "./step-clocks.ts";
import type { PlannedSteps, StrategyFacts } from "./strategy-facts.ts";
import { inSequence } from "./target-sequence.ts";
import { weightsStep } from "./weights-step.ts";

/** Targets of one plan, in order of preference. */
export const MAX_TARGETS = 3;
/** The id of the step that puts the workload's own strategy back; a restoring segment that writes a template always ends with it. */
export const RESTORE_STRATEGY = "restore-strategy";

/** How many releases at most, and what the rest of the plan takes of the run. */
export interface Room {
  readonly most: number;
  readonly otherSeconds: number;
}

/** The steps that take the suspected change back, or why there are none. They end with `restore-strategy` where a template is written. */
export function restoreSteps(facts: StrategyFacts, room: Room = { most: MAX_TARGETS, otherSeconds: 0 }): PlannedSteps {
  const { change, workload } = facts.assessment;
  if (change === null || workload === null) return { steps: [], problem: "no suspected change: there is nothing to take back" };
  switch (change.kind) {
    case "leftover":
      return { steps: [restoreStrategyStep()], problem: null };
    case "scale":
      return scaleSteps(change, workload, facts.observations, facts.blueprint);
    case "deploy":
    case "config":
      return releaseSteps(facts, workload, room);
    case "traffic":
      return trafficSteps(facts, workload);
    case "held":
      return { steps: [], problem: null };
  }
}

/** One segment for each release to go back to, in order of preference; what cannot come back as a whole is no target. */
function releaseSteps(facts: StrategyFacts, workload: WorkloadState, { most, otherSeconds }: Room): PlannedSteps {
  const { blueprint, observations, preflight } = facts;
  const { targets: good, barred } = planTargets(facts, workload);
  if (good.length === 0) {
    const asked = isAimed(facts.trigger.request);
    return { steps: [], problem: asked ? barred.join("; ") : noTarget(workload, observations, barred) };
  }
  const whole = good.filter(({ restore }) => restore === null || restore.refused.length === 0);
  if (whole.length === 0) return { steps: [], problem: good.flatMap(({ restore }) => restore?.refused ?? []).join("; ") };
  const runnable = whole.filter(({ target }) => isRunnable(preflight, target.templateHash));
  if (runnable.length === 0) return { steps: [], problem: "none of the earlier good releases could run now, see the preflight" };
  const targets = inSequence(runnable.slice(0, Math.min(most, blueprint.rollback.maxAttempts)), facts);
  const clocks = stepClocks(blueprint, workload, targets.length, otherSeconds);
  const writesTemplate = targets.some(({ restore }) => restore?.template !== false);
  const end = writesTemplate ? RESTORE_STRATEGY : FINISH;
  const segments = targets.map((target, index) => releaseSegment(target, index + 1, clocks, { onPass: end, onFail: end, stop: end }));
  const steps = segments.flatMap((segment, index) => {
    const next = segments[index + 1]?.[0]?.id ?? end;
    return segment.map((step, position) => (position === segment.length - 1 ? { ...step, onFail: next } : step));
  });
  return {
    steps: writesTemplate ? [...steps, restoreStrategyStep()] : steps,
    problem: null,
    notes: [...new Set(targets[0]?.restore?.kept ?? [])],
  };
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

/** The weights of the release before, at once: what gets traffic back had it while all was well. */
function trafficSteps(facts: StrategyFacts, workload: WorkloadState): PlannedSteps {
  const { change } = facts.assessment;
  const arms = armsOf(facts);
  if (arms === null || "problem" in arms) return { steps: [], problem: arms?.problem ?? "the blueprint names no router" };
  const goal = goalOf(facts, arms, change?.fromRelease ?? null);
  if (goal === null) return { steps: [], problem: `nobody knows the weights of ${arms.route.name} before` };
  if (sameShares(goal, arms.shares)) return { steps: [], problem: `the weights of ${arms.route.name} are what they were` };
  const clocks = stepClocks(facts.blueprint, workload, 1);
  return { steps: [weightsStep("restore-weights-1", arms, { from: arms.shares, to: goal }, { ...clocks, judged: true })], problem: null };
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
