import type { Confirmation } from "../domain/cluster-action.ts";
import type { WriteResult } from "../domain/workload.ts";
import type { ClusterActions } from "../ports/cluster-actions.ts";

/** Every action by its kind. */
export function clusterActions(): ClusterActions {
  return {
    apply: async (_target, action): Promise<WriteResult> => ({
      outcome: "refused",
      generation: 0,
      reason: `${action.kind} is not supported`,
    }),
    confirm: async (_target, action): Promise<Confirmation> => ({ verdict: "inconclusive", reason: `${action.kind} is not supported` }),
  };
}
