import type { PlanStep } from "../rollback-document.ts";
import type { Shares } from "../traffic.ts";
import { actionStep } from "./chain.ts";
import { LABELS } from "./labels.ts";
import { type Arms, allTo, readArms } from "./route-facts.ts";
import type { StrategyFacts } from "./strategy-facts.ts";
import { weightsStep } from "./weights-step.ts";

/** The template is not written later than this because a route is slow to say that it has followed: it was asked, and the rest follows. */
const PROTECT_SECONDS = 10;

/** What a plan does with the traffic before the change is taken back, and what the shares are after it. */
export interface Prelude {
  readonly steps: readonly PlanStep[];
  /** Shares when the restore begins, unless a step was refused; null where no router is known. */
  readonly left: Shares | null;
  /** All traffic is at the maintenance backend when the restore begins. */
  readonly maintained: boolean;
  /** For people. */
  readonly notes: readonly string[];
}

/** Nothing before the restore. */
export function noPrelude(facts: StrategyFacts): Prelude {
  return { steps: [], left: readArms(facts)?.shares ?? null, maintained: false, notes: [] };
}

/**
 * `immediate`: users first. All of them to the maintenance page where the blueprint wants that and the incident is critical, else (or where that is refused)
 * to the stable arm, in one call each. None of it keeps the template waiting: a refusal leads on.
 */
export function protectSteps(facts: StrategyFacts): Prelude {
  const arms = readArms(facts);
  const nothing = noPrelude(facts);
  if (arms === null || !changesPods(facts)) return nothing;
  const protects = isShiftable(arms) ? [shiftAway(arms)] : [];
  const left = protects.length === 0 ? arms.shares : allTo(arms.stable, arms.shares);
  const maintenance = facts.blueprint.traffic?.maintenance ?? null;
  if (maintenance === null || facts.assessment.severity !== "critical") return { ...nothing, steps: protects, left };
  const { backend } = maintenance;
  const on = actionStep(
    "maintenance-on",
    { kind: "maintenance", set: "on", route: { ...arms.route }, backend, prior: arms.prior },
    { onPass: LABELS.restore, onFail: protects[0]?.id ?? LABELS.restore, deadlineSeconds: PROTECT_SECONDS },
  );
  return {
    steps: [on, ...protects],
    left: arms.shares,
    maintained: true,
    notes: [`maintenance is downtime: it is lifted only after the restored release has passed its checks`],
  };
}

/** The new version gets traffic that can be taken from it at once. A Rollout is aborted, and Flagger follows its target. */
export function isShiftable({ capabilities, canaryShare }: Arms): boolean {
  return capabilities.controller === null && canaryShare > 0;
}

/** Is it the pods that were changed? A replica count is not better on the other arm. */
export function changesPods({ assessment }: Pick<StrategyFacts, "assessment">): boolean {
  return assessment.change?.kind === "deploy" || assessment.change?.kind === "config";
}

function shiftAway(arms: Arms): PlanStep {
  const to = allTo(arms.stable, arms.shares);
  return weightsStep(
    "traffic-to-stable",
    arms,
    { from: arms.shares, to },
    { onPass: LABELS.restore, onFail: LABELS.restore, deadlineSeconds: PROTECT_SECONDS },
  );
}
