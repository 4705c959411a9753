import type { Obstacles } from "../strategy.ts";
import { whyNotHold } from "./autoscaler-steps.ts";
import { whyNoCanary } from "./canary-steps.ts";
import { whyNotHalve } from "./halve-steps.ts";
import { restoreSteps } from "./restore-steps.ts";
import { whyNotShare } from "./share-steps.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

/** What keeps the strategies that need two versions side by side from being carried out. */
export function obstaclesOf(facts: StrategyFacts): Obstacles {
  return { gradual: whyNotGradual(facts), canary: whyNoCanary(facts) };
}

/** The router first, then the pods themselves. */
function whyNotGradual(facts: StrategyFacts): string | null {
  const router = whyNotHalve(facts);
  if (router === null) return null;
  const { workload } = facts.assessment;
  const pods = workload === null ? "there is no workload" : whyNotShare(workload, whyNotHold(facts));
  if (pods === null) return null;
  return facts.blueprint.traffic === null ? pods : `${router}, and ${pods}`;
}

/** An autoscaler whose bounds the plan itself brings back is not held: its earlier settings would be the changed ones. */
export function withoutChangedBounds(facts: StrategyFacts): StrategyFacts {
  const { surroundings } = facts;
  if (surroundings?.autoscaler == null || "problem" in surroundings.autoscaler) return facts;
  if (!restoreSteps(facts).steps.some(({ kind }) => kind === "restore-autoscaler")) return facts;
  return { ...facts, surroundings: { ...surroundings, autoscaler: { problem: "its bounds come back with the release" } } };
}
