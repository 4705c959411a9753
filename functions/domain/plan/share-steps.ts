import type { PlanStep } from "../rollback-document.ts";
import type { WorkloadState } from "../workload.ts";
import { actionStep } from "./chain.ts";
import { CONVERGENCE_SECONDS, RUN_SECONDS } from "./step-clocks.ts";

/** How long two versions run side by side before the rest follows (`gradual`: 10 minutes). */
export const SHARE_SECONDS = 600;
/** As many releases share a run at most. */
const MOST_TARGETS = 3;
/** No wait is longer: the lease is renewed on each look. */
const MOST_BAKE_SECONDS = 30;

/** Why two versions cannot share the traffic by their pods alone; null when they can. `notHeld`: why an autoscaler cannot be kept from taking pods away. */
export function whyNotShare(
  { kind, replicas, paused, strategy, flagger, hpa }: WorkloadState,
  notHeld: string | null = hpa === null ? null : `HorizontalPodAutoscaler ${hpa} would take the old pods away`,
): string | null {
  if (kind !== "Deployment") return `a ${kind} has no ReplicaSet beside the live one that could be scaled`;
  if (flagger !== undefined) return "Flagger moves the traffic of this workload";
  if (replicas < 2) return `${replicas} replica cannot be shared`;
  if (notHeld !== null) return notHeld;
  if (paused) return "the Deployment is paused already";
  if (strategy.type === "Recreate") return "strategy Recreate rules out two versions side by side";
  return strategy.maxSurge === "0" || strategy.maxSurge === "0%" ? "a surge of 0 rules out two versions side by side" : null;
}

/**
 * In place of one restored template: the rollout is paused with R - 1 old pods beside the R new ones, which halves the new version's share and nearly
 * doubles the pods; then it goes on towards the old template. Without signals of each version traffic is never given back, so there is no other way out.
 * The plain restore of the same template comes last, and only where the way to it was refused: see `plainRestore`.
 */
export function shareSteps(step: PlanStep, workload: WorkloadState, seconds: number): PlanStep[] {
  const { replicas, replicaSets } = workload;
  const { target, onPass, onFail, bakeSeconds, deadlineSeconds, judged } = step;
  if (target === null) return [step];
  const { templateHash, replicaSet } = target;
  const from = replicaSets.find((candidate) => candidate.templateHash === workload.templateHash)?.name;
  // What is watched before is not left for after: a run has an end.
  const rest = Math.min(deadlineSeconds, Math.floor(RUN_SECONDS / MOST_TARGETS) - seconds - CONVERGENCE_SECONDS);
  const resume = step.id.replace("restore-template", "resume");
  return [
    actionStep(
      step.id.replace("restore-template", "pause-at-share"),
      { kind: "pause-at-share", templateHash, replicaSet, replicas: replicas - 1, seconds, ...(from === undefined ? {} : { from }) },
      {
        onPass: resume,
        onFail: resume,
        bakeSeconds: Math.min(MOST_BAKE_SECONDS, Math.max(1, Math.ceil(seconds / 20))),
        deadlineSeconds: seconds + CONVERGENCE_SECONDS,
      },
    ),
    actionStep(
      resume,
      { kind: "resume", to: "restored", templateHash, replicaSet },
      { target, onPass, onFail, bakeSeconds, deadlineSeconds: rest, ...(judged === false ? { judged } : {}) },
    ),
    { ...step, deadlineSeconds: rest },
  ];
}

/** After a refused pause or a refused resume: the step that restores the same template without sharing. Undefined for other steps. */
export function plainRestore(steps: readonly PlanStep[], { action }: PlanStep): PlanStep | undefined {
  if (action?.kind !== "pause-at-share" && action?.kind !== "resume") return undefined;
  return steps.find(({ kind, target }) => kind === "restore-template" && target?.templateHash === action.templateHash);
}
