import type { Blueprint } from "../blueprint.ts";
import type { PlanStep } from "../rollback-document.ts";
import type { WorkloadState } from "../workload.ts";

/** Convergence after a write: the longer of this and the workload's progress deadline (seed 002). */
export const CONVERGENCE_SECONDS = 120;
/** All restoring steps together watch at most this long: the machine's own timeout (4 h) would cut the run off without a record. */
export const RUN_SECONDS = 3.5 * 3600;
/** Looks of one step at most: a run has 25,000 history events, and a look makes nine. */
const MAXIMUM_LOOKS = 600;

/** Pause before each look at a restoring step, and how long it is looked at; `steps` is how many share what the rest of the plan (`otherSeconds`) leaves of the run. */
export function stepClocks(
  blueprint: Blueprint,
  workload: WorkloadState,
  steps: number,
  otherSeconds = 0,
): Pick<PlanStep, "bakeSeconds" | "deadlineSeconds"> {
  const { stabilizationSeconds } = blueprint.verification;
  const convergenceSeconds = Math.max(CONVERGENCE_SECONDS, workload.progressDeadlineSeconds);
  const wantedSeconds = convergenceSeconds + stabilizationSeconds + 2 * alarmClearSeconds(blueprint);
  const deadlineSeconds = Math.min(wantedSeconds, Math.max(CONVERGENCE_SECONDS, Math.floor((RUN_SECONDS - otherSeconds) / steps)));
  const { intervalSeconds } = blueprint.verification.phases.health;
  const bakeSeconds = Math.min(20, intervalSeconds, Math.max(1, Math.ceil(stabilizationSeconds / 2)));
  return { bakeSeconds: Math.max(bakeSeconds, Math.ceil(deadlineSeconds / MAXIMUM_LOOKS)), deadlineSeconds };
}

/** A release cannot be proven in less: it converges, is stable for its time, and every alarm has had time to clear since. */
export function leastSeconds(blueprint: Blueprint, { progressDeadlineSeconds }: Pick<WorkloadState, "progressDeadlineSeconds">): number {
  const convergenceSeconds = Math.max(CONVERGENCE_SECONDS, progressDeadlineSeconds);
  return convergenceSeconds + blueprint.verification.stabilizationSeconds + alarmClearSeconds(blueprint);
}

/** How long alarms may need to go back to OK after a recovery: the longest window of the service plus two periods for data and tick. */
export function alarmClearSeconds(blueprint: Blueprint): number {
  return Math.max(0, ...blueprint.triggers.map((trigger) => (trigger.evaluationPeriods + 2) * trigger.periodSeconds));
}
