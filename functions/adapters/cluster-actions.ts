import type { ClusterAction } from "../domain/cluster-action.ts";
import type { ClusterActions } from "../ports/cluster-actions.ts";
import { applyGitops, confirmGitops } from "./gitops/gitops-actions.ts";
import type { ActionModule } from "./kubernetes/action-module.ts";
import { type ConnectToCluster, eksConnections } from "./kubernetes/eks-connections.ts";

type Modules = { readonly [Kind in ClusterAction["kind"]]?: ActionModule<Extract<ClusterAction, { kind: Kind }>> };

const gitops = { apply: applyGitops, confirm: confirmGitops };

/** Every action by its kind. */
const MODULES: Modules = {
  "hold-gitops": gitops,
  "resume-gitops": gitops,
  "watch-drift": gitops,
};

/** Objects around the workload, in the target's cluster. Connections live as long as the sandbox, so make one per Lambda, outside the handler. */
export function clusterActions(connect: ConnectToCluster = eksConnections()): ClusterActions {
  return {
    async apply(target, action, stamp) {
      const module = moduleOf(action);
      if (module === null) return { outcome: "refused", generation: 0, reason: `${action.kind} is not supported` };
      return module.apply(connect(target, stamp.execution), target, action, stamp);
    },
    async confirm(target, action) {
      const module = moduleOf(action);
      if (module === null) return { verdict: "inconclusive", reason: `${action.kind} is not supported` };
      return module.confirm(connect(target), target, action);
    },
  };
}

/** The table is typed by kind, which the compiler cannot follow through a variable. */
function moduleOf(action: ClusterAction): ActionModule<ClusterAction> | null {
  return (MODULES[action.kind] as ActionModule<ClusterAction> | undefined) ?? null;
}
