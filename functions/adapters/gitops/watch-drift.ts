import type { Target } from "../../domain/blueprint.ts";
import type { ClusterAction, Confirmation } from "../../domain/cluster-action.ts";
import { PermissionError } from "../../domain/errors.ts";
import { configDriftOf } from "../../domain/gitops-drift.ts";
import type { MacKey } from "../../ports/mac-key.ts";
import { type ConfigObject, configPath, releaseHashOf } from "../config/config-object.ts";
import type { ActionModule } from "../kubernetes/action-module.ts";
import type { KubernetesClient } from "../kubernetes/kubernetes-client.ts";
import { applyGitops, confirmGitops } from "./gitops-actions.ts";

type WatchDrift = Extract<ClusterAction, { kind: "watch-drift" }>;

/** Watching writes nothing: the content that was brought back first, then the owning object. `macKey` digests Secrets; without it they are not looked at. */
export function watchDrift(macKey: MacKey | null): ActionModule<WatchDrift> {
  return {
    apply: applyGitops,
    async confirm(kubernetes, target, action) {
      return (await contentDrift(kubernetes, target, action, macKey)) ?? confirmGitops(kubernetes, target, action);
    },
  };
}

/** The first content that did not stay; one that was lost before one that was edited. */
async function contentDrift(
  kubernetes: KubernetesClient,
  target: Target,
  action: WatchDrift,
  macKey: MacKey | null,
): Promise<Confirmation | null> {
  let edited: Confirmation | null = null;
  for (const config of action.configs ?? []) {
    if (config.kind === "Secret" && macKey === null) continue;
    try {
      const live = await kubernetes.get<ConfigObject>(configPath(target, config));
      const drift = configDriftOf(config, live === null ? null : await releaseHashOf(config.kind, live, macKey), action);
      if (drift?.verdict === "lost") return drift;
      edited ??= drift;
    } catch (error) {
      if (!(error instanceof PermissionError)) throw error;
      edited ??= { verdict: "inconclusive", reason: `whether ${config.kind} ${config.name} stays is not known: ${error.message}` };
    }
  }
  return edited;
}
