import type { PlanStep } from "../rollback-document.ts";
import type { Shares } from "../traffic.ts";
import { actionStep } from "./chain.ts";
import type { Arms } from "./route-facts.ts";

/** Whoever serves the route has so long to say that it has taken new shares over. */
export const SHIFT_SECONDS = 30;

/** New shares, over those that are there then, or over what else the plan may have left. */
export function weightsStep(
  id: string,
  { route }: Pick<Arms, "route">,
  shift: { readonly from: Shares; readonly to: Shares; readonly orFrom?: readonly Shares[] },
  more: Partial<PlanStep> = {},
): PlanStep {
  const or = shift.orFrom === undefined ? {} : { orPriors: shift.orFrom.map((shares) => ({ ...shares })) };
  const action = { kind: "set-weights", route: { ...route }, weights: { ...shift.to }, prior: { ...shift.from }, ...or } as const;
  return actionStep(id, action, { deadlineSeconds: SHIFT_SECONDS, ...more });
}
