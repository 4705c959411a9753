import type { Blueprint } from "../blueprint.ts";
import type { PlanStep } from "../rollback-document.ts";
import type { Hook, Hooks } from "../rollback-policy.ts";
import { actionStep, FINISH } from "./chain.ts";
import { inRow, LABELS } from "./labels.ts";

/** A Job or a function answers within its own time; the look that finds the answer comes a little later. */
const SLACK_SECONDS = 15;

/** Before anything is written. A hook that fails ends the plan there. */
export function preHooks({ policy }: Blueprint, after: string): PlanStep[] {
  return inRow(stepsOf("pre", policy.hooks, { onFail: LABELS.ends }), after);
}

/** After the recovery was measured. A hook that fails denies it: what is ours is given back, and a person is called. */
export function confirmHooks({ policy }: Blueprint): PlanStep[] {
  // a phase makes it part of the proof
  return inRow(stepsOf("confirm", policy.hooks, { onFail: LABELS.failed, phase: "health" }), LABELS.proven);
}

/** At the end of a proven recovery. A failure is a note. */
export function postHooks({ policy }: Blueprint): PlanStep[] {
  return stepsOf("post", policy.hooks, {});
}

function stepsOf(phase: keyof Hooks, hooks: Hooks, more: Partial<PlanStep>): PlanStep[] {
  return hooks[phase].map((hook) =>
    actionStep(`hook-${phase}-${hook.name}`, actionOf(phase, hook), {
      onPass: FINISH,
      onFail: FINISH,
      bakeSeconds: 2,
      deadlineSeconds: hook.timeoutSeconds + SLACK_SECONDS,
      ...more,
    }),
  );
}

function actionOf(phase: keyof Hooks, { name, run, timeoutSeconds }: Hook): NonNullable<PlanStep["action"]> {
  if (run.kind === "function")
    return { kind: "invoke-hook", hook: name, phase, functionArn: run.functionArn, deadlineSeconds: timeoutSeconds };
  return { kind: "run-check", job: run.job, deadlineSeconds: timeoutSeconds, params: { HOOK: name, PHASE: phase } };
}
