import type { Blueprint, Check, CheckPhase } from "../blueprint.ts";
import type { PlanStep } from "../rollback-document.ts";
import { actionStep, FINISH } from "./chain.ts";

/** The look that finds the Job's end comes a little later than it. */
const SLACK_SECONDS = 15;

/** The checks of one phase that are Jobs, for the plan's nth release or the new one that is kept. One that nobody calls critical is told and denies nothing. */
export function scriptSteps(
  { verification }: Blueprint,
  phase: CheckPhase,
  number: number | "kept",
  edges: { readonly onFail: string; readonly onInconclusive: string },
): PlanStep[] {
  return verification.checks.flatMap((check) => {
    if (check.type !== "script" || (check.phase ?? "health") !== phase) return [];
    const id = `check-${check.name.replaceAll("_", "-")}-${number}`;
    const action = {
      kind: "run-check",
      job: check.job,
      deadlineSeconds: check.timeoutSeconds,
      params: { STEP: id, CHECK: check.name },
    } as const;
    const clocks = { bakeSeconds: 2, deadlineSeconds: check.timeoutSeconds + SLACK_SECONDS };
    return [
      actionStep(
        id,
        action,
        denies(check) ? { ...clocks, ...edges, onPass: FINISH, phase } : { ...clocks, onPass: FINISH, onFail: FINISH },
      ),
    ];
  });
}

function denies({ critical, rollbackTrigger }: Check): boolean {
  return critical || rollbackTrigger;
}
