import type { ClusterAction } from "../domain/cluster-action.ts";
import { PermissionError } from "../domain/errors.ts";
import type { ClusterActions } from "../ports/cluster-actions.ts";
import { applyGitops, confirmGitops } from "./gitops/gitops-actions.ts";
import type { ActionModule } from "./kubernetes/action-module.ts";
import { holdAutoscaler, releaseAutoscaler } from "./kubernetes/autoscaler-actions.ts";
import { type ConnectToCluster, eksConnections } from "./kubernetes/eks-connections.ts";
import { protectPods } from "./traffic/protect-pods.ts";
import { scaleArm } from "./traffic/scale-arm.ts";
import { switchSelector } from "./traffic/switch-selector.ts";
import { maintenance, setWeights } from "./traffic/traffic-actions.ts";

type Modules = { readonly [Kind in ClusterAction["kind"]]?: ActionModule<Extract<ClusterAction, { kind: Kind }>> };

const gitops = { apply: applyGitops, confirm: confirmGitops };

/** Every action by its kind. */
const MODULES: Modules = {
  "hold-gitops": gitops,
  "resume-gitops": gitops,
  "watch-drift": gitops,
  "set-weights": setWeights,
  maintenance,
  "switch-selector": switchSelector,
  "scale-arm": scaleArm,
  "protect-pods": protectPods,
  "hold-autoscaler": holdAutoscaler,
  "release-autoscaler": releaseAutoscaler,
};

/** Objects around the workload, in the target's cluster. Connections live as long as the sandbox, so make one per Lambda, outside the handler. */
export function clusterActions(connect: ConnectToCluster = eksConnections()): ClusterActions {
  return {
    async apply(target, action, stamp) {
      const module = moduleOf(action);
      if (module === null) return { outcome: "refused", generation: 0, reason: `${action.kind} is not supported` };
      return allowed(
        () => module.apply(connect(target, stamp.execution), target, action, stamp),
        (reason) => ({ outcome: "refused", generation: 0, reason }),
      );
    },
    async confirm(target, action) {
      const module = moduleOf(action);
      if (module === null) return { verdict: "inconclusive", reason: `${action.kind} is not supported` };
      return allowed(
        () => module.confirm(connect(target), target, action),
        (reason) => ({ verdict: "inconclusive", reason }),
      );
    },
  };
}

/** A missing right is an answer, with the rule to add: a plan may go on without an action, and says where that leads. */
async function allowed<T>(call: () => Promise<T>, otherwise: (reason: string) => T): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof PermissionError) return otherwise(error.message);
    throw error;
  }
}

/** The table is typed by kind, which the compiler cannot follow through a variable. */
function moduleOf(action: ClusterAction): ActionModule<ClusterAction> | null {
  return (MODULES[action.kind] as ActionModule<ClusterAction> | undefined) ?? null;
}
