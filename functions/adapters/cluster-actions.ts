import type { ClusterAction } from "../domain/cluster-action.ts";
import { PermissionError } from "../domain/errors.ts";
import type { ClusterActions } from "../ports/cluster-actions.ts";
import type { MacKey } from "../ports/mac-key.ts";
import { runCheck } from "./checks/run-check.ts";
import { restoreAutoscaler } from "./config/restore-autoscaler.ts";
import { restoreConfig } from "./config/restore-config.ts";
import type { SealedSecrets } from "./config/sealed-secrets.ts";
import { applyGitops, confirmGitops } from "./gitops/gitops-actions.ts";
import { watchDrift } from "./gitops/watch-drift.ts";
import type { ActionModule } from "./kubernetes/action-module.ts";
import { holdAutoscaler, releaseAutoscaler } from "./kubernetes/autoscaler-actions.ts";
import { type ConnectToCluster, eksConnections } from "./kubernetes/eks-connections.ts";
import { protectPods } from "./traffic/protect-pods.ts";
import { scaleArm } from "./traffic/scale-arm.ts";
import { switchSelector } from "./traffic/switch-selector.ts";
import { maintenance, setWeights } from "./traffic/traffic-actions.ts";
import { abortRollout } from "./workload-actions/abort-rollout.ts";
import { deleteReplicaSet, quarantineReplicaSet } from "./workload-actions/failed-replica-set.ts";
import { hookAnswer } from "./workload-actions/hook-answer.ts";
import { onlyLooks } from "./workload-actions/only-looks.ts";
import { promoteRollout } from "./workload-actions/promote-rollout.ts";
import { relaxRollout } from "./workload-actions/relax-rollout.ts";
import { releaseGuard } from "./workload-actions/release-guard.ts";
import { replacePods } from "./workload-actions/replace-pods.ts";
import { pauseAtShare, resumeShare } from "./workload-actions/share-pods.ts";

type Modules = { readonly [Kind in ClusterAction["kind"]]?: ActionModule<Extract<ClusterAction, { kind: Kind }>> };

const gitops = { apply: applyGitops, confirm: confirmGitops };

/** Every action by its kind; `restore-config` and `watch-drift` are made with the key that digests Secrets. */
const MODULES: Modules = {
  "hold-gitops": gitops,
  "resume-gitops": gitops,
  "set-weights": setWeights,
  maintenance,
  "switch-selector": switchSelector,
  "scale-arm": scaleArm,
  "protect-pods": protectPods,
  "relax-rollout": relaxRollout,
  "replace-pods": replacePods,
  "release-guard": releaseGuard,
  "quarantine-replica-set": quarantineReplicaSet,
  "delete-replica-set": deleteReplicaSet,
  "abort-rollout": abortRollout,
  "promote-rollout": promoteRollout,
  "pause-at-share": pauseAtShare,
  resume: resumeShare,
  "hold-autoscaler": holdAutoscaler,
  "release-autoscaler": releaseAutoscaler,
  "restore-autoscaler": restoreAutoscaler,
  "run-check": runCheck,
  watch: onlyLooks,
  analyse: onlyLooks,
  "invoke-hook": hookAnswer,
};

export interface ClusterActionsOptions {
  /** Null: contents of Secrets are not looked at, and never restored. @default null */
  readonly macKey?: MacKey | null;
  /** Contents of Secrets that are kept in the archive. @default null: none is read from there */
  readonly sealed?: SealedSecrets | null;
}

/** Objects around the workload, in the target's cluster. Connections live as long as the sandbox, so make one per Lambda, outside the handler. */
export function clusterActions(
  connect: ConnectToCluster = eksConnections(),
  { macKey = null, sealed = null }: ClusterActionsOptions = {},
): ClusterActions {
  const modules: Modules = { ...MODULES, "restore-config": restoreConfig({ macKey, sealed }), "watch-drift": watchDrift(macKey) };
  return {
    async apply(target, action, stamp) {
      const module = moduleOf(modules, action);
      if (module === null) return { outcome: "refused", generation: 0, reason: `${action.kind} is not supported` };
      return allowed(
        () => module.apply(connect(target, stamp.execution), target, action, stamp),
        (reason) => ({ outcome: "refused", generation: 0, reason }),
      );
    },
    async confirm(target, action, stamp) {
      const module = moduleOf(modules, action);
      if (module === null) return { verdict: "inconclusive", reason: `${action.kind} is not supported` };
      return allowed(
        () => module.confirm(connect(target, stamp.execution), target, action, stamp),
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
function moduleOf(modules: Modules, action: ClusterAction): ActionModule<ClusterAction> | null {
  return (modules[action.kind] as ActionModule<ClusterAction> | undefined) ?? null;
}
