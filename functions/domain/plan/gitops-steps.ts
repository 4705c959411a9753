import type { PlanStep } from "../rollback-document.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

/** Before the restore: the controller that would re-apply the bad version is suspended. */
export function holdSteps(_facts: StrategyFacts): readonly PlanStep[] {
  return [];
}

/** After the restore: does it stay? */
export function driftSteps(_facts: StrategyFacts): readonly PlanStep[] {
  return [];
}

/** The whole plan of a `resume` request. */
export function resumeSteps(_facts: StrategyFacts): readonly PlanStep[] {
  return [];
}
