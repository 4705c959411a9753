import type { ClusterAction } from "./cluster-action.ts";
import type { Plan } from "./rollback-document.ts";

/** A team's own function, and what it is told. */
export interface HookCall {
  readonly functionArn: string;
  readonly deadlineSeconds: number;
  /** The same for every try of one step: a hook that is called twice can tell by it. */
  readonly callId: string;
  /** The event. Names and numbers only. */
  readonly payload: HookPayload;
}

export interface HookPayload {
  readonly service: string;
  readonly incident: string;
  readonly hook: string;
  readonly phase: "pre" | "confirm" | "post";
  readonly callId: string;
  readonly plan: {
    readonly strategy: string;
    /** First 12 hex of what was allowed or approved; null where nothing says so. */
    readonly planHash: string | null;
    readonly steps: readonly string[];
    /** Images that the plan brings back, in the order in which it tries them. */
    readonly images: readonly string[];
  };
}

/** What a hook of a plan is told. */
export function hookCall(
  action: Extract<ClusterAction, { kind: "invoke-hook" }>,
  run: { readonly service: string; readonly incidentId: string; readonly stepId: string; readonly execution: string; readonly plan: Plan },
): HookCall {
  const { service, incidentId, stepId, execution, plan } = run;
  const callId = `${execution}/${stepId}`;
  const { hook, phase, functionArn, deadlineSeconds } = action;
  return {
    functionArn,
    deadlineSeconds,
    callId,
    payload: {
      service,
      incident: incidentId,
      hook,
      phase,
      callId,
      plan: {
        strategy: plan.strategy,
        planHash: plan.governance.planHash ?? null,
        steps: plan.steps.map(({ id }) => id),
        images: [...new Set(plan.steps.flatMap(({ target }) => target?.image ?? []))],
      },
    },
  };
}
