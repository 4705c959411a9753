import type { PlanStep } from "../rollback-document.ts";
import { actionStep } from "./chain.ts";
import type { StrategyFacts } from "./strategy-facts.ts";

/** Id of the step that gives the autoscaler back; of that after a restore that did not help, where no strategy has to come back; of that after the new release was kept. */
export const RELEASED = "release-autoscaler";
export const RELEASED_AFTER_FAILURE = "release-autoscaler-failed";
export const RELEASED_KEPT = "release-autoscaler-kept";

/** What is held: an autoscaler that would take pods away while the traffic is elsewhere. */
export interface HeldAutoscaler {
  readonly hpa: string;
  readonly minReplicas: number;
  readonly prior: string;
}

/** Null: there is none, or it cannot be held (`whyNotHold` says why). */
export function autoscalerToHold(facts: Pick<StrategyFacts, "assessment" | "surroundings">): HeldAutoscaler | null {
  const { workload } = facts.assessment;
  const read = facts.surroundings?.autoscaler ?? null;
  if (!workload?.hpa || read === null || "problem" in read || workload.replicas > read.maxReplicas) return null;
  return { hpa: read.hpa, minReplicas: workload.replicas, prior: read.prior };
}

/** Why the autoscaler that is there would take old pods away; null when there is none, or it can be held. */
export function whyNotHold(facts: Pick<StrategyFacts, "assessment" | "surroundings">): string | null {
  const { workload } = facts.assessment;
  if (!workload?.hpa || autoscalerToHold(facts) !== null) return null;
  const read = facts.surroundings?.autoscaler ?? null;
  const why =
    read === null
      ? ""
      : "problem" in read
        ? ` (${read.problem})`
        : ` (it allows ${read.maxReplicas} replicas, and there are ${workload.replicas})`;
  return `HorizontalPodAutoscaler ${workload.hpa} would take the old pods away${why}`;
}

/** No scaling down, and at least as many replicas as there are. */
export function holdAutoscaler(held: HeldAutoscaler, edges: Pick<PlanStep, "onPass" | "onFail">): PlanStep {
  return actionStep("hold-autoscaler", { kind: "hold-autoscaler", ...held }, edges);
}

/** Exactly the settings from before. */
export function releaseAutoscaler({ hpa, prior }: HeldAutoscaler, { id, ...edges }: Pick<PlanStep, "id" | "onPass" | "onFail">): PlanStep {
  return actionStep(id, { kind: "release-autoscaler", hpa, prior }, edges);
}
