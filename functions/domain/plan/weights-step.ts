import type { PlanStep } from "../rollback-document.ts";
import type { Shares } from "../traffic.ts";
import { actionStep } from "./chain.ts";
import type { Arms } from "./route-facts.ts";

/** Whoever serves the route has so long to say that it has taken new shares over. */
export const SHIFT_SECONDS = 30;

/** New shares, over those that are there then. */
export function weightsStep(
  id: string,
  { route }: Pick<Arms, "route">,
  shift: { readonly from: Shares; readonly to: Shares },
  more: Partial<PlanStep> = {},
): PlanStep {
  const action = { kind: "set-weights", route: { ...route }, weights: { ...shift.to }, prior: { ...shift.from } } as const;
  return actionStep(id, action, { deadlineSeconds: SHIFT_SECONDS, ...more });
}
