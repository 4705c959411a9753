import type { ClusterAction } from "../../domain/cluster-action.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";

/** A hook has no object in the cluster: ExecuteStep calls it through the port `Hooks`, and its answer was the proof. */
export const hookAnswer: ActionModule<Extract<ClusterAction, { kind: "invoke-hook" }>> = {
  async apply(_kubernetes, _target, { hook }) {
    return { outcome: "refused", generation: 0, reason: `hook ${hook} is a function, which is not called through the cluster` };
  },
  async confirm(_kubernetes, _target, { hook }) {
    return { verdict: "proven", reason: `hook ${hook} has answered` };
  },
};
