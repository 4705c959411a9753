import type { PlanStep } from "../rollback-document.ts";
import { type Shares, sameShares } from "../traffic.ts";
import { actionStep } from "./chain.ts";
import { GIVE_BACK_PARTS } from "./halve-steps.ts";
import { LABELS } from "./labels.ts";
import { isShiftable, type Prelude } from "./protect-steps.ts";
import { type Arms, allTo, between, goalOf, readArms } from "./route-facts.ts";
import { alarmClearSeconds } from "./step-clocks.ts";
import type { StrategyFacts } from "./strategy-facts.ts";
import { watchStep } from "./watch-steps.ts";
import { weightsStep } from "./weights-step.ts";

/** What brings the traffic of a proven release back, and the way out should that go wrong. */
export interface Returning {
  readonly steps: readonly PlanStep[];
  /** Where later phases lead that fail with the traffic back; null where nothing was moved. */
  readonly wayOut: string | null;
}

/** For pods that restart under the load, and for data to arrive. */
const LIFTED_SECONDS = 300;

interface Around {
  readonly number: number;
  /** The step after the traffic is back. */
  readonly next: string;
  /** Where a release leads that did not help. */
  readonly failed: string;
  /** Something is looked at once the traffic is back. */
  readonly watched: boolean;
  readonly releaseHash: string | null;
  /** The step that has restored the release. */
  readonly restored?: PlanStep | undefined;
}

/**
 * After the nth release has passed its checks: the maintenance lifted, then the weights of the good release, both in steps. An arm without enough ready
 * endpoints is refused by the write itself, and what a step could not do stays as it is, with a note.
 */
export function returnSteps(facts: StrategyFacts, { left, maintained }: Prelude, around: Around): Returning {
  const arms = readArms(facts);
  if (arms === null || left === null) return { steps: [], wayOut: null };
  const goal = goalOf(facts, arms, around.releaseHash);
  const back = goal === null || sameShares(left, goal) ? [] : stagesOf(arms, left, goal);
  const weights = weightSteps(facts, arms, { left, stages: back }, around);
  const lift = maintained ? liftSteps(facts, arms, { ...around, next: weights[0]?.id ?? around.next }) : [];
  return { steps: [...lift, ...weights], wayOut: around.watched ? (weights.at(-1)?.id ?? null) : null };
}

function stagesOf({ capabilities }: Arms, from: Shares, goal: Shares): Shares[] {
  if (capabilities.weights !== "continuous") return [goal];
  const stages = Array.from({ length: GIVE_BACK_PARTS }, (_, index) => between(from, goal, (index + 1) / GIVE_BACK_PARTS));
  return stages.filter((stage, index) => !sameShares(stage, index === 0 ? from : (stages[index - 1] ?? from)));
}

/** Each stage and, until the last, a watch; the way out of each at the end, since nothing leads there but an edge. */
function weightSteps(
  { blueprint }: StrategyFacts,
  arms: Arms,
  { left, stages }: { readonly left: Shares; readonly stages: readonly Shares[] },
  { number, next, failed, watched }: Around,
): PlanStep[] {
  const { trafficStepSeconds } = blueprint.policy.clocks;
  const stageId = (index: number) => `return-weights-${number}-${index + 1}`;
  const outId = (index: number) => `protect-again-${number}-${index + 1}`;
  const there = stages.flatMap((to, index) => {
    const isLast = index === stages.length - 1;
    const onPass = isLast ? next : `watch-weights-${number}-${index + 1}`;
    const shift = weightsStep(stageId(index), arms, { from: stages[index - 1] ?? left, to }, { onPass, onFail: next });
    const edges = { onPass: stageId(index + 1), onFail: outId(index), onWorse: outId(index), onInconclusive: stageId(index + 1) };
    return isLast ? [shift] : [shift, watchStep(onPass, trafficStepSeconds, edges)];
  });
  const outOf = watched ? stages : stages.slice(0, -1);
  const out = outOf.map((from, index) => weightsStep(outId(index), arms, { from, to: left }, { onPass: failed, onFail: failed }));
  return [...there, ...out];
}

/** Everything that the page got goes back part by part, then the route is exactly what it was: the last write puts back also what no share tells. */
function liftSteps(facts: StrategyFacts, arms: Arms, around: Around): PlanStep[] {
  const { blueprint } = facts;
  const { number, failed } = around;
  const backend = blueprint.traffic?.maintenance?.backend ?? "";
  const off = Object.fromEntries(Object.keys(arms.shares).map((arm) => [arm, 0]));
  const before = { ...arms.shares, [backend]: 0 };
  const lift = `lift-maintenance-${number}`;
  const refused = refusedSteps(facts, arms, around);
  const last = actionStep(
    lift,
    { kind: "maintenance", set: "lift", route: { ...arms.route }, backend, prior: arms.prior },
    { onPass: `verify-lifted-${number}`, onFail: refused[0]?.id ?? `verify-lifted-${number}` },
  );
  const judged = [...refused, ...liftedSteps(facts, last, around)];
  if (arms.capabilities.weights !== "continuous") return [last, ...judged];
  const { trafficStepSeconds } = blueprint.policy.clocks;
  const count = GIVE_BACK_PARTS - 1;
  const stages = Array.from({ length: count }, (_, index) => between({ ...off, [backend]: 100 }, before, (index + 1) / GIVE_BACK_PARTS));
  const some = stages.flatMap((to, index) => {
    const from = stages[index - 1] ?? { ...off, [backend]: 100 };
    const watch = `watch-lift-${number}-${index + 1}`;
    const onward = index === count - 1 ? lift : `lift-part-${number}-${index + 2}`;
    return [
      weightsStep(`lift-part-${number}-${index + 1}`, arms, { from, to }, { onPass: watch, onFail: lift }),
      watchStep(watch, trafficStepSeconds, { onPass: onward, onFail: failed, onWorse: failed, onInconclusive: onward }),
    ];
  });
  return [...some, last, ...judged];
}

/**
 * Where the page was refused the traffic went to the stable arm instead, and there is nothing to lift: it comes back from there, if the good release's
 * weights are known. After a page that could not be lifted the arm has not all the traffic, and the step is not applied.
 */
function refusedSteps(facts: StrategyFacts, arms: Arms, { number, releaseHash }: Around): PlanStep[] {
  if (!isShiftable(arms) || goalOf(facts, arms, releaseHash) === null) return [];
  const judged = `verify-lifted-${number}`;
  const shift = { from: allTo(arms.stable, arms.shares), to: arms.shares };
  return [weightsStep(`return-refused-${number}`, arms, shift, { onPass: judged, onFail: judged })];
}

/**
 * The page had the traffic, so nothing of the service was measured: with the traffic back the release is judged once more, by every health check and alarm.
 * A release that fails goes behind the page again.
 */
function liftedSteps({ blueprint }: StrategyFacts, lift: PlanStep, { number, next, failed, restored }: Around): PlanStep[] {
  if (lift.action?.kind !== "maintenance") return [];
  const { stabilizationSeconds } = blueprint.verification;
  const again = `maintain-again-${number}`;
  return [
    watchStep(`verify-lifted-${number}`, stabilizationSeconds, {
      deadlineSeconds: stabilizationSeconds + alarmClearSeconds(blueprint) + LIFTED_SECONDS,
      judged: true,
      phase: "health",
      target: restored?.target ?? null,
      replicas: restored?.replicas ?? null,
      onPass: next,
      onFail: again,
      onWorse: again,
      onInconclusive: LABELS.failed,
    }),
    actionStep(again, { ...lift.action, set: "on" }, { onPass: failed, onFail: failed }),
  ];
}
