import { isRestoring } from "../plan-steps.ts";
import type { PlanStep } from "../rollback-document.ts";

/** Where the last step leads. Inside a segment: on to whatever follows it. */
export const FINISH = "finish";

/** Segments one after the other: what leads out of one (`finish`) leads to the first step of the next that has any. A restore that failed ends the plan. Ids must be unique. */
export function chain(segments: readonly (readonly PlanStep[])[]): PlanStep[] {
  const filled = segments.filter((segment) => segment.length > 0);
  return filled.flatMap((segment, index) => {
    const following = filled[index + 1]?.[0]?.id ?? FINISH;
    const onward = (label: string) => (label === FINISH ? following : label);
    // what did not bring the service back, or did not even get so far, needs no watching and no cleaning up
    const restores = segment.some(isRestoring);
    return segment.map((step) => ({ ...step, onPass: onward(step.onPass), onFail: restores ? step.onFail : onward(step.onFail) }));
  });
}

/** A step that is an action, with the clocks of one that is read back at once; both edges lead on unless they are given. */
export function actionStep(id: string, action: NonNullable<PlanStep["action"]>, more: Partial<PlanStep> = {}): PlanStep {
  return {
    id,
    kind: action.kind,
    action,
    target: null,
    replicas: null,
    onPass: FINISH,
    onFail: FINISH,
    bakeSeconds: 1,
    deadlineSeconds: 30,
    ...more,
  };
}
