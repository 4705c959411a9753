import { VERIFY_KEPT } from "../plan-steps.ts";
import type { PlanStep } from "../rollback-document.ts";
import type { Shares } from "../traffic.ts";
import { autoscalerToHold, holdAutoscaler, RELEASED_KEPT, releaseAutoscaler } from "./autoscaler-steps.ts";
import { keptProof } from "./kept-proof.ts";
import { LABELS } from "./labels.ts";
import { changesPods, noPrelude, type Prelude } from "./protect-steps.ts";
import { type Arms, allTo, armsOf, readArms, withCanaryAt } from "./route-facts.ts";
import type { StrategyFacts } from "./strategy-facts.ts";
import { analyseStep, watchStep } from "./watch-steps.ts";
import { weightsStep } from "./weights-step.ts";

/** Traffic is given back in steps of this part of the way. */
export const GIVE_BACK_PARTS = 4;

/** Why the new version's traffic cannot be halved by the router; null when it can. */
export function whyNotHalve(facts: StrategyFacts): string | null {
  const arms = armsOf(facts);
  if (arms === null) return "the blueprint names no router";
  if ("problem" in arms) return arms.problem;
  if (arms.capabilities.weights !== "continuous") return `${arms.route.router} cannot be asked for any share`;
  if (!changesPods(facts)) return "the pods were not changed";
  return arms.canaryShare < 2 ? `${arms.canary} gets ${arms.canaryShare} % of the traffic: there is nothing to halve` : null;
}

/**
 * `gradual` with a router: the new version's traffic is halved and watched. Less load improves anything, so the traffic comes back only where the judge
 * has compared the two arms by signals of their own, and a step at a time; then the new release is kept. Every other way leads to the stable arm and to
 * the restore.
 */
export function halveSteps(facts: StrategyFacts): Prelude {
  const arms = readArms(facts);
  if (arms === null) return noPrelude(facts);
  const { clocks } = facts.blueprint.policy;
  const hold = autoscalerToHold(facts);
  const half = withCanaryAt(Math.floor(arms.canaryShare / 2), arms);
  const judged = facts.blueprint.traffic?.perArmSignals === true;
  // whoever serves the route may be slow to confirm a step, or has refused it: then the shares before or after it are there
  const out = toStable("traffic-to-stable", arms, half, [arms.shares, ...(judged ? stagesBack(arms, half).slice(0, 1) : [])]);
  const back = judged ? giveBack(arms, half, facts) : [];
  const steps = [
    ...(hold === null ? [] : [holdAutoscaler(hold, { onPass: "halve-traffic", onFail: "halve-traffic" })]),
    weightsStep("halve-traffic", arms, { from: arms.shares, to: half }, { onPass: "watch-halved", onFail: out.id }),
    watchStep("watch-halved", clocks.gradualWatchSeconds, { onPass: judged ? "analyse-arms" : out.id, ...elsewhere(out.id) }),
    ...(judged
      ? [
          analyseStep("analyse-arms", "arms", Math.min(clocks.gradualWatchSeconds, clocks.canaryAnalyseSeconds), {
            onPass: back[0]?.id ?? out.id,
            ...elsewhere(out.id),
          }),
        ]
      : []),
    out,
    ...back,
    ...(judged && hold !== null ? [releaseAutoscaler(hold, { id: RELEASED_KEPT, onPass: LABELS.kept, onFail: LABELS.kept })] : []),
  ];
  return { steps, left: allTo(arms.stable, arms.shares), maintained: false, notes: neverBack(facts, judged) };
}

/** Why the plan will end in the restore, where that is known beforehand. */
function neverBack({ blueprint }: StrategyFacts, judged: boolean): string[] {
  if (!judged)
    return ["without signals of each arm (traffic.per_arm_signals) traffic is never given back: the watch always ends in the restore"];
  if (blueprint.traffic?.armSignals !== undefined) return [];
  return [
    "the blueprint names no signals of the two arms (traffic.arm_signals): the judge has nothing to compare, and the watch ends in the restore",
  ];
}

/** The shares of each step on the way back from half. */
function stagesBack(arms: Arms, half: Shares): readonly Shares[] {
  const halved = half[arms.canary] ?? 0;
  const shares = [...new Set(parts().map((part) => halved + Math.round((arms.canaryShare - halved) * part)))];
  return shares.filter((share) => share > halved).map((share) => withCanaryAt(share, arms));
}

/** In steps, capacity first: the write itself refuses an arm without enough ready endpoints. Whatever goes wrong leads out at the shares that are there then. */
function giveBack(arms: Arms, half: Shares, facts: StrategyFacts): PlanStep[] {
  const { trafficStepSeconds } = facts.blueprint.policy.clocks;
  const stages = stagesBack(arms, half);
  const kept = autoscalerToHold(facts) === null ? LABELS.kept : RELEASED_KEPT;
  const proof = keptProof(facts, { out: `traffic-to-stable-${stages.length}`, kept });
  return stages.flatMap((to, index) => {
    const number = index + 1;
    const from = stages[index - 1] ?? half;
    const isLast = number === stages.length;
    const out = toStable(`traffic-to-stable-${number}`, arms, to, stages.slice(number, number + 1));
    const before = index === 0 ? "traffic-to-stable" : `traffic-to-stable-${index}`;
    const watch = isLast
      ? watchStep(VERIFY_KEPT, trafficStepSeconds, {
          ...keptClocks(facts),
          judged: true,
          phase: "health",
          onPass: proof[0]?.id ?? kept,
          ...elsewhere(out.id),
        })
      : watchStep(`watch-returned-${number}`, trafficStepSeconds, { onPass: `return-traffic-${number + 1}`, ...elsewhere(out.id) });
    return [
      weightsStep(`return-traffic-${number}`, arms, { from, to }, { onPass: watch.id, onFail: before }),
      watch,
      ...(isLast ? proof : []),
      out,
    ];
  });
}

/** The new release is judged like a restored one: stable for its time, then by every check and alarm; Jobs, phases and hooks follow. */
function keptClocks({ blueprint }: StrategyFacts): Pick<PlanStep, "deadlineSeconds"> {
  const { clocks } = blueprint.policy;
  return { deadlineSeconds: clocks.trafficStepSeconds + blueprint.verification.stabilizationSeconds + KEPT_SECONDS };
}

/** For alarms to go back to OK and data to arrive. */
const KEPT_SECONDS = 300;

function parts(): readonly number[] {
  return Array.from({ length: GIVE_BACK_PARTS }, (_, index) => (index + 1) / GIVE_BACK_PARTS);
}

/** Worse, failed or nobody can tell: the same way out, at once. */
function elsewhere(label: string): Pick<PlanStep, "onFail" | "onWorse" | "onInconclusive"> {
  return { onFail: label, onWorse: label, onInconclusive: label };
}

function toStable(id: string, arms: Arms, from: Shares, orFrom: readonly Shares[]): PlanStep {
  return weightsStep(
    id,
    arms,
    { from, to: allTo(arms.stable, arms.shares), ...(orFrom.length === 0 ? {} : { orFrom }) },
    { onPass: LABELS.restore, onFail: LABELS.restore, deadlineSeconds: 10 },
  );
}
