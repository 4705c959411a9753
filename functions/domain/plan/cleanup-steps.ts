import type { PlanStep } from "../rollback-document.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

/** After a proven recovery: fields given back, and what the blueprint wants removed. */
export function cleanupSteps(_facts: StrategyFacts): readonly PlanStep[] {
  return [];
}
